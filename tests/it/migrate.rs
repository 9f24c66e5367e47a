//! `stayzr migrate`, its dry run and the server's start check, on small sources of their own beside the real files
//! they rest on.

mod drift;
mod fixture;
mod upgrade;

use crate::support::{Cluster, connect};
use fixture::{Database, Release, TOUCH};
use stayzr::db::migrate::{self, MigrateError};
use std::time::Duration;

#[tokio::test]
async fn a_first_run_does_all_and_a_second_nothing() {
    let mut database = Database::empty().await;
    let first = database.run(&Release::first()).await.expect("a first run");
    assert!(first.roles_applied);
    assert_eq!(first.migrations_applied, ["V001__repeatable_files", "V002__guests"]);
    assert_eq!(first.functions_applied.len(), 3);
    assert_eq!(first.policies_applied.len(), 3);
    assert_eq!(first.warnings, Vec::<String>::new());
    assert_eq!(database.titles().await, Vec::<String>::new());

    let second = database.run(&Release::first()).await.expect("a second run");
    assert!(second.is_empty(), "{second}");
    let text = "Nothing to do: migrations, roles, 3 function files and 3 policy files are as in this release.";
    assert_eq!(second.to_string(), text);
    assert!(database.has("current_user = 'postgres'").await, "the connection comes back as it went");
    assert!(
        !database.has("exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())").await
    );
}

#[tokio::test]
async fn a_changed_file_runs_alone() {
    let mut database = Database::migrated().await;
    let next = Release::first().with_function("touch.sql", &format!("{TOUCH}-- new"));
    assert_eq!(database.check(&next).await[0].title(), "file sql/functions/touch.sql differs");
    let summary = database.run(&next).await.expect("a run");
    assert_eq!(summary.functions_applied, ["sql/functions/touch.sql"]);
    assert_eq!((summary.functions_skipped, summary.policies_skipped), (2, 3));
    assert_eq!((summary.policies_applied.len(), summary.repaired.len()), (0, 0));
    assert_eq!(database.check(&next).await, []);
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    let mut database = Database::migrated().await;
    let mut release = Release::first();
    release.migrations[1].1.push_str("-- edited");
    let error = database.run(&release).await.expect_err("history was edited");
    assert!(matches!(&error, MigrateError::Edited(names) if names == &["V002__guests"]), "{error}");
    assert!(error.to_string().starts_with("migration V002__guests changed after being applied to this database."));
    assert_eq!(database.check(&release).await[0].title(), "migration V002__guests differs");
    assert!(database.has("current_user = 'postgres'").await, "also after an error");
    database.run(&Release::first()).await.expect("the lock is free again");
}

#[tokio::test]
async fn a_missing_migration_is_refused() {
    let mut database = Database::migrated().await;
    let mut release = Release::first().with_migration("V003__more", "create table public.more (id integer)");
    release.migrations.remove(1);
    let error = database.run(&release).await.expect_err("a file is missing");
    assert!(matches!(&error, MigrateError::Missing(names) if names == &["V002__guests"]), "{error}");
}

#[tokio::test]
async fn a_newer_database_is_refused_by_migrate_and_served_with_a_warning() {
    let mut database = Database::migrated().await;
    let newer = Release::first().with_migration("V003__more", "create table public.more (id integer)");
    database.run(&newer).await.expect("the newer release");
    let error = database.run(&Release::first()).await.expect_err("the older release");
    let text = "this database is newer than this binary: it has migration V003__more, and the last migration here is V002__guests.";
    assert!(error.to_string().starts_with(text), "{error}");

    let app = database.as_app().await;
    let check = migrate::start_check(&app, &Release::first().sources()).await.expect("a start check");
    assert_eq!((check.missing.len(), check.unknown), (0, vec!["V003__more".to_owned()]));
    migrate::require_migrated(&app, &Release::first().sources()).await.expect("an older server may go on");
}

#[tokio::test]
async fn the_server_refuses_what_is_not_migrated() {
    let mut database = Database::migrated().await;
    let fresh = Database::empty().await;
    let all = migrate::missing_versions(&fresh.client, &Release::first().sources()).await.expect("a start check");
    assert_eq!(all, ["V001__repeatable_files", "V002__guests"]);

    let next = Release::first().with_migration("V003__more", "create table public.more (id integer)");
    let app = database.as_app().await;
    let error = migrate::require_migrated(&app, &next.sources()).await.expect_err("V003 is pending");
    assert_eq!(error.to_string(), "this database is not migrated, run `stayzr migrate`: it lacks migration V003__more");
    let same = migrate::start_check(&app, &Release::first().sources()).await.expect("a start check");
    assert!(same.same_release);
    let function = Release::first().with_function("touch.sql", &format!("{TOUCH}-- new"));
    database.run(&function).await.expect("a run");
    let other = migrate::start_check(&app, &Release::first().sources()).await.expect("a start check");
    assert!(other.missing.is_empty() && !other.same_release);
}

#[tokio::test]
async fn two_at_once_wait_for_each_other() {
    let mut database = Database::empty().await;
    let mut other = connect(&database.config).await;
    let slow = Release::first().with_migration("V003__slow", "select pg_sleep(0.5)");
    let sources = slow.sources();
    let (one, two) = tokio::join!(database.run(&slow), migrate::run(&mut other, &sources, &[]));
    let (one, two) = (one.expect("one of two runs"), two.expect("the other"));
    let (worked, waited) = if one.is_empty() { (two, one) } else { (one, two) };
    assert_eq!(worked.migrations_applied.len(), 3);
    assert!(waited.is_empty(), "{waited}");
}

