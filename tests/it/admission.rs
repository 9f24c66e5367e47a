//! Each hotel has its own share of the server, by its plan, and spends nobody else's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use stayzr::db::Client;

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

const GUESTS: &str = "/v1/guests?limit=1";

/// Lets the hotel have so much of the server, whatever its plan says, from now on.
async fn allow(hotel: &Hotel, limits: &[(&str, i64)]) {
    let sql = "insert into subscription_overrides (organization_id, name, value, reason)
               values ($1, $2, to_jsonb($3::bigint), 'A test')
               on conflict (organization_id, name) do update set value = excluded.value";
    let admin = hotel.world.admin().await;
    for (name, value) in limits {
        admin.execute(sql, &[&hotel.id, name, value]).await.unwrap();
    }
    let whole = limits.iter().find(|(name, _)| *name == "maxRequestsPerSecond").map(|(_, value)| 5 * value);
    if let Some(whole) = whole {
        let policy = format!("\"organization\";q={whole};w=5");
        eventually("the server has heard of it", async || hotel.get(GUESTS).await.header("RateLimit-Policy") == policy)
            .await;
    }
}

fn left(answer: &Answer) -> u32 {
    let text = answer.header("RateLimit");
    text.strip_prefix("\"organization\";r=").and_then(|rest| rest.split(';').next()).unwrap().parse().unwrap()
}

/// Holds the guests of everybody, so that whoever writes one waits.
async fn holding_guests(hotel: &Hotel) -> Client {
    let admin = hotel.world.admin().await;
    admin.batch_execute("begin; lock table guests in share mode").await.unwrap();
    admin
}

