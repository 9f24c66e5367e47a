//! What somebody changed by hand is found, put back where a file says how, and never becomes right by a run.

use super::fixture::{Database, GUESTS_POLICY, Release, TOUCH};
use crate::support::{Cluster, connect};
use stayzr::db::migrate::Drift;

#[tokio::test]
async fn policies_changed_by_hand_are_found_and_put_back() {
    let mut database = Database::migrated().await;
    let extra = "create policy wide on public.guests for all to stayzr_app using (true)";
    database.finds_and_repairs(extra, "policy wide on public.guests (policies/guests.sql) is held by no file").await;
    let changed = "alter policy guests_tenant on public.guests using (true)";
    let title = "policy guests_tenant on public.guests (policies/guests.sql) differs";
    database.finds_and_repairs(changed, title).await;
    let dropped = "drop policy guests_tenant on public.guests";
    let title = "policy guests_tenant on public.guests (policies/guests.sql) is gone";
    database.finds_and_repairs(dropped, title).await;
}

#[tokio::test]
async fn grants_given_by_hand_are_found_and_taken_back() {
    let mut database = Database::migrated().await;
    let table = "grant delete on public.guests to stayzr_app";
    let title = "grant public.guests to stayzr_app (policies/guests.sql) differs";
    database.finds_and_repairs(table, title).await;
    database.finds_and_repairs("grant update (name) on public.guests to stayzr_app", title).await;
    database.finds_and_repairs("revoke select (name) on public.guests from stayzr_app", title).await;
    let public = "grant select (id) on public.guests to public";
    let title = "grant public.guests to public (policies/guests.sql) is held by no file";
    database.finds_and_repairs(public, title).await;
    let option = "grant select on public.guests to stayzr_auditor with grant option";
    let title = "grant public.guests to stayzr_auditor (policies/guests.sql) is held by no file";
    database.finds_and_repairs(option, title).await;
}

#[tokio::test]
async fn row_security_turned_off_is_found_and_put_back() {
    let mut database = Database::migrated().await;
    let title = "rls public.guests (migrations/) differs";
    database.finds_and_repairs("alter table public.guests no force row level security", title).await;
    database.finds_and_repairs("alter table public.guests disable row level security", title).await;
    // A change of the policy file in the same run does not make it right either.
    database.by_hand("alter table public.guests no force row level security").await;
    let other = Release::first().with_policy("guests.sql", &format!("{GUESTS_POLICY}-- another text"));
    database.run(&other).await.expect("a run");
    assert!(database.has("relforcerowsecurity from pg_class where oid = 'public.guests'::regclass").await);
    assert_eq!(database.check(&other).await, []);
}

#[tokio::test]
async fn functions_changed_by_hand_are_found_and_put_back() {
    let mut database = Database::migrated().await;
    let body = "create or replace function app.organization_id() returns integer language sql stable as 'select 1'";
    let title = "function app.organization_id() (sql/functions/organization.sql) differs";
    database.finds_and_repairs(body, title).await;
    database.finds_and_repairs("grant execute on function app.organization_id() to public", title).await;
}

#[tokio::test]
async fn a_grant_on_a_function_given_by_hand_does_not_become_right_with_the_next_change_of_its_file() {
    let mut database = Database::migrated().await;
    let title = "function app.touch() (sql/functions/touch.sql) differs";
    let grant = "grant execute on function app.touch() to stayzr_auditor with grant option";
    database.finds_and_repairs(grant, title).await;
    database.by_hand(grant).await;
    let next = Release::first().with_function("touch.sql", &format!("{TOUCH}-- new"));
    database.run(&next).await.expect("a run");
    assert!(!database.has("has_function_privilege('stayzr_auditor', 'app.touch()', 'execute')").await);
    assert_eq!(database.check(&next).await, []);
}

#[tokio::test]
async fn a_policy_made_by_hand_becomes_right_when_its_file_says_the_same() {
    let mut database = Database::migrated().await;
    let policy = "create policy guests_more on public.guests for select to stayzr_app using (name = 'x');";
    database.by_hand(policy).await;
    let next = Release::first().with_policy("guests.sql", &format!("{GUESTS_POLICY}{policy}"));
    database.run(&next).await.expect("a run");
    assert_eq!(database.check(&next).await, []);
}

#[tokio::test]
async fn what_no_file_holds_is_reported_until_somebody_drops_it() {
    let changes = [
        // `create or replace` keeps the owner: the file runs again, and the difference stays one.
        ("alter function app.touch() owner to stayzr_lookup", "function app.touch() (sql/functions/touch.sql) differs"),
        (
            "create function app.extra() returns int language sql as 'select 1'",
            "function app.extra() is held by no file",
        ),
        ("create table public.notes (id integer)", "table public.notes is held by no file"),
        ("create view public.all_guests as select * from public.guests", "view public.all_guests is held by no file"),
        ("grant select on app.seal_keys to stayzr_app", "grant app.seal_keys to stayzr_app is held by no file"),
        (
            "create trigger spy before insert on public.guests for each row execute function app.touch()",
            "trigger spy on public.guests is held by no file",
        ),
        ("alter table public.guests alter name set default 'x'", "default public.guests.name is held by no file"),
        (
            "create rule spy as on delete to public.guests do also nothing",
            "rule spy on public.guests is held by no file",
        ),
        ("alter table public.guests owner to postgres", "table public.guests (migrations/) differs"),
    ];
    for (change, title) in changes {
        let mut database = Database::migrated().await;
        if title.starts_with("table public.guests") {
            // Nobody but its owner could put the policies of such a table back: the run fails, and says so.
            database.by_hand(change).await;
            assert_eq!(database.titles().await, [title]);
        } else {
            database.finds_and_keeps(change, title).await;
        }
    }
}

