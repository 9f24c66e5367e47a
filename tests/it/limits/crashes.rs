//! Whatever becomes of a transaction, the counters say what the rows say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use stayzr::db::Client;

use super::{METERED, Scene};
use crate::support::Chance;

const CONNECTIONS: u64 = 12;
const TRANSACTIONS: usize = 50;

/// One or a few writes in a transaction. What is refused or killed is over with its transaction.
async fn work(app: &Client, scene: &Scene, chance: &mut Chance) -> Result<(), tokio_postgres::Error> {
    app.batch_execute(&scene.begin()).await?;
    let (resource, _) = METERED[chance.below(5) as usize];
    let one = scene.one_more(resource);
    match chance.below(8) {
        0 => {
            app.batch_execute(&format!("savepoint here; {one}; rollback to here; {}", scene.one_more("guests"))).await?
        }
        1 => {
            app.batch_execute(&one).await?;
            return app.batch_execute("rollback").await;
        }
        2 => {
            let archive = "update guests set archived_at = now() where id in (
                               select id from guests where archived_at is null and full_name = 'G' limit 3 for update skip locked)";
            app.batch_execute(archive).await?;
        }
        3 => {
            let status = ["open", "pending", "closed", "archived"][chance.below(4) as usize];
            let change = format!(
                "update conversations set status = '{status}' where id in (
                     select id from conversations order by random() limit 3 for update skip locked)"
            );
            app.batch_execute(&change).await?;
        }
        4 => {
            let delete = "update users set status = 'deleted' where id in (
                              select id from users where full_name = 'U' and status <> 'deleted' limit 1 for update skip locked)";
            app.batch_execute(delete).await?;
        }
        _ => app.batch_execute(&one).await?,
    }
    app.batch_execute("commit").await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaks_from_what_was_rolled_back_refused_or_killed() {
    let scene = Arc::new(Scene::set().await);
    for (resource, limit) in METERED {
        let used = scene.used(resource).await;
        scene.allow(limit, if resource == "storage" { 2 } else { used + 12 }).await;
    }
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let over = Arc::new(AtomicBool::new(false));
    let killing = tokio::spawn({
        let (scene, over) = (scene.clone(), over.clone());
        async move {
            let admin = scene.world().admin().await;
            // Only one that has written: a connection that is still being made ready is nobody's transaction.
            let kill = "select count(pg_terminate_backend(pid)) from (
                            select pid from pg_stat_activity
                            where usename = 'stayzr_app' and datname = current_database() and backend_xid is not null
                            order by random() limit 1
                        ) as victim";
            let mut killed = 0;
            while !over.load(Ordering::Relaxed) {
                killed += admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0);
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
            killed
        }
    });
    let workers = (0..CONNECTIONS).map(|number| {
        let scene = scene.clone();
        tokio::spawn(async move {
            let mut chance = Chance::new(seed + number);
            let mut app = scene.app().await;
            let (mut done, mut lost, mut refused) = (0, 0, 0);
            for _ in 0..TRANSACTIONS {
                match work(&app, &scene, &mut chance).await {
                    Ok(()) => done += 1,
                    Err(error) if error.code().is_some_and(|code| code.code() == "SZ001") => {
                        refused += 1;
                        // The connection may have been killed meanwhile.
                        if app.batch_execute("rollback").await.is_err() {
                            app = scene.app().await;
                        }
                    }
                    Err(_) => {
                        lost += 1;
                        app = scene.app().await;
                    }
                }
            }
            (done, lost, refused)
        })
    });
    let outcomes: Vec<(u32, u32, u32)> = join_all(workers).await.into_iter().map(Result::unwrap).collect();
    over.store(true, Ordering::Relaxed);
    let killed = killing.await.unwrap();
    let (done, lost, refused) =
        outcomes.into_iter().fold((0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2));
    eprintln!("{done} transactions done, {lost} lost, {refused} refused, {killed} connections killed");
    assert!(done > 100 && refused > 0 && killed > 0, "a test of something");
    assert_eq!(scene.differences(false).await, []);
    for (resource, limit) in METERED {
        let sql = "select app.limit_amount(app.plan_limit($1, $2, now()), $3)";
        let admin = scene.world().admin().await;
        let most: i64 = admin.query_one(sql, &[&scene.hotel.id, &limit, &resource]).await.unwrap().get(0);
        assert!(scene.used(resource).await <= most, "{resource}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_past_the_triggers_is_found_and_mended() {
    let scene = Scene::set().await;
    let admin = scene.world().admin().await;
    let past = format!(
        "begin;
         set local session_replication_role = replica;
         insert into guests (organization_id, id, full_name, email, language, name_words)
         select {0}, gen_random_uuid(), 'G', gen_random_uuid() || '@example.com', 'en', '' from generate_series(1, 7);
         delete from attachments where organization_id = {0};
         update usage_slots set used = used + 2 where organization_id = {0} and resource = 'messages' and slot = 3;
         commit",
        scene.hotel.id
    );
    admin.batch_execute(&past).await.unwrap();
    let found = |differences: Vec<stayzr::usage::Difference>| -> Vec<(String, i64, i64)> {
        differences.into_iter().map(|one| (one.resource, one.recorded, one.counted)).collect()
    };
    let expected = vec![("guests".to_owned(), 1, 8), ("messages".to_owned(), 3, 1)];
    assert_eq!(found(scene.differences(false).await), expected);
    assert_eq!(found(scene.differences(false).await), expected, "looking changes nothing");
    assert_eq!(found(scene.differences(true).await), expected);
    assert_eq!(scene.differences(false).await, []);
    assert_eq!((scene.used("guests").await, scene.used("messages").await), (8, 1));
}
