//! `/healthz`, `/readyz`, the documentation

use serde_json::json;
use stayzr::db::parse_url;

use crate::support::{Call, Cluster, World};

#[tokio::test(flavor = "multi_thread")]
async fn health_live_and_ready_need_no_token() {
    let world = World::new().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Call::get(path).send(&world).await.assert_ok(), json!({"status": "ok"}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_ready_tells_that_the_database_is_away_and_live_does_not_care() {
    let nowhere = parse_url("nowhere", "postgres://stayzr_app@127.0.0.1:1/nowhere").unwrap();
    let world = World::on("nowhere".into(), &nowhere, |_| ());
    let problem = Call::get("/readyz").send(&world).await.assert_problem(503, "not_ready");
    assert_eq!(problem["detail"], "Not ready: the database cannot be reached.");
    Call::get("/healthz").send(&world).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn health_ready_tells_that_the_database_is_not_migrated() {
    // The roles come with the first migrated database of the cluster; this one has no schema.
    Cluster::get().migrated_database().await;
    let database = Cluster::get().empty_database().await;
    let name = database.get_dbname().unwrap().to_owned();
    let app = Cluster::get().config("stayzr_app", &name);
    let world = World::on(name, &app.into(), |_| ());
    let problem = Call::get("/readyz").send(&world).await.assert_problem(503, "not_ready");
    assert_eq!(problem["detail"], "Not ready: the database is not migrated.");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_ready_tells_that_the_seal_key_is_not_accepted() {
    let world = World::new().await;
    world.admin().await.batch_execute("delete from app.seal_keys").await.unwrap();
    let problem = Call::get("/readyz").send(&world).await.assert_problem(503, "not_ready");
    assert_eq!(problem["detail"], "Not ready: the database does not accept the seal key.");
}

#[tokio::test(flavor = "multi_thread")]
async fn documentation_is_served_without_a_token_and_asks_no_other_host() {
    let world = World::new().await;
    let document = Call::get("/openapi.json").send(&world).await.assert_ok();
    assert_eq!(document, serde_json::from_str::<serde_json::Value>(&stayzr::app::document().unwrap()).unwrap());
    let page = Call::get("/docs").send(&world).await;
    assert_eq!(page.status, 200);
    let page = String::from_utf8(page.body).unwrap();
    for tag in ["<script src=", "<link rel=\"stylesheet\" href=\"http", "@import url"] {
        assert!(!page.contains(tag), "the page loads something: {tag}");
    }
    let front = Call::get("/").send(&world).await;
    assert_eq!(front.header("location"), "/docs", "{front:?}");
}
