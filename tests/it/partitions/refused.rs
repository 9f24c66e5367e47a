//! What a move refuses, and what is refused while one is unfinished.

use std::time::{Duration, Instant};

use stayzr::db::migrate::Sources;
use stayzr::partitions::{Move, Pace, PartitionError, cancel, divide};

use super::{PACE, all, assert_sound, divided, killed, tables, talk};
use crate::support::two_hotels;

#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_that_is_not_there_changes_nothing() {
    let (plaza, _) = two_hotels().await;
    let mut admin = plaza.world.admin().await;
    let sources = Sources::embedded().unwrap();
    let refused = divide(&mut admin, &sources, "nobody", Move::Promote, PACE, |_| ()).await.unwrap_err();
    assert_eq!(refused.to_string(), "no organization \"nobody\": a slug is wanted, such as grand-plaza");
    let owner = "select current_user = session_user and not exists (select from pg_locks where locktype = 'advisory'
                 and pid = pg_backend_pid())";
    assert!(admin.query_one(owner, &[]).await.unwrap().get::<_, bool>(0), "the connection is as it came");
    assert_sound(&plaza).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_move_is_finished_or_cancelled_first() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 250).await;
    let mut admin = plaza.world.admin().await;
    let before = all(&admin).await;
    assert!(!cancel(&mut admin, PACE.patience).await.unwrap(), "there is none");
    assert!(killed::until(&plaza, Move::Promote, "300 rows copied").await);
    let refused = divided(&breeze, Move::Promote).await.unwrap_err();
    assert!(matches!(&refused, PartitionError::Unfinished(who) if *who == [plaza.id]), "{refused}");

    // What was said stays said, also for the owner.
    for sql in ["update messages set content = 'x'", "delete from messages", "truncate messages cascade"] {
        let held = admin.batch_execute(sql).await.unwrap_err();
        assert_eq!(held.code().map(|code| code.code()), Some("55006"), "{sql}: {held}");
    }
    assert!(cancel(&mut admin, PACE.patience).await.unwrap());
    assert_eq!(all(&admin).await, before);
    assert_eq!(tables(&admin).await, [("messages".to_owned(), vec![plaza.id, breeze.id])]);
    assert_sound(&plaza).await;
    assert!(divided(&breeze, Move::Promote).await.unwrap(), "another one may begin");

    // Once the tables have changed places, the way is forward.
    assert!(killed::until(&breeze, Move::Demote, "The new table is in its place, with its policies.").await);
    let refused = cancel(&mut admin, PACE.patience).await.unwrap_err();
    assert!(matches!(refused, PartitionError::Swapped), "{refused}");
    assert!(divided(&breeze, Move::Demote).await.unwrap());
    assert_eq!(all(&admin).await, before);
    assert_sound(&plaza).await;
}

/// Whoever goes past the triggers is found out, before the tables change places and after.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_not_in_both_tables_stops_the_move() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 250).await;
    let mut admin = plaza.world.admin().await;
    let behind =
        |sql: &str| format!("set session_replication_role = replica; {sql}; set session_replication_role = origin");
    let before = all(&admin).await;
    for (news, sql) in [
        ("All 500 rows are copied.", "delete from app.messages_next where id = (select id from messages limit 1)"),
        ("All 500 rows are copied.", "update messages set content = 'x' where id = (select id from messages limit 1)"),
        ("All 500 rows are copied.", "update app.messages_next set created_at = created_at - interval '1 microsecond'"),
        (
            "The new table is in its place, with its policies.",
            "delete from messages where id = (select id from messages offset 7 limit 1)",
        ),
    ] {
        assert!(killed::until(&plaza, Move::Promote, news).await, "{news}");
        admin.batch_execute(&behind(sql)).await.unwrap();
        let refused = divided(&plaza, Move::Promote).await.unwrap_err();
        assert!(matches!(refused, PartitionError::Differs(_)), "{sql}: {refused}");
        if news.starts_with("All") {
            cancel(&mut admin, PACE.patience).await.unwrap();
            admin
                .batch_execute(&behind("update messages set content = 'Towels, number 1' where content = 'x'"))
                .await
                .unwrap();
        }
    }
    // The old table is still there to mend it from.
    let mend = "insert into messages select * from app.messages_before on conflict do nothing";
    admin.batch_execute(&behind(mend)).await.unwrap();
    assert!(divided(&plaza, Move::Promote).await.unwrap());
    assert_eq!(all(&admin).await.0, before.0);
    assert_sound(&plaza).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_changed_in_between_is_not_put_in_place() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 250).await;
    let mut admin = plaza.world.admin().await;
    for sql in [
        "alter table messages add column later text",
        "drop trigger messages_mirror on messages",
        "alter table messages disable trigger messages_mirror",
        "alter table app.messages_next drop column content",
    ] {
        assert!(killed::until(&plaza, Move::Promote, "300 rows copied").await);
        admin.batch_execute(sql).await.unwrap();
        let refused = divided(&plaza, Move::Promote).await.unwrap_err();
        assert!(matches!(refused, PartitionError::Changed), "{sql}: {refused}");
        cancel(&mut admin, PACE.patience).await.unwrap();
        admin.batch_execute("alter table messages drop column if exists later").await.unwrap();
    }
    // `stayzr migrate` in between puts row security back, and the move goes on.
    assert!(killed::until(&plaza, Move::Promote, "300 rows copied").await);
    stayzr::db::migrate::run(&mut admin, &Sources::embedded().unwrap(), &[]).await.unwrap();
    assert!(divided(&plaza, Move::Promote).await.unwrap());
    assert_eq!(tables(&admin).await.len(), 2);
    assert_sound(&plaza).await;
}

/// Who holds messages is waited for, but not for long, and nobody waits behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_not_to_be_had_is_tried_for_again() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 20).await;
    let mut admin = plaza.world.admin().await;
    let holder = plaza.world.admin().await;
    holder.batch_execute("begin; lock table messages in row exclusive mode").await.unwrap();
    let sources = Sources::embedded().unwrap();
    let pace = Pace { batch: 100, patience: Duration::from_secs(1) };
    let begun = Instant::now();
    let moving = divide(&mut admin, &sources, &plaza.slug, Move::Promote, pace, |_| ());
    let reading = async {
        let mut longest = Duration::ZERO;
        while begun.elapsed() < Duration::from_millis(900) {
            let asked = Instant::now();
            plaza.get("/v1/messages/search?q=towels").await.assert_ok();
            longest = longest.max(asked.elapsed());
        }
        longest
    };
    let (moved, longest) = tokio::join!(moving, reading);
    assert!(matches!(moved, Err(PartitionError::Busy)), "{moved:?}");
    assert!(longest < Duration::from_millis(700), "somebody waited for {longest:?}");
    holder.batch_execute("commit").await.unwrap();
    assert!(divided(&plaza, Move::Promote).await.unwrap());
}
