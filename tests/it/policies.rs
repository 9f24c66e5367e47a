//! The catalogs of a migrated database: what must hold for every table there is and
//! every table to come, who may do what, and that every query of ours fits.

mod controls;
mod drift;
mod handbook;
mod matrix;
mod queries;

use std::sync::Arc;

use stayzr::db::{self, Client};

use crate::support::repository::{files_in, read, stem};
use crate::support::{Cluster, World};

/// The catalog checks: each returns `object, finding`, and no rows on a healthy database.
fn checks() -> Vec<String> {
    let checks = files_in("sql/checks");
    assert!(!checks.is_empty(), "sql/checks holds the checks");
    checks
}

async fn findings(client: &Client, check: &str) -> Vec<String> {
    let rows = client.query(&read(check), &[]).await.unwrap_or_else(|error| panic!("{check}: {error:?}"));
    let line = |row: &tokio_postgres::Row| {
        format!("{check}: {} {}", row.get::<_, String>("object"), row.get::<_, String>("finding"))
    };
    rows.iter().map(line).collect()
}

/// Whoever audits needs no more than the auditor's role to see all that these tests see.
async fn auditor(world: &Arc<World>) -> Client {
    db::connect(&Cluster::get().config("stayzr_auditor", &world.database).into()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_database_passes_every_check() {
    let world = World::new().await;
    let auditor = auditor(&world).await;
    let mut found = Vec::new();
    for check in checks() {
        found.extend(findings(&auditor, &check).await);
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_check_reports_a_database_that_is_broken_for_it() {
    let world = World::new().await;
    let admin = world.admin().await;
    let mut faults = Vec::new();
    for check in checks() {
        let Some((_, breaks)) = controls::CONTROLS.iter().find(|(name, _)| *name == stem(&check)) else {
            faults.push(format!("{check} has no control in tests/it/policies/controls.rs that shows it can fail"));
            continue;
        };
        let before = findings(&admin, &check).await;
        for statement in *breaks {
            // Roles belong to the whole cluster, so nothing of this is ever committed.
            admin.batch_execute(&format!("begin; {statement}")).await.unwrap_or_else(|e| panic!("{statement}: {e:?}"));
            if findings(&admin, &check).await.iter().all(|finding| before.contains(finding)) {
                faults.push(format!("{check} does not notice: {statement}"));
            }
            admin.batch_execute("rollback").await.unwrap();
        }
    }
    for (name, _) in controls::CONTROLS {
        if !checks().iter().any(|check| stem(check) == *name) {
            faults.push(format!("a control breaks the database for sql/checks/{name}.sql, which is not there"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_check_says_what_it_looks_for_and_why() {
    for check in checks() {
        let text = read(&check);
        assert!(text.starts_with("-- What: ") && text.contains("\n-- Why: "), "{check} begins with What and Why");
    }
}
