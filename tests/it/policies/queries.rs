//! Every statement in `sql/queries` fits the database, and the role it runs as may run it: `stayzr_app`, or the
//! few named here.

use crate::support::repository::{files_below, read};
use crate::support::{Cluster, World, connect};

/// What runs as the owner, in `stayzr migrate`.
const OWNERS: &str = "sql/queries/migrate/";

/// What runs as `stayzr_platform`, across hotels: statements, and folders of them.
const PLATFORMS: [&str; 21] = [
    "sql/queries/audit_log/heads.sql",
    "sql/queries/audit_log/make_partitions.sql",
    "sql/queries/audit_log/platform_organization.sql",
    "sql/queries/audit_log/record_cross_tenant.sql",
    "sql/queries/audit_log/record_stranger.sql",
    "sql/queries/audit_log/verify.sql",
    "sql/queries/invoices/close.sql",
    "sql/queries/invoices/due.sql",
    "sql/queries/invoices/opened.sql",
    "sql/queries/platform_grants/create.sql",
    "sql/queries/platform_grants/end.sql",
    "sql/queries/platform_grants/list.sql",
    "sql/queries/platform_audit_log/",
    "sql/queries/platform_invoices/",
    "sql/queries/platform_organizations/",
    "sql/queries/platform_subscriptions/",
    "sql/queries/platform_tiers/",
    "sql/queries/platform_usage/",
    "sql/queries/platform_users/",
    "sql/queries/usage/reconcile.sql",
    "sql/queries/usage/organizations.sql",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_query_prepares_as_the_application_and_needs_no_right_it_lacks() {
    let world = World::new().await;
    let app = world.app_client().await;
    let platform = connect(&Cluster::get().config("stayzr_platform", &world.database)).await;
    let mut faults = Vec::new();
    let queries = files_below("sql/queries").into_iter().filter(|path| !path.starts_with(OWNERS));
    for (number, path) in queries.enumerate() {
        let text = read(&path);
        let role = if PLATFORMS.iter().any(|platforms| path.starts_with(platforms)) { &platform } else { &app };
        let statement = match role.prepare(&text).await {
            Ok(statement) => statement,
            Err(error) => {
                faults.push(format!("{path}: {error:?}"));
                continue;
            }
        };
        // PostgreSQL asks for grants when a plan starts, which preparing does not do and
        // explaining does; nothing is executed.
        let arguments = vec!["null"; statement.params().len()].join(", ");
        let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
        let explain = format!("prepare q{number} as {text}\n; explain execute q{number}{arguments}");
        if let Err(error) = role.batch_execute(&explain).await {
            faults.push(format!("{path}: {error:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
