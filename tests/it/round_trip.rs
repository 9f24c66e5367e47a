//! I10: a request that runs one statement costs one round trip to the database, with
//! its context and its commit.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, Call, Cluster, Hotel, Proxy, Roles, World};

const ONE_WAY: Duration = Duration::from_millis(25);
const REPEATS: usize = 5;

/// Sends it a few times; the middle number of trips and of milliseconds. The middle one,
/// because a machine that is busy enough may tear one pipeline apart.
async fn cost(proxy: &Proxy, hotel: &Hotel, call: impl Fn(usize) -> Call) -> (usize, Duration) {
    // What changes a standing makes every server forget the hotel's; the next request asks
    // for its own once more, and that one is not counted.
    let settle = async || {
        tokio::time::sleep(4 * ONE_WAY).await;
        hotel.get("/v1/organization").await.assert_ok();
    };
    cost_after(proxy, settle, async |number| hotel.call(call(number)).await).await
}

async fn cost_for(proxy: &Proxy, send: impl AsyncFn(usize) -> Answer) -> (usize, Duration) {
    cost_after(proxy, async || (), send).await
}

async fn cost_after(proxy: &Proxy, settle: impl AsyncFn(), send: impl AsyncFn(usize) -> Answer) -> (usize, Duration) {
    // The first one prepares the statements.
    send(0).await;
    let (mut trips, mut times) = (Vec::new(), Vec::new());
    for number in 1..=REPEATS {
        settle().await;
        let (before, began) = (proxy.trips(), Instant::now());
        let answer = send(number).await;
        times.push(began.elapsed());
        trips.push(proxy.trips() - before);
        assert!(answer.status.is_success(), "{}", String::from_utf8_lossy(&answer.body));
    }
    trips.sort_unstable();
    times.sort_unstable();
    (trips[REPEATS / 2], times[REPEATS / 2])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_one_statement_costs_one_round_trip() {
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), ONE_WAY);
    // One connection, so that what is prepared is prepared for every request after.
    let world = World::on(database, &proxy.address(), |settings| settings.app_connections = 1);
    let plaza = world.hotel("grand-plaza").await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    plaza.create_message(&conversation, "The key does not fit.").await;
    let guest_path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    let conversation_path = format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    let messages_path = format!("{conversation_path}/messages");

    let agent_path = format!("/v1/users/{}", plaza.agent_id);
    let roles = plaza.walk("/v1/roles", 50).await;
    let mut leavers = Vec::new();
    for number in 0..=REPEATS {
        let user = json!({"email": format!("l{number}@example.com"), "fullName": "L", "password": "long enough"});
        leavers.push(plaza.post("/v1/users", user).await.assert_created()["id"].as_str().unwrap().to_owned());
    }

    type MakeCall = Box<dyn Fn(usize) -> Call>;
    let get = |path: &str| -> MakeCall {
        let path = path.to_owned();
        Box::new(move |_| Call::get(&path))
    };
    let patch_path = guest_path.clone();
    let post_path = messages_path.clone();
    let calls: Vec<(&str, MakeCall)> = vec![
        ("GET /v1/guests/{id}", get(&guest_path)),
        ("GET /v1/guests", get("/v1/guests")),
        ("GET /v1/guests?search=", get("/v1/guests?search=ada")),
        (
            "POST /v1/guests",
            Box::new(|number| {
                Call::post("/v1/guests", &json!({"fullName": "Bo", "email": format!("bo{number}@example.com")}))
            }),
        ),
        (
            "PATCH /v1/guests/{id}",
            Box::new(move |number| Call::patch(&patch_path, &json!({"notes": format!("note {number}")}))),
        ),
        ("GET /v1/conversations", get("/v1/conversations")),
        ("GET /v1/conversations/{id}", get(&conversation_path)),
        ("GET /v1/conversations/{id}/messages", get(&messages_path)),
        ("GET /v1/messages/search", get("/v1/messages/search?q=keys")),
        (
            "POST /v1/conversations/{id}/messages",
            Box::new(move |_| Call::post(&post_path, &json!({"content": "On our way."}))),
        ),
        ("GET /v1/organization", get("/v1/organization")),
        ("GET /v1/users", get("/v1/users")),
        (
            "POST /v1/users",
            Box::new(|number| {
                let email = format!("n{number}@example.com");
                Call::post("/v1/users", &json!({"email": email, "fullName": "N", "password": "long enough"}))
            }),
        ),
        (
            "PATCH /v1/users/{id} with roles",
            Box::new(move |number| Call::patch(&agent_path, &json!({"roleIds": [roles[number % 4]["id"]]}))),
        ),
        ("DELETE /v1/users/{id}", Box::new(move |number| Call::delete(format!("/v1/users/{}", leavers[number])))),
        ("GET /v1/roles", get("/v1/roles")),
        ("GET /v1/organization/usage", get("/v1/organization/usage")),
        ("GET /v1/organization/alerts", get("/v1/organization/alerts")),
    ];
    let mut expensive = Vec::new();
    for (name, call) in calls {
        let (trips, time) = cost(&proxy, &plaza, call).await;
        eprintln!("{name}: {trips} round trip(s), {:.1} ms", time.as_secs_f64() * 1000.0);
        assert!(time >= 2 * ONE_WAY, "{name} did not go through the proxy");
        if trips != 1 {
            expensive.push((name, trips));
        }
    }
    assert_eq!(expensive, [], "these cost more than one round trip");
}

