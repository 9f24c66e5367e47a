//! Every statement in `sql/queries` fits the database, and `stayzr_app` may run it.

use crate::support::World;
use crate::support::repository::{files_below, read};

/// What runs as the owner, in `stayzr migrate`.
const OWNERS: &str = "sql/queries/migrate/";

#[tokio::test(flavor = "multi_thread")]
async fn every_query_prepares_as_the_application_and_needs_no_right_it_lacks() {
    let world = World::new().await;
    let app = world.app_client().await;
    let mut faults = Vec::new();
    let queries = files_below("sql/queries").into_iter().filter(|path| !path.starts_with(OWNERS));
    for (number, path) in queries.enumerate() {
        let text = read(&path);
        let statement = match app.prepare(&text).await {
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
        if let Err(error) = app.batch_execute(&explain).await {
            faults.push(format!("{path}: {error:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
