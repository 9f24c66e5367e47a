//! `policies/MATRIX.md` tells who may do what, as the live database has it.

use stayzr::audit;
use stayzr::db::Client;

use super::auditor;
use crate::support::World;
use crate::support::repository::assert_generated;

async fn matrix(client: &Client) -> String {
    let sections = audit::matrix::read(client).await.unwrap();
    "# Who may do what\n\nMade from a migrated database by `UPDATE=1 cargo test matrix`; do not edit. A right that was \
     widened is a line that\nchanged. What has no line here nobody may do but the owner, who never logs in and whom row \
     security binds: what a\npolicy opens to it has a line.\n"
        .to_owned()
        + &audit::matrix::to_markdown(&sections)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_what_the_database_grants() {
    let world = World::new().await;
    let made = matrix(&auditor(&world).await).await;
    assert_generated("policies/MATRIX.md", &made, "UPDATE=1 cargo test matrix");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widened_right_changes_its_lines_of_the_matrix() {
    let world = World::new().await;
    let admin = world.admin().await;
    let before = matrix(&admin).await;
    for (lines, statement) in [
        (1, "grant update (version) on public.guests to stayzr_app"),
        // And one for what the policies come to.
        (2, "grant delete on public.guests to stayzr_app"),
        (1, "grant select (name) on public.subscription_tiers to stayzr_auditor"),
        (2, "create policy guests_anybody on public.guests for update to stayzr_app using (true)"),
        // The owner, whom row security binds too, in both.
        (2, "create policy guests_owner on public.guests for select to stayzr_owner using (true)"),
        // One for each right that anybody holds on it.
        (7, "alter table public.subscription_tiers enable row level security"),
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
