//! What is printed.

use std::time::Duration;

use stayzr::config::Settings;
use stayzr::db::Client;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::Measured;
use crate::workload::Workload;

/// What is compared; ours comes first.
pub const WAYS: [&str; 7] = ["ours", "tenant only", "unguarded", "four trips", "pgbench", "metered", "no database"];
const SETTINGS: [&str; 6] =
    ["server_version", "shared_buffers", "fsync", "synchronous_commit", "full_page_writes", "data_checksums"];

/// What the ways of one workload did.
#[derive(Default)]
pub struct Figures {
    pub ways: [Measured; WAYS.len()],
    /// Per round, ours against each of the others.
    ratios: [Vec<f64>; WAYS.len() - 1],
}

impl Figures {
    /// Adds one round, in the order of the ways.
    pub fn add(&mut self, round: [Measured; WAYS.len()]) {
        for (ratios, other) in self.ratios.iter_mut().zip(&round[1..]) {
            ratios.push(round[0].rate() / other.rate());
        }
        for (way, measured) in self.ways.iter_mut().zip(round) {
            way.add(measured);
            way.latencies.sort_unstable();
        }
    }

    /// What the ratio would be if nothing but the processors counted and nobody else used them.
    fn processor_ratio(&self, other: usize) -> Option<f64> {
        Some(self.ways[other + 1].processor_micros()? / self.ways[0].processor_micros()?)
    }

    /// The median over the rounds, the least and the greatest.
    fn ratio(&self, other: usize) -> [f64; 3] {
        let mut ratios = self.ratios[other].clone();
        ratios.sort_by(f64::total_cmp);
        match ratios.as_slice() {
            [] => [0.0; 3],
            [least, .., greatest] => {
                let (low, high) = (ratios[(ratios.len() - 1) / 2], ratios[ratios.len() / 2]);
                [(low + high) / 2.0, *least, *greatest]
            }
            [only] => [*only; 3],
        }
    }
}

/// The machine and its settings.
pub async fn print_machine(admin: &Client, arguments: &Arguments, settings: &Settings) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism()?;
    println!(
        "{cores} cores; {} connections to the database; hotels chosen {}; {} rounds, {} s each way; server, client and \
         PostgreSQL share the machine; no log lines are written",
        settings.app_connections,
        arguments.law.name(),
        arguments.rounds,
        arguments.seconds
    );
    for name in SETTINGS {
        let value: String = admin.query_one("select current_setting($1)", &[&name]).await?.try_get(0)?;
        print!("{name} {value}  ");
    }
    println!();
    Ok(())
}

/// One workload, when it is done.
pub fn print_workload(workload: Workload, concurrency: usize, figures: &Figures) {
    println!("\n{}, {concurrency} at a time", workload.name());
    for (name, way) in WAYS.iter().zip(&figures.ways) {
        let (p50, p99) = (milliseconds(&way.latencies, 0.5), milliseconds(&way.latencies, 0.99));
        let each = |used: Duration| used.as_secs_f64() * 1e6 / way.requests as f64;
        let used = way.used.map_or(String::new(), |used| {
            let [client, server, postgres] = [used.client, used.server, used.postgres].map(each);
            format!("   µs of a processor each: server {server:.0}, PostgreSQL {postgres:.0}, client {client:.0}")
        });
        let rate = way.rate();
        println!("  {name:<11} {rate:>8.0} /s   p50 {p50:>7} ms   p99 {p99:>7} ms{used}");
    }
    for (index, name) in WAYS[1..].iter().enumerate() {
        let [median, least, greatest] = figures.ratio(index);
        let processor =
            figures.processor_ratio(index).map_or(String::new(), |ratio| format!("   by processor {ratio:.2}"));
        println!("  ours / {name:<11} {median:.2}   ({least:.2} to {greatest:.2}){processor}");
    }
}

/// All of them, as the README has it.
pub fn print_table(concurrency: usize, rows: &[(Workload, Figures)]) {
    println!("\n{concurrency} at a time\n");
    println!("| Workload | Requests/s | p50 ms | p99 ms | / tenant only | / unguarded | / four trips | / pgbench |");
    println!("|---|---|---|---|---|---|---|---|");
    for (workload, figures) in rows {
        let ours = &figures.ways[0];
        let ratios: Vec<String> = (0..4).map(|other| format!("{:.2}", figures.ratio(other)[0])).collect();
        println!(
            "| {} | {:.0} | {} | {} | {} |",
            workload.name(),
            ours.rate(),
            milliseconds(&ours.latencies, 0.5),
            milliseconds(&ours.latencies, 0.99),
            ratios.join(" | ")
        );
    }
    println!(
        "\nGoals: reads at least 0.90 of unguarded; with 32 at a time 0.5 of pgbench, in 100 µs of server and PostgreSQL, \
         p99 below 4 times p50; posting 0.6 of pgbench. Metrics at most 1.02: ours / metered. pgbench has no HTTP in front."
    );
}

/// A quantile of sorted latencies.
fn milliseconds(sorted: &[u32], quantile: f64) -> String {
    let index = (sorted.len() as f64 * quantile) as usize;
    match sorted.get(index.min(sorted.len().saturating_sub(1))) {
        Some(microseconds) => format!("{:.2}", f64::from(*microseconds) / 1000.0),
        None => "-".into(),
    }
}
