//! The database goes away, says nothing, kills, waits: requests meanwhile get a problem
//! that says when to try again, none hangs, and the server needs no restart.

mod load;
mod server;

use std::time::Duration;

use poem::{EndpointExt, Route, handler};
use serde_json::json;
use stayzr::http::observe::Observe;

use crate::support::{Call, Cluster, Path, Proxy, World, eventually, listen, two_hotels};
use load::{Load, ask};
use server::Server;

/// So that what waits for something that does not come is not waited for long.
fn impatient(settings: &mut stayzr::config::Settings) {
    settings.pool_wait_ms = 300;
    settings.connect_timeout_ms = 500;
    settings.request_timeout_ms = 1500;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_and_starts_again_costs_the_requests_meanwhile() {
    let mut server = Server::start().await;
    let world = server.world(impatient);
    let plaza = world.hotel("grand-plaza").await;
    let breeze = world.hotel("sea-breeze").await;
    let base = format!("http://{}", world.serve().await);
    assert_eq!(ask(&base, "/readyz").await.status, 200);

    let load = Load::start(&base, &[&plaza, &breeze]);
    load.runs_well().await;
    server.stop().await;
    eventually("requests are refused", async || load.refused() > 20).await;
    ask(&base, "/readyz").await.assert_try_again();
    assert_eq!(ask(&base, "/healthz").await.status, 200);

    server.start_again().await;
    eventually("it is ready again", async || ask(&base, "/readyz").await.status == 200).await;
    load.runs_well().await;
    let report = load.stop().await;
    eprintln!("stopped and started: {report}");
    report.assert_only_try_again();
    report.assert_nothing_lost(&world).await;
    drop(world);
    server.stop().await;
}

/// Killed is worse than stopped: PostgreSQL drops every connection and replays its log.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_loses_nothing_that_was_acknowledged() {
    let mut server = Server::start().await;
    let world = server.world(impatient);
    let plaza = world.hotel("grand-plaza").await;
    let base = format!("http://{}", world.serve().await);
    let load = Load::start(&base, &[&plaza]);
    for _ in 0..3 {
        load.runs_well().await;
        let before = load.refused();
        server.crash().await;
        eventually("the crash is felt", async || load.refused() > before).await;
    }
    load.runs_well().await;
    let report = load.stop().await;
    eprintln!("crashed: {report}");
    report.assert_only_try_again();
    report.assert_nothing_lost(&world).await;
    drop(world);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_says_nothing_hangs_nobody() {
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), Duration::ZERO);
    let world = World::on(database, &proxy.address(), impatient);
    let plaza = world.hotel("grand-plaza").await;
    let base = format!("http://{}", world.serve().await);
    let load = Load::start(&base, &[&plaza]);
    for path in [Path::Silent, Path::Closed] {
        load.runs_well().await;
        let before = load.refused();
        proxy.set(path);
        eventually("requests are refused", async || load.refused() > before + 20).await;
        ask(&base, "/readyz").await.assert_try_again();
        assert_eq!(ask(&base, "/healthz").await.status, 200);
        proxy.set(Path::Open);
        eventually("it is ready again", async || ask(&base, "/readyz").await.status == 200).await;
    }
    load.runs_well().await;
    let report = load.stop().await;
    eprintln!("silent and closed: {report}");
    report.assert_only_try_again();
    report.assert_nothing_lost(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backend_costs_at_most_the_request_that_was_on_it() {
    let (plaza, breeze) = two_hotels().await;
    let world = &plaza.world;
    let base = format!("http://{}", world.serve().await);
    let admin = world.admin().await;
    let load = Load::start(&base, &[&plaza, &breeze]);
    let mut killed = 0;
    for _ in 0..15 {
        load.runs_well().await;
        let kill = "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity
                    where datname = current_database() and usename = 'stayzr_app' order by random() limit 1) victim";
        killed += admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0) as usize;
    }
    load.runs_well().await;
    let report = load.stop().await;
    eprintln!("{killed} backends killed: {report}");
    assert!(killed > 0);
    report.assert_only_try_again();
    assert!(report.refused() <= killed, "{report} for {killed} killed backends");
    report.assert_nothing_lost(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exhausted_pool_and_a_locked_row_say_when_to_try_again() {
    let world = World::with(|settings| {
        settings.app_connections = 2;
        settings.pool_wait_ms = 200;
    })
    .await;
    let plaza = world.hotel("grand-plaza").await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    let admin = world.admin().await;
    admin.batch_execute("begin; select id from guests for update").await.unwrap();

    let patch = |note: &'static str| {
        let (plaza, path) = (plaza.clone(), path.clone());
        tokio::spawn(async move { plaza.patch(&path, json!({"notes": note})).await })
    };
    let waiting = [patch("first"), patch("second")];
    let blocked = "select count(*) = 2 from pg_stat_activity
                   where datname = current_database() and usename = 'stayzr_app' and wait_event_type = 'Lock'";
    let watcher = world.admin().await;
    eventually("both wait for the row", async || watcher.query_one(blocked, &[]).await.unwrap().get(0)).await;
    let refused = plaza.get(&path).await;
    refused.assert_problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), "1");

    // The lock timeout of the role ends the wait; nobody lets go of the row meanwhile.
    for answer in waiting {
        let answer = answer.await.unwrap();
        answer.assert_problem(503, "timeout");
        assert_eq!(answer.header("retry-after"), "1");
    }
    plaza.get(&path).await.assert_ok();
    admin.batch_execute("rollback").await.unwrap();
    plaza.patch(&path, json!({"notes": "at last"})).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_of_the_service_wait_for_nothing_for_ever() {
    let world = World::new().await;
    for role in ["stayzr_app", "stayzr_platform", "stayzr_auditor"] {
        let client = crate::support::connect(&Cluster::get().config(role, &world.database)).await;
        for setting in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
            let value: String = client.query_one(&format!("show {setting}"), &[]).await.unwrap().get(0);
            assert_ne!(value, "0", "{setting} of {role}");
        }
    }
    let client = world.app_client().await;
    let endless = client.batch_execute("select pg_sleep(600)").await.unwrap_err();
    assert_eq!(endless.code().unwrap().code(), "57014");
}

