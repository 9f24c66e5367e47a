//! The pools, while PostgreSQL keeps requests waiting.

use std::sync::Arc;
use std::time::Duration;

use poem::{Endpoint, Request};

use super::server::Server;
use crate::support::{World, eventually};

const APP: [(&str, &str); 1] = [("pool", "app")];

#[tokio::test(flavor = "multi_thread")]
async fn connections_in_use_and_who_waits_for_them_are_told_and_go_back_to_none() {
    let world = World::new().await;
    let plaza = world.hotel("grand-plaza").await;
    let server = Arc::new(Server::of(&world).await);
    assert_eq!(server.get(&plaza.admin_token, "/v1/guests").await, 200);
    let mut admin = world.admin().await;
    let lock = admin.transaction().await.unwrap();
    lock.batch_execute("lock table guests in access exclusive mode").await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (server, token) = (server.clone(), plaza.admin_token.clone());
        waiting.spawn(async move { server.get(&token, "/v1/guests").await });
    }
    let is = async |in_use: f64, queue: f64| {
        let page = server.page().await;
        page.value("stayzr_pool_connections", &[("pool", "app"), ("state", "in_use")]) == Some(in_use)
            && page.value("stayzr_pool_waiting", &APP) == Some(queue)
    };
    eventually("four have a connection and two wait for one", async || is(4.0, 2.0).await).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    lock.rollback().await.unwrap();
    while let Some(status) = waiting.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    assert!(is(0.0, 0.0).await, "before the answer, the connection is back");
    let page = server.page().await;
    assert!(page.value("stayzr_pool_wait_seconds_sum", &APP).unwrap() > 2.0 * 0.1, "two waited for the lock's end");
    assert!(page.value("stayzr_database_seconds_sum", &APP).unwrap() > 4.0 * 0.1, "four waited for it in the database");
    assert_eq!(page.value("stayzr_pool_connections", &[("pool", "platform"), ("state", "in_use")]), Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_given_up_is_counted_with_the_time_it_took() {
    let world = World::new().await;
    let plaza = world.hotel("grand-plaza").await;
    let server = Server::of(&world).await;
    assert_eq!(server.get(&plaza.admin_token, "/v1/guests").await, 200);
    let mut admin = world.admin().await;
    let lock = admin.transaction().await.unwrap();
    lock.batch_execute("lock table guests in access exclusive mode").await.unwrap();
    let request = Request::builder().uri_str("/v1/guests");
    let request = request.header("Authorization", format!("Bearer {}", plaza.admin_token)).finish();
    let given_up = tokio::time::timeout(Duration::from_millis(200), server.api.call(request)).await;
    assert!(given_up.is_err());
    lock.rollback().await.unwrap();

    let page = server.page().await;
    let abandoned = [("operation", "none"), ("status", "abandoned")];
    assert_eq!(page.value("stayzr_requests_total", &abandoned), Some(1.0));
    let organization = plaza.id.to_string();
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", &organization)]), Some(2.0));
    assert!(page.value("stayzr_request_duration_seconds_sum", &[("operation", "none")]).unwrap() >= 0.2);
    // Both requests asked for their guests, and at least the first for its caller.
    let asked = page.sum("stayzr_cache_requests_total", &[("outcome", "miss")]);
    assert_eq!(page.value("stayzr_database_seconds_count", &APP), Some(asked + 2.0));
    assert!(page.value("stayzr_database_seconds_sum", &APP).unwrap() >= 0.1);
    assert_eq!(page.value("stayzr_pool_connections", &[("pool", "app"), ("state", "in_use")]), Some(0.0));
    page.assert_sums_agree();
}