#[tokio::test]
async fn triggers_and_defaults_of_a_policy_file_are_put_back() {
    let mut database = Database::migrated().await;
    let title = "trigger guests_touch on public.guests (policies/guests.sql) is gone";
    database.finds_and_repairs("drop trigger guests_touch on public.guests", title).await;
    let title = "default public.guests.organization_id (policies/guests.sql) differs";
    database.finds_and_repairs("alter table public.guests alter organization_id set default 1", title).await;
}

#[tokio::test]
async fn a_migration_does_not_make_a_policy_of_its_own_legitimate() {
    let mut database = Database::migrated().await;
    let sql = "create table public.more (id integer); alter table public.more enable row level security;
        create policy more_all on public.more using (true); grant select on public.more to stayzr_app";
    let next = Release::first().with_migration("V003__more", sql);
    database.run(&next).await.expect("a run");
    let titles: Vec<String> = database.check(&next).await.iter().map(Drift::title).collect();
    let expected =
        ["grant public.more to stayzr_app is held by no file", "policy more_all on public.more is held by no file"];
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn a_migration_does_not_make_drift_legitimate_and_its_own_changes_are_none() {
    let mut database = Database::migrated().await;
    database.by_hand("create table public.notes (id integer)").await;
    let sql = "alter table public.guests rename name to full_name; alter table public.guests add note text default 'x'";
    let next = Release::first().with_migration("V003__rename", sql);
    let summary = database.run(&next).await.expect("a run");
    assert!(summary.repaired.is_empty(), "{summary}");
    let titles: Vec<String> = database.check(&next).await.iter().map(Drift::title).collect();
    assert_eq!(titles, ["table public.notes is held by no file"]);
}

#[tokio::test]
async fn a_file_that_is_gone_is_reported_until_a_migration_drops_what_it_made() {
    let mut database = Database::migrated().await;
    let extra = "create or replace function app.extra() returns int language sql as 'select 1'";
    let with = Release::first().with_function("extra.sql", extra);
    database.run(&with).await.expect("a run");
    let summary = database.run(&Release::first()).await.expect("a run without the file");
    assert!(summary.warnings[0].starts_with("sql/functions/extra.sql was applied"), "{summary}");
    assert_eq!(database.titles().await, ["file sql/functions/extra.sql is held by no file"]);
    let dropped = Release::first().with_migration("V003__drop", "drop function app.extra()");
    let summary = database.run(&dropped).await.expect("a run");
    assert_eq!(summary.warnings, Vec::<String>::new());
    assert_eq!(database.check(&dropped).await, []);
}

#[tokio::test]
async fn roles_changed_by_hand_are_found_and_put_back() {
    // Roles are the whole server's, so no other test may look at them meanwhile.
    let cluster = Cluster::start();
    let mut database = Database::empty_on(&cluster).await;
    database.run(&Release::first()).await.expect("a first run");
    for (change, title) in [
        ("alter role stayzr_app bypassrls", "role stayzr_app (policies/database_roles.sql) differs"),
        ("alter role stayzr_app set statement_timeout = '1h'", "role stayzr_app (policies/database_roles.sql) differs"),
        ("grant usage on schema app to public", "schema app (policies/database_roles.sql) differs"),
    ] {
        database.by_hand(change).await;
        assert_eq!(database.titles().await, [title]);
        let summary = database.run(&Release::first()).await.expect("the run that repairs");
        assert!(summary.roles_applied && summary.warnings.is_empty(), "{summary}");
        assert_eq!(database.titles().await, Vec::<String>::new());
    }
    // What the file does not undo stays drift.
    database.by_hand("grant stayzr_platform to stayzr_app").await;
    let summary = database.run(&Release::first()).await.expect("a run");
    assert_eq!(summary.warnings.len(), 2, "{summary}");
    assert_eq!(database.titles().await.len(), 2);
    database.by_hand("revoke stayzr_platform from stayzr_app").await;
    assert_eq!(database.titles().await, Vec::<String>::new());

    database.by_hand("drop owned by stayzr_auditor; drop role stayzr_auditor").await;
    let summary = database.run(&Release::first()).await.expect("a run that makes the role again");
    assert!(summary.roles_applied);
    assert_eq!(database.titles().await, Vec::<String>::new());
    let block = database.by_hand("alter role stayzr_app bypassrls");
    block.await;
    let drift = database.check(&Release::first()).await.remove(0);
    assert_eq!(
        drift.to_string(),
        "role stayzr_app (policies/database_roles.sql) differs\n  - nobypassrls\n  + bypassrls"
    );
}

#[tokio::test]
async fn the_check_needs_no_lock() {
    let mut database = Database::migrated().await;
    let mut other = connect(&database.config).await;
    let holder = other.transaction().await.expect("a transaction");
    holder
        .batch_execute(
            "lock table app.release in row exclusive mode; lock table public.guests in share row exclusive mode",
        )
        .await
        .expect("locks");
    database.by_hand("set lock_timeout = '100ms'").await;
    assert_eq!(database.titles().await, Vec::<String>::new());
}
