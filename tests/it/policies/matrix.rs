//! `policies/MATRIX.md` tells who may do what, as the live database has it.

use std::fmt::Write;

use stayzr::db::Client;

use super::auditor;
use crate::support::World;
use crate::support::repository::{assert_generated, read};

const SECTIONS: [(&str, &str); 3] = [
    ("Tables", "sql/checks/matrix/access.sql"),
    ("Functions", "sql/checks/matrix/functions.sql"),
    ("Roles", "sql/checks/matrix/roles.sql"),
];

async fn table(client: &Client, query: &str) -> String {
    let text = read(query);
    let statement = client.prepare(&text).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let names: Vec<&str> = statement.columns().iter().map(|column| column.name()).collect();
    let mut table = format!("| {} |\n|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for row in client.query(&statement, &[]).await.unwrap() {
        let cells: Vec<String> = (0..row.len()).map(|index| row.get::<_, String>(index).replace('|', "\\|")).collect();
        writeln!(table, "| {} |", cells.join(" | ")).unwrap();
    }
    table
}

async fn matrix(client: &Client) -> String {
    let mut text = String::from(
        "# Who may do what\n\nMade from a migrated database by `UPDATE=1 cargo test matrix`; do not edit. A right that \
         was widened is a line that\nchanged. What has no line here nobody may do but the owner, who never logs in.\n",
    );
    for (title, query) in SECTIONS {
        write!(text, "\n## {title}\n\n{}", table(client, query).await).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_what_the_database_grants() {
    let world = World::new().await;
    let made = matrix(&auditor(&world).await).await;
    assert_generated("policies/MATRIX.md", &made, "UPDATE=1 cargo test matrix");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widened_right_changes_one_line_of_the_matrix() {
    let world = World::new().await;
    let admin = world.admin().await;
    let before = matrix(&admin).await;
    for (lines, statement) in [
        (1, "grant update (version) on public.guests to stayzr_app"),
        (1, "grant delete on public.guests to stayzr_app"),
        (1, "grant select (name) on public.subscription_tiers to stayzr_auditor"),
        (1, "create policy guests_anybody on public.guests for update to stayzr_app using (true)"),
        // One for each right that anybody holds on it.
        (6, "alter table public.subscription_tiers enable row level security"),
        (1, "grant execute on function app.verify_seal(text, text) to stayzr_app"),
        (1, "alter role stayzr_auditor bypassrls"),
    ] {
        // Roles belong to the whole cluster, so nothing of this is ever committed.
        admin.batch_execute(&format!("begin; {statement}")).await.unwrap();
        let after = matrix(&admin).await;
        admin.batch_execute("rollback").await.unwrap();
        let changed = after.lines().filter(|line| !before.lines().any(|old| old == *line)).count();
        assert_eq!(changed, lines, "{statement}");
    }
}
