//! A database of an earlier release becomes one of this release.

use stayzr::db::migrate;

use crate::support::{Cluster, connect};

/// What has other columns now than it had in an earlier release.
const CHANGED: [&str; 6] = [
    "app.member_standing(integer, uuid)",
    "app.session_standing(integer, uuid, uuid, text)",
    "app.api_key_standing(integer, uuid, text)",
    "app.grant_standing(integer, uuid, uuid, text)",
    "app.user_standing(integer, uuid, text)",
    "app.invitation_lookup(integer, uuid, text)",
];

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_replaced_whatever_columns_they_had() {
    let database = Cluster::get().migrated_database().await;
    let mut admin = connect(&Cluster::get().superuser(&database)).await;
    let release = migrate::Sources::embedded().unwrap();
    for function in CHANGED {
        let earlier = format!(
            "drop function {function};
             create function {function} returns table (before integer) language sql as 'select 1';
             alter function {function} owner to stayzr_owner"
        );
        admin.batch_execute(&earlier).await.unwrap();
    }
    migrate::run(&mut admin, &release, &[]).await.unwrap();
    assert_eq!(migrate::check(&mut admin, &release).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_file_that_runs_again_holds_all_it_grants() {
    let database = Cluster::get().migrated_database().await;
    let mut admin = connect(&Cluster::get().superuser(&database)).await;
    // As the files of the release before, which said something else.
    admin.batch_execute("update app.applied_files set checksum = 'another' where kind = 'policy'").await.unwrap();
    let release = migrate::Sources::embedded().unwrap();
    let summary = migrate::run(&mut admin, &release, &[]).await.unwrap();
    assert!(summary.policies_applied.len() > 30, "{summary}");
    assert_eq!(migrate::check(&mut admin, &release).await.unwrap(), []);
}
