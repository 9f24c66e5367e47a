//! What each permission reaches in a hotel, in the database and past every handler: of every table how many rows are read,
//! changed and deleted by whom, and whether one more is let in. `reach.txt` has it all, and a right that widens is a
//! line that changes.

use std::collections::BTreeMap;
use std::fmt::Write;

use stayzr::auth::Permission;
use stayzr::db::Client;
use stayzr::tenancy::Sealer;
use tokio_postgres::SimpleQueryMessage;
use uuid::Uuid;

use super::{Context, Outcome, attempt};
use crate::support::World;
use crate::support::repository::{assert_generated, read};

/// Who asks, in a word or two, and the context of theirs.
struct Asker {
    who: String,
    context: Context,
}

/// The administrator of the hotel, who owns most of what there is; a colleague; and the administrator by a key, and on a
/// visit. Permissions and scope are those of the context: the database asks nobody else.
fn askers(sealer: &Sealer, hotel: i32, [administrator, colleague, grant]: [Uuid; 3]) -> Vec<Asker> {
    let everything = Permission::ALL.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(",");
    let mut askers = Vec::new();
    let mut add = |who: &str, user: Uuid, permissions: &str, change: &dyn Fn(&mut Context)| {
        let mut context = Context::none();
        (context.organization, context.user) = (hotel.to_string(), user.to_string());
        (context.sees_all, context.permissions) = ("false".into(), permissions.into());
        change(&mut context);
        context.seal = sealer.seal(&context.text());
        askers.push(Asker { who: who.to_owned(), context });
    };
    let nothing_else: &dyn Fn(&mut Context) = &|_| ();
    let whole: &dyn Fn(&mut Context) = &|context| context.sees_all = "true".into();
    add("nothing", administrator, "", nothing_else);
    for permission in Permission::ALL {
        add(permission.name(), administrator, permission.name(), nothing_else);
    }
    add("everything", administrator, &everything, nothing_else);
    add("the whole hotel", administrator, "", whole);
    add("everything of the whole hotel", administrator, &everything, whole);
    add("a colleague", colleague, "", nothing_else);
    add("a colleague with everything", colleague, &everything, nothing_else);
    add("a key", administrator, &everything, &|context| {
        context.sees_all = "true".into();
        context.via = format!("key:{}", Uuid::nil());
    });
    add("a visitor", administrator, &everything, &|context| {
        context.sees_all = "true".into();
        context.via = format!("grant:{}", Uuid::nil());
        context.actor = Uuid::max().to_string();
    });
    // The grant that there is, and whom it is to.
    add("a visitor with nothing", colleague, "", &|context| {
        (context.via, context.actor) = (format!("grant:{grant}"), administrator.to_string());
    });
    askers
}

/// What is tried: table and command, and the statement.
async fn statements(admin: &Client, hotel: i32) -> Vec<(String, String)> {
    let rows = admin.query(&read("tests/it/forged/reach/statements.sql"), &[&hotel]).await.unwrap();
    let mut statements = Vec::new();
    for row in rows {
        let [table, command, mut statement] =
            ["name", "command", "statement"].map(|column| row.get::<_, String>(column));
        if statement.starts_with("select format") {
            let row = admin.query_opt(&statement, &[]).await.unwrap();
            statement = row.unwrap_or_else(|| panic!("{table} has no row: add one")).get(0);
        }
        statements.push((format!("{table} {command}"), statement));
    }
    statements
}

/// How many rows, or the SQLSTATE.
async fn outcome(app: &Client, context: &Context, statement: &str) -> String {
    let sql = format!("begin; {} {statement}", context.statements());
    if statement.starts_with("select count") {
        let messages = app.simple_query(&sql).await.unwrap();
        app.batch_execute("rollback").await.unwrap();
        let count = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        });
        return rows(count.and_then(|count| count.parse().ok()).expect("a count"));
    }
    match attempt(app, &sql).await {
        Outcome::Rows(number) => rows(number),
        Outcome::Refused(sqlstate) => sqlstate,
    }
}

/// What counts many, a log or the slots of a counter, may count a few more one day.
fn rows(number: u64) -> String {
    if number < 10 { number.to_string() } else { "many".to_owned() }
}

/// A line of a statement: what came of it, and for whom; for most of them what stands first.
fn line(what: &str, outcomes: &[(&str, String)]) -> String {
    let mut by_outcome = BTreeMap::<&str, Vec<&str>>::new();
    for (who, outcome) in outcomes {
        by_outcome.entry(outcome).or_default().push(who);
    }
    let usual = by_outcome.iter().max_by_key(|(_, who)| who.len()).map(|(outcome, _)| *outcome).expect("somebody asks");
    let mut line = format!("{what}: {usual}");
    for (outcome, who) in by_outcome.iter().filter(|(outcome, _)| **outcome != usual) {
        write!(line, "; {outcome} with {}", who.join(", ")).unwrap();
    }
    line + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn what_each_permission_reaches_is_what_is_written_down() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let scene = admin.transaction().await.unwrap();
    scene.batch_execute(&read("sql/attacks/scene/hotels.sql")).await.unwrap();
    scene.batch_execute(&read("tests/it/forged/reach/rows.sql")).await.unwrap();
    let ids = "select current_setting('attack.own')::integer,
                      md5(current_setting('attack.own_marker') || '/user')::uuid,
                      md5(current_setting('attack.own_marker') || '/colleague')::uuid,
                      md5(current_setting('attack.own_marker') || '/grant')::uuid";
    let ids = scene.query_one(ids, &[]).await.unwrap();
    scene.commit().await.unwrap();
    let hotel = ids.get(0);

    let (app, mut text) = (world.app_client().await, String::new());
    let askers = askers(&world.sealer(), hotel, [1, 2, 3].map(|column| ids.get(column)));
    for (what, statement) in statements(&admin, hotel).await {
        let mut outcomes = Vec::new();
        for asker in &askers {
            outcomes.push((&*asker.who, outcome(&app, &asker.context, &statement).await));
        }
        text += &line(&what, &outcomes);
    }
    assert_generated("tests/it/forged/reach.txt", &text, "UPDATE=1 cargo test what_each_permission_reaches");
}