#[tokio::test]
async fn a_run_waits_for_the_lock_of_another() {
    let mut database = Database::migrated().await;
    let other = connect(&database.config).await;
    let lock = i64::from_str_radix("535441595a52", 16).expect("hexadecimal");
    other.execute("select pg_advisory_lock($1)", &[&lock]).await.expect("the lock");
    let release = Release::first();
    let blocked = tokio::time::timeout(Duration::from_millis(300), database.run(&release)).await;
    assert!(blocked.is_err(), "the lock is taken");
    drop(other);
    let mut again = connect(&database.config).await;
    drop(database);
    migrate::run(&mut again, &release.sources(), &[]).await.expect("the lock is free");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let mut database = Database::empty().await;
    let keys = [("k1".to_owned(), vec![1; 32])];
    let sources = Release::first().sources();
    let plan = migrate::dry_run(&mut database.client, &sources, &keys).await.expect("a dry run");
    assert!(plan.dry_run && plan.roles_applied);
    assert_eq!(
        plan.to_string(),
        "Would apply:\n  roles: policies/database_roles.sql\n  migrations: V001__repeatable_files, V002__guests (2)\n  \
         functions: organization, policy_reset, touch (3)\n  policies: guests, release, schema_history (3)\n  \
         seal keys: +k1"
    );
    assert!(!database.has("exists (select from pg_namespace where nspname = 'app')").await);
    let pending = database.check(&Release::first()).await;
    assert_eq!(pending.iter().filter(|drift| drift.kind == "migration").count(), 2);

    database.run(&Release::first()).await.expect("a run");
    database.by_hand("alter table public.guests no force row level security").await;
    let plan = migrate::dry_run(&mut database.client, &sources, &[]).await.expect("a dry run");
    assert_eq!(plan.repaired, ["row security of public.guests"]);
    assert_eq!(database.titles().await, ["rls public.guests (migrations/) differs"]);
}

#[tokio::test]
async fn a_failing_policy_file_undoes_the_repeatable_part() {
    let mut database = Database::migrated().await;
    let broken = Release::first()
        .with_function("touch.sql", "create or replace function app.extra() returns int language sql as 'select 1'")
        .with_policy(
            "release.sql",
            "select app.policy_reset('app.release');\n\ngrant select on app.nothing to stayzr_app;",
        );
    let error = database.run(&broken).await.expect_err("no such table");
    assert_eq!(error.to_string(), "policies/release.sql: relation \"app.nothing\" does not exist (42P01)");
    assert_eq!(database.titles().await, Vec::<String>::new(), "as before, objects and records");
    let line = Release::first().with_policy("release.sql", "select app.policy_reset('app.release');\n\nselect wrong;");
    let error = database.run(&line).await.expect_err("no such column").to_string();
    assert!(error.starts_with("policies/release.sql, line 3: column \"wrong\" does not exist (42703)"), "{error}");
}

#[tokio::test]
async fn a_failing_migration_keeps_those_before_it() {
    let mut database = Database::empty().await;
    let broken =
        Release::first().with_migration("V003__broken", "create table public.more (id integer);\nselect wrong;");
    let error = database.run(&broken).await.expect_err("no such column").to_string();
    assert!(error.starts_with("migrations/V003__broken.sql, line 2: column \"wrong\" does not exist"), "{error}");
    let summary = database.run(&Release::first()).await.expect("the rest");
    assert!(summary.migrations_applied.is_empty());
    assert_eq!(summary.warnings, Vec::<String>::new());
    assert_eq!(database.titles().await, Vec::<String>::new(), "what V001 and V002 made is on record");
}

#[tokio::test]
async fn a_run_killed_after_a_migration_is_picked_up() {
    let mut database = Database::migrated().await;
    database.by_hand("update app.release set recorded_version = 1; delete from app.applied_objects where identity = 'public.guests' and kind = 'table'").await;
    let summary = database.run(&Release::first()).await.expect("a run");
    assert_eq!(summary.warnings.len(), 1, "{summary}");
    assert_eq!(database.titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_policy_file_without_a_reset_is_refused() {
    let mut database = Database::migrated().await;
    let release = Release::first().with_policy("release.sql", "grant select on app.release to stayzr_app");
    let error = database.run(&release).await.expect_err("no reset");
    assert!(matches!(error, MigrateError::NoReset { path } if path == "policies/release.sql"));
}

#[tokio::test]
async fn seal_keys_become_exactly_those_given() {
    let mut database = Database::migrated().await;
    let sources = Release::first().sources();
    let keys =
        |ids: &[(&str, u8)]| ids.iter().map(|(id, byte)| ((*id).to_owned(), vec![*byte; 32])).collect::<Vec<_>>();
    let mut changes = Vec::new();
    for given in [keys(&[("k1", 1)]), keys(&[("k1", 1), ("k2", 2)]), keys(&[("k2", 3)]), keys(&[("k2", 3)]), keys(&[])]
    {
        let summary = migrate::run(&mut database.client, &sources, &given).await.expect("a run");
        changes.push(summary.seal_keys.to_string());
    }
    assert_eq!(changes, ["+k1", "+k2", "~k2 -k1", "", ""]);
    assert!(database.has("count(*) = 1 and min(get_byte(inner_pad, 0)) = 53 and min(get_byte(outer_pad, 63)) = 92 from app.seal_keys").await);
    assert_eq!(database.titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_administrator_without_the_rights_is_told() {
    let cluster = Cluster::start();
    let database = Database::empty_on(&cluster).await;
    database.by_hand("create role weak login password 'weak'").await;
    let mut config = database.config.clone();
    let mut weak = connect(config.user("weak").password("weak")).await;
    let error = migrate::run(&mut weak, &Release::first().sources(), &[]).await.expect_err("no rights");
    assert!(error.to_string().starts_with("weak may not do what policies/database_roles.sql asks for: "), "{error}");
}