fn write(hotel: &Hotel, name: String) -> tokio::task::JoinHandle<Answer> {
    let call = Call::post("/v1/guests", &json!({"fullName": name, "email": format!("{name}@example.com")}));
    let (call, world) = (call.header("Authorization", &format!("Bearer {}", hotel.admin_token)), hotel.world.clone());
    tokio::spawn(async move { call.send(&world).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_that_asks_too_often_is_told_when_to_come_back_and_no_other_is() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let (plaza, breeze) = (Arc::new(plaza), Arc::new(breeze));
    allow(&plaza, &[("maxRequestsPerSecond", 1)]).await;
    breeze.get(GUESTS).await.assert_ok();
    let began = Instant::now();
    let (answers, neighbours) =
        tokio::join!(join_all((0..20).map(|_| plaza.get(GUESTS))), join_all((0..6).map(|_| breeze.get(GUESTS))));
    // Five at once, and one in each second that it took.
    let admitted = answers.iter().filter(|answer| answer.status == 200).count();
    let most = 5 + began.elapsed().as_secs() as usize + 1;
    assert!((1..=most).contains(&admitted), "{admitted} of at most {most}");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        assert_eq!(left(&answer), 0);
        let seconds: u32 = answer.header("Retry-After").parse().unwrap();
        assert!((1..=2).contains(&seconds), "{seconds}");
        let problem = answer.assert_problem(429, "rate_limit_exceeded");
        assert_eq!(problem["detail"], "The hotel's plan allows 1 request a second.");
    }
    for answer in neighbours {
        assert!(left(&answer) > 0);
        answer.assert_ok();
    }
    // The platform's own work is not the hotel's.
    robin.get(format!("/v1/platform/organizations/{}", plaza.id)).await.assert_ok();
    // Whoever waits as told gets in, and another plan holds at once.
    tokio::time::sleep(Duration::from_secs(1)).await;
    plaza.get(GUESTS).await.assert_ok();
    allow(&plaza, &[("maxRequestsPerSecond", 100)]).await;
    assert!(left(&plaza.get(GUESTS).await) > 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_spends_nothing_of_the_hotel() {
    let (plaza, _) = two_hotels().await;
    allow(&plaza, &[("maxRequestsPerSecond", 1)]).await;
    for token in ["", "Bearer nonsense", &format!("Bearer {}x", plaza.admin_token)] {
        for _ in 0..10 {
            let answer = Call::get(GUESTS).header("Authorization", token).send(&plaza.world).await;
            assert_eq!(answer.header("RateLimit"), "");
            answer.assert_problem(401, "unauthenticated");
        }
    }
    eventually("some is left", async || plaza.get(GUESTS).await.status == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_worked_on_and_no_more_wait_than_the_plan_says() {
    let (plaza, breeze) = two_hotels().await;
    let (plaza, breeze) = (Arc::new(plaza), Arc::new(breeze));
    allow(&plaza, &[("maxConcurrentRequests", 2), ("maxWaitingRequests", 1), ("maxRequestsPerSecond", 1000)]).await;
    let holder = holding_guests(&plaza).await;
    let writers: Vec<_> = (0..2).map(|number| write(&plaza, format!("writer{number}"))).collect();
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and usename = 'stayzr_app' and wait_event_type = 'Lock'";
    let watcher = plaza.world.admin().await;
    eventually("both are being worked on", async || {
        watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 2
    })
    .await;
    // One of three waits, and the others are told at once.
    let mut more: FuturesUnordered<_> = (0..3).map(|_| plaza.get("/v1/organization")).collect();
    for _ in 0..2 {
        let answer = more.next().await.unwrap();
        assert_eq!(answer.header("Retry-After"), "1");
        let problem = answer.assert_problem(429, "concurrency_limit_exceeded");
        assert_eq!(problem["detail"], "The hotel's plan has 2 requests worked on at a time while at most 1 wait.");
    }
    // Others have their own places.
    breeze.get("/v1/organization").await.assert_ok();
    holder.batch_execute("commit").await.unwrap();
    for writer in writers {
        writer.await.unwrap().assert_created();
    }
    more.next().await.unwrap().assert_ok();
}

/// However few its requests are: what counts is what they take of the database.
#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_whose_requests_take_too_much_of_the_database_is_told_when_to_come_back() {
    let (plaza, breeze) = two_hotels().await;
    allow(&plaza, &[("maxDatabaseMillisecondsPerSecond", 20), ("maxRequestsPerSecond", 1000)]).await;
    // What waits for a lock runs, so this one takes more than is saved up in five seconds.
    let holder = holding_guests(&plaza).await;
    let began = Instant::now();
    let writer = write(&plaza, "slow".into());
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and usename = 'stayzr_app' and wait_event_type = 'Lock'";
    let watcher = plaza.world.admin().await;
    eventually("it waits", async || watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 1).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    holder.batch_execute("commit").await.unwrap();
    writer.await.unwrap().assert_created();
    // 1.4 seconds of the database are owed at least, at 20 ms a second, and never more than there were.
    let answer = plaza.get(GUESTS).await;
    let seconds: f64 = answer.header("Retry-After").parse().unwrap();
    let elapsed = began.elapsed().as_secs_f64();
    assert!((70.0 - elapsed..=elapsed / 0.02 + 1.0).contains(&seconds), "{seconds} after {elapsed}");
    let problem = answer.assert_problem(429, "database_time_exceeded");
    assert_eq!(problem["detail"], "The hotel's plan allows 20 ms of the database's time a second.");
    breeze.get(GUESTS).await.assert_ok();
    allow(&plaza, &[("maxDatabaseMillisecondsPerSecond", 1000), ("maxRequestsPerSecond", 1001)]).await;
    plaza.get(GUESTS).await.assert_ok();
}

/// Both wait for the same lock, and the one whose plan says so waits for less.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_runs_for_as_long_as_the_plan_says() {
    let (plaza, breeze) = two_hotels().await;
    allow(&plaza, &[("maxStatementSeconds", 1), ("maxRequestsPerSecond", 1000)]).await;
    breeze.get(GUESTS).await.assert_ok();
    let holder = plaza.world.admin().await;
    holder.batch_execute("begin; lock table guests in access exclusive mode").await.unwrap();
    let longer = breeze.get(GUESTS);
    tokio::pin!(longer);
    let shorter = tokio::select! {
        biased;
        answer = &mut longer => panic!("first was the other: {answer:?}"),
        answer = plaza.get(GUESTS) => answer,
    };
    shorter.assert_problem(503, "timeout");
    // It does not go on behind the answer either: but for the other nobody waits.
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and usename = 'stayzr_app' and wait_event_type = 'Lock'";
    let waiting: i64 = plaza.world.admin().await.query_one(waiting, &[]).await.unwrap().get(0);
    assert!(waiting <= 1, "{waiting} wait");
    // A write that is cut short did nothing.
    write(&plaza, "late".into()).await.unwrap().assert_problem(503, "timeout");
    holder.batch_execute("commit").await.unwrap();
    assert_eq!(plaza.get("/v1/guests?search=late").await.assert_ok()["items"], json!([]));
    let _ = longer.await;
}

/// A place is given back by who was refused, who failed and who hung up.
#[tokio::test(flavor = "multi_thread")]
async fn no_place_is_lost() {
    let (plaza, _) = two_hotels().await;
    allow(&plaza, &[("maxConcurrentRequests", 1), ("maxWaitingRequests", 1), ("maxRequestsPerSecond", 1000)]).await;
    let holder = holding_guests(&plaza).await;
    for number in 0..5 {
        let gone = write(&plaza, format!("gone{number}"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        gone.abort();
        let _ = gone.await;
    }
    holder.batch_execute("rollback").await.unwrap();
    for _ in 0..5 {
        plaza.get("/v1/guests/00000000-0000-7000-8000-000000000000").await.assert_problem(404, "guest_not_found");
        plaza.get("/v1/guests?limit=0").await.assert_problem(422, "invalid");
    }
    plaza.get(GUESTS).await.assert_ok();
}
