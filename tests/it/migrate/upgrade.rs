//! A database of an earlier release becomes one of this release.

use stayzr::db::migrate;

use crate::support::repository::read;
use crate::support::{Cluster, connect, sealed_context, two_hotels};

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

/// Nothing of an earlier release stays behind, owned by a role that bypasses row security and held by no file.
#[tokio::test(flavor = "multi_thread")]
async fn functions_that_went_are_gone_and_their_triggers_call_what_came() {
    let database = Cluster::get().migrated_database().await;
    let mut admin = connect(&Cluster::get().superuser(&database)).await;
    let earlier = "
        create function app.count_guests_added() returns trigger language plpgsql as 'begin return null; end';
        alter function app.count_guests_added() owner to stayzr_meter;
        drop trigger guests_usage_added on guests;
        create trigger guests_usage_added after insert on guests referencing new table as rows
            for each statement execute function app.count_guests_added();
        update app.applied_files set checksum = 'another'
        where path in ('sql/functions/usage_triggers.sql', 'policies/guests.sql')";
    admin.batch_execute(earlier).await.unwrap();
    let release = migrate::Sources::embedded().unwrap();
    migrate::run(&mut admin, &release, &[]).await.unwrap();
    assert_eq!(migrate::check(&mut admin, &release).await.unwrap(), []);
    let gone = "select to_regprocedure('app.count_guests_added()') is null";
    assert!(admin.query_one(gone, &[]).await.unwrap().get::<_, bool>(0));

    // One that a hand left is told, whatever it is called.
    admin
        .batch_execute("create function app.count_everything() returns integer language sql as 'select 1'")
        .await
        .unwrap();
    admin.batch_execute("update app.applied_files set checksum = 'another' where kind = 'function'").await.unwrap();
    migrate::run(&mut admin, &release, &[]).await.unwrap();
    let told = migrate::check(&mut admin, &release).await.unwrap();
    assert!(told.iter().any(|drift| drift.object == "app.count_everything()"), "{told:?}");
}

/// What was written before there was a search is found, and so is what servers write while the files are not applied yet.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_before_the_search_are_found() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    plaza.create_message(&conversation, "Fresh towels").await;
    let mut admin = plaza.world.admin().await;
    let before = "
        set role stayzr_owner;
        drop trigger organizations_search_languages on organizations;
        drop trigger messages_words on messages;
        drop trigger guests_words on guests;
        drop function app.text_words, app.name_parts, app.near_words, app.name_words, app.message_words, app.guest_words;
        alter table messages drop column search_language, drop column words;
        alter table guests drop column name_words;
        alter table organizations drop column search_language, drop column search_languages_before;
        update app.applied_files set checksum = 'another' where path <> 'policies/database_roles.sql'";
    admin.batch_execute(before).await.unwrap();
    admin.batch_execute(&read("migrations/V037__search.sql")).await.unwrap();
    let between = "reset role; begin; set local role stayzr_app;";
    let writer =
        sealed_context(&plaza.world, &plaza.id.to_string(), plaza.admin_id, None, "", "messages.send,guests.write");
    let written = format!(
        "{between} {writer}
         insert into messages (conversation_id, sender_type, content) values ('{}', 'guest', 'More towels');
         insert into guests (full_name, email) values ('Bo Lovelace', 'bo@example.com'); commit",
        conversation["id"].as_str().unwrap()
    );
    admin.batch_execute(&written).await.unwrap();
    migrate::run(&mut admin, &migrate::Sources::embedded().unwrap(), &[]).await.unwrap();
    for (path, rows) in
        [("/v1/messages/search?q=towel", 2), ("/v1/guests?search=exampel", 1), ("/v1/guests?search=lovelcae", 1)]
    {
        assert_eq!(plaza.walk(path, 5).await.len(), rows, "{path}");
        assert_eq!(breeze.walk(path, 5).await.len(), 0, "{path}");
    }
}