/// Three questions whatever is asked: what the user may do, whether the policies let them,
/// and what explains that. Without a row in question there are two.
#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_costs_three_round_trips() {
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), ONE_WAY);
    let world = World::on(database, &proxy.address(), |settings| settings.app_connections = 1);
    let plaza = world.hotel("grand-plaza").await;
    let guest = plaza.create_guest("ada@example.com").await;
    let mut question = json!({"userId": plaza.agent_id, "operation": "guests_update"});
    for expected in [2, 3] {
        let (trips, time) = cost(&proxy, &plaza, |_| Call::post("/v1/access/explain", &question)).await;
        eprintln!("POST /v1/access/explain: {trips} round trip(s), {:.1} ms", time.as_secs_f64() * 1000.0);
        assert_eq!(trips, expected, "{question}");
        question["resource"] = json!({"type": "guest", "id": guest["id"]});
    }
}

/// The record of a super admin's request costs no trip of its own (I9 and I10).
#[tokio::test(flavor = "multi_thread")]
async fn a_super_admins_request_costs_one_round_trip_with_its_record() {
    let database = Cluster::get().migrated_database().await;
    let behind = |role: &str| Proxy::start(&Cluster::get().config(role, &database), ONE_WAY);
    let (app, platform) = (behind("stayzr_app"), behind("stayzr_platform"));
    let admin = Cluster::get().superuser(&database).into();
    let roles = Roles { admin, app: app.address(), platform: platform.address() };
    let world = World::reached_by(database, roles, |settings| settings.app_connections = 1);
    let (plaza, robin) = (world.hotel("grand-plaza").await, world.platform().await);
    let visit = robin.visit(&plaza, true).await;
    plaza.create_guest("ada@example.com").await;

    let guest = |number: usize| json!({"fullName": "Bo", "email": format!("bo{number}@example.com")});
    let switch = json!({"organizationId": plaza.id, "reason": "Ticket 4711"});
    let end = format!("/v1/platform/grants/{}", robin.visit(&plaza, false).await.grant_id);
    let costs = [
        ("a visit's GET", cost_for(&app, async |_| visit.get("/v1/guests").await).await),
        ("a visit's POST", cost_for(&app, async |number| visit.post("/v1/guests", guest(number)).await).await),
        ("a list across", cost_for(&platform, async |_| robin.get("/v1/platform/grants").await).await),
        ("the usage across", cost_for(&platform, async |_| robin.get("/v1/platform/usage").await).await),
        (
            "a switch",
            cost_for(&platform, async |_| robin.post("/v1/platform/switch-organization", switch.clone()).await).await,
        ),
        ("an end", cost_for(&platform, async |_| robin.delete(&end).await).await),
    ];
    for (name, (trips, time)) in costs {
        eprintln!("{name}: {trips} round trip(s), {:.1} ms", time.as_secs_f64() * 1000.0);
        assert!(time >= 2 * ONE_WAY, "{name} did not go through the proxy");
        assert_eq!(trips, 1, "{name}");
    }
}

/// The count itself has to see what it is there for.
#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_counts_what_is_awaited_one_by_one() {
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), ONE_WAY);
    let client = stayzr::db::connect(&proxy.address()).await.unwrap();
    let before = proxy.trips();
    for statement in ["begin", "select 1", "commit"] {
        client.batch_execute(statement).await.unwrap();
    }
    assert_eq!(proxy.trips() - before, 3);
}