/// A handler with a mistake in it.
#[handler]
fn mistaken() -> &'static str {
    panic!("a handler panics, as this test wants it to")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_one_requests_problem() {
    let world = World::new().await;
    let routes = Route::new().at("/mistaken", poem::get(mistaken).with(Observe::default())).nest(
        "/",
        stayzr::app::endpoint(&world.settings, world.pools(&world.settings), world.server_tokens(), world.mailer())
            .unwrap(),
    );
    let base = format!("http://{}", listen(routes).await);
    for _ in 0..3 {
        let answer = ask(&base, "/mistaken").await;
        assert_eq!((answer.status, answer.code.as_str()), (500, "internal"));
        assert!(!answer.request_id.is_empty());
        assert_eq!(answer.instance, format!("urn:stayzr:request:{}", answer.request_id));
        assert!(!answer.body.contains("as this test wants"), "a client was told why: {}", answer.body);
        assert_eq!(ask(&base, "/healthz").await.status, 200);
        assert_eq!(ask(&base, "/readyz").await.status, 200);
    }
}

/// What cannot be connected to at all, from the first request on.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_database_says_so_and_needs_no_restart() {
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), Duration::ZERO);
    proxy.set(Path::Closed);
    let world = World::on(database, &proxy.address(), impatient);
    let plaza = world.hotel("grand-plaza").await;
    plaza.get("/v1/guests").await.assert_problem(503, "database_unavailable");
    Call::get("/readyz").send(&world).await.assert_problem(503, "not_ready");
    Call::get("/healthz").send(&world).await.assert_ok();
    proxy.set(Path::Open);
    plaza.get("/v1/guests").await.assert_ok();
    Call::get("/readyz").send(&world).await.assert_ok();
}
