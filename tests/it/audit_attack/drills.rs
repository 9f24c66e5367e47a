//! Each drill by itself, under its own name: what a weakness lets succeed is told at once, and by one test.

use stayzr::audit::attack::attack_with;

use super::{connections, is_fault, lines};
use crate::support::Cluster;
use crate::support::repository::{files_in, stem};

macro_rules! drills {
    ($($name:ident)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                is_refused(stringify!($name)).await;
            }
        )+
    };
}

drills! {
    advisory_locks cached_plans copy definitions error_details estimates foreign_keys forged_contexts functions
    large_objects locks notifications other_logins other_roles owner partitions_and_sequences reads references
    replayed_contexts row_security_off search_paths secrets server_files sessions shadows statistics truncate unique_keys
    writes
}

async fn is_refused(name: &str) {
    let database = Cluster::get().migrated_database().await;
    let logins = connections(Cluster::get(), &database);
    let log = attack_with(&logins, |drill| drill == name, |_| ()).await.unwrap();
    assert!(log.drills.iter().any(|drill| !drill.attempts.is_empty()), "{name} tries something");
    let faults = lines(&log, is_fault);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_drill_has_its_test() {
    let files = files_in("sql/attacks").into_iter().filter(|file| file.ends_with(".sql"));
    assert_eq!(files.map(|file| stem(&file).to_owned()).collect::<Vec<_>>(), NAMES);
}
