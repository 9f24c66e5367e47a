//! A hotel with connections of its own waits for nobody, and nobody for it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stayzr::db::Client;

use crate::support::{Answer, Call, Hotel, World, eventually};

const GUESTS: &str = "/v1/guests?limit=1";

/// A server with so few connections that two requests take all of them.
async fn scene() -> (Hotel, Hotel, Hotel) {
    let world = World::with(|settings| settings.app_connections = 2).await;
    (world.hotel("grand-plaza").await, world.hotel("sea-breeze").await, world.hotel("harbour-house").await)
}

async fn connections(world: &World) -> i64 {
    let there = "select count(*) from pg_stat_activity where usename = 'stayzr_app' and datname = current_database()
                 and application_name = 'stayzr' and query not ilike '%listen%'";
    world.admin().await.query_one(there, &[]).await.unwrap().get(0)
}

/// Gives the hotel so many, once the server has heard of it: the headers tell of another limit that is set with it.
async fn dedicate(hotel: &Hotel, connections: Option<i64>) {
    let rate = 10_000 + connections.map_or(1, |connections| connections % 1000 + 2);
    let sql = "insert into subscription_overrides (organization_id, name, value, reason)
               values ($1, 'maxDedicatedConnections', coalesce(to_jsonb($2::bigint), 'null'), 'A test'),
                   ($1, 'maxRequestsPerSecond', to_jsonb($3::bigint), 'A test')
               on conflict (organization_id, name) do update set value = excluded.value";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &connections, &rate]).await.unwrap();
    let policy = format!("\"organization\";q={};w=5", 5 * rate);
    let heard = async || hotel.get(GUESTS).await.header("RateLimit-Policy") == policy;
    eventually("the server has heard of it", heard).await;
}

fn write(hotel: &Hotel, number: usize) -> tokio::task::JoinHandle<Answer> {
    let body = json!({"fullName": "Ada", "email": format!("ada{number}@example.com")});
    let call = Call::post("/v1/guests", &body).header("Authorization", &format!("Bearer {}", hotel.admin_token));
    let world = hotel.world.clone();
    tokio::spawn(async move { call.send(&world).await })
}

/// Requests of that hotel that wait in the database, on as many connections as there are for them.
async fn hold(hotel: &Hotel, requests: usize) -> (Client, Vec<tokio::task::JoinHandle<Answer>>) {
    let holder = hotel.world.admin().await;
    holder.batch_execute("begin; lock table guests in share mode").await.unwrap();
    let writers = (0..requests).map(|number| write(hotel, number)).collect();
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let all_wait =
        async || hotel.world.admin().await.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) >= requests as i64;
    eventually("they hold their connections", all_wait).await;
    (holder, writers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_with_connections_of_its_own_is_not_starved_and_starves_nobody() {
    let (plaza, breeze, harbour) = scene().await;
    for hotel in [&plaza, &breeze, &harbour] {
        hotel.get(GUESTS).await.assert_ok();
    }
    dedicate(&plaza, Some(1)).await;
    plaza.get(GUESTS).await.assert_ok();

    // Another takes all that are shared: who shares them is told to come back, and the one with its own goes on.
    let (holder, writers) = hold(&breeze, 2).await;
    harbour.get(GUESTS).await.assert_problem(503, "overloaded");
    for _ in 0..5 {
        plaza.get(GUESTS).await.assert_ok();
    }
    holder.batch_execute("commit").await.unwrap();
    for writer in writers {
        writer.await.unwrap().assert_created();
    }

    // It takes its own: it is told to come back, and everybody else goes on, who comes to help among them.
    let visit = plaza.world.platform().await.visit(&plaza, false).await;
    let (holder, writers) = hold(&plaza, 1).await;
    plaza.get(GUESTS).await.assert_problem(503, "overloaded");
    visit
        .call(Call::get("/v1/guests/00000000-0000-7000-8000-000000000000"))
        .await
        .assert_problem(404, "guest_not_found");
    for _ in 0..5 {
        breeze.get(GUESTS).await.assert_ok();
        harbour.get(GUESTS).await.assert_ok();
    }
    holder.batch_execute("commit").await.unwrap();
    for writer in writers {
        writer.await.unwrap().assert_created();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_connections_follow_the_plan_and_are_as_many_as_a_server_has_at_most() {
    let (plaza, ..) = scene().await;
    plaza.get(GUESTS).await.assert_ok();
    let shared = connections(&plaza.world).await;
    for (allowed, more) in [(Some(1), 1), (Some(2), 2), (None, 2), (Some(1_000_000_000_000), 2), (Some(0), 0)] {
        dedicate(&plaza, allowed).await;
        let plaza = Arc::new(plaza.clone());
        let (holder, writers) = hold(&plaza, more.max(1)).await;
        // What was lent out before closes as it comes back, and the pool of before goes.
        let there = async || (shared..=2).contains(&(connections(&plaza.world).await - more as i64));
        eventually(&format!("{allowed:?} are {more} more"), there).await;
        holder.batch_execute("rollback").await.unwrap();
        for writer in writers {
            let status = writer.await.unwrap().status.as_u16();
            assert!([201, 409].contains(&status), "{status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_context_on_its_connections_is_the_hotels_and_leaves_with_the_request() {
    let (plaza, breeze, _) = scene().await;
    dedicate(&plaza, Some(1)).await;
    dedicate(&breeze, Some(1)).await;
    let guest = plaza.create_guest("ada@example.com").await;
    for _ in 0..3 {
        assert_eq!(plaza.walk("/v1/guests", 5).await.len(), 1);
        assert_eq!(breeze.walk("/v1/guests", 5).await.len(), 0);
    }
    breeze.get(format!("/v1/guests/{}", guest["id"].as_str().unwrap())).await.assert_problem(404, "guest_not_found");
    // A request that is dropped midway takes its connection with it.
    let (holder, writers) = hold(&plaza, 1).await;
    writers.into_iter().for_each(|writer| writer.abort());
    holder.batch_execute("commit").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    plaza.get(GUESTS).await.assert_ok();
}
