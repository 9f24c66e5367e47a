//! How the workloads run at the largest size: every scan of a table of hotels, those of functions, triggers and foreign
//! keys too, as `auto_explain` reports it. It has to have the hotel among the conditions of an index.

use std::collections::BTreeMap;
use std::future::poll_fn;

use serde_json::Value;
use stayzr::db::embedded::Embedded;
use stayzr::db::{self, Client};
use stayzr::tenancy::Sealer;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::{AsyncMessage, Config, NoTls};

use crate::Failure;
use crate::asker::Asker;
use crate::size::Size;
use crate::workload::{Hotel, Workload};

/// By then every statement has its plan, those inside functions too: from the sixth time on that is one for all values.
const TIMES: usize = 10;
/// Of a smaller table PostgreSQL reads the whole, which is one or a few pages.
const FEW_ROWS: f32 = 1_000.0;
/// Words have their hotel before them (`sql/functions/search_words.sql`), so who looks for one names the hotel.
const OF_WORDS: &str = "(words @@ ";

/// Sets what reports the plans of whoever logs in from now on, and takes it back.
const SETTINGS: [(&str, &str); 5] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_nested_statements", "on"),
    ("auto_explain.log_format", "json"),
    // Functions keep less from the client.
    ("auto_explain.log_level", "warning"),
];

/// One table in a plan.
#[derive(PartialEq)]
struct Scan {
    table: String,
    how: String,
    condition: String,
    is_bound: bool,
}

/// Prints a line for each scan.
///
/// # Errors
/// When one of them is not bound to the hotel by an index.
pub async fn check(size: &Size, embedded: &Embedded, sealer: &Sealer) -> Result<(), Failure> {
    let admin = db::connect(&embedded.superuser(&size.database).into()).await?;
    let rows = admin.query(include_str!("tables.sql"), &[]).await?;
    let tables: BTreeMap<String, f32> = rows.iter().map(|row| (row.get("name"), row.get("rows"))).collect();
    for (name, value) in SETTINGS {
        admin.batch_execute(&format!("alter role stayzr_app set {name} = '{value}'")).await?;
    }
    let connected = connect(&embedded.config("stayzr_app", &size.database)).await;
    for (name, _) in SETTINGS {
        admin.batch_execute(&format!("alter role stayzr_app reset {name}")).await?;
    }
    let (client, mut notices) = connected?;
    let asker = Asker::prepare(client, sealer).await?;
    println!(
        "\nHow it runs with {}, from the {TIMES}th time on:\n\n\
         | Workload | Hotel | Table | Scan | Condition of the index |\n|---|---|---|---|---|",
        size.name
    );
    let mut unbound = 0;
    for workload in Workload::ALL {
        for hotel in Hotel::ALL {
            let targets = size.targets(hotel);
            for _ in 0..TIMES {
                while notices.try_recv().is_ok() {}
                asker.ask(workload, targets, 0).await?;
            }
            let scans = scans_of(&mut notices, &tables)?;
            for Scan { table, how, condition, is_bound } in &scans {
                let mark = if *is_bound { "" } else { "**not bound to the hotel**: " };
                println!("| {} | {} | {table} | {how} | {mark}{condition} |", workload.name(), hotel.name());
            }
            unbound += scans.iter().filter(|scan| !scan.is_bound).count();
            if scans.is_empty() {
                return Err(format!("no plan of {}", workload.name()).into());
            }
        }
    }
    if unbound == 0 { Ok(()) } else { Err(format!("{unbound} scans without the hotel in an index condition").into()) }
}

/// A connection, and what the server says on it.
async fn connect(config: &Config) -> Result<(Client, UnboundedReceiver<String>), Failure> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let (sender, notices) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(notice) = message {
                // Nobody may be listening any more.
                let _ = sender.send(notice.message().to_owned());
            }
        }
    });
    Ok((client, notices))
}

/// Of what was said since, each once.
fn scans_of(notices: &mut UnboundedReceiver<String>, tables: &BTreeMap<String, f32>) -> Result<Vec<Scan>, Failure> {
    let mut scans = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        if let Some(begin) = notice.find('{').filter(|_| notice.contains("plan:")) {
            let explained: Value = serde_json::from_str(&notice[begin..])?;
            walk(&explained["Plan"], tables, &mut scans);
        }
    }
    Ok(scans)
}

fn walk(node: &Value, tables: &BTreeMap<String, f32>, scans: &mut Vec<Scan>) {
    let kind = text(node, "Node Type");
    let table = text(node, "Relation Name");
    if let Some(rows) = tables.get(table).filter(|_| kind.ends_with("Scan")) {
        let (mut indexes, mut conditions) = (Vec::new(), Vec::new());
        let is_bound = bound(node, table, &mut indexes, &mut conditions);
        let how = if indexes.is_empty() { kind.to_owned() } else { format!("{kind}, {}", indexes.join(", ")) };
        let mut condition = conditions.join("; ");
        let has_few = indexes.is_empty() && *rows < FEW_ROWS;
        if has_few {
            condition = format!("a table of {rows} rows");
        }
        let scan = Scan { table: table.to_owned(), how, condition, is_bound: is_bound || has_few };
        if !scans.contains(&scan) {
            scans.push(scan);
        }
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, tables, scans);
    }
}

/// Whether the indexes of this scan, which are noted, are asked for one hotel.
fn bound(node: &Value, table: &str, indexes: &mut Vec<String>, conditions: &mut Vec<String>) -> bool {
    let children = node["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
    let bitmaps: Vec<&Value> = children.iter().filter(|child| text(child, "Node Type").starts_with("Bitmap")).collect();
    if !bitmaps.is_empty() {
        let found: Vec<bool> = bitmaps.iter().map(|child| bound(child, table, indexes, conditions)).collect();
        let is_any_enough = text(node, "Node Type") == "BitmapAnd";
        return if is_any_enough { found.contains(&true) } else { !found.contains(&false) };
    }
    let (index, condition) = (text(node, "Index Name"), text(node, "Index Cond"));
    if index.is_empty() {
        return false;
    }
    indexes.push(index.to_owned());
    conditions.push(condition.to_owned());
    let key = if table == "organizations" { "(id = " } else { "organization_id = " };
    condition.contains(key) || condition.starts_with(OF_WORDS)
}

fn text<'a>(node: &'a Value, name: &str) -> &'a str {
    node[name].as_str().unwrap_or_default()
}
