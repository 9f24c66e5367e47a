//! What the server counts, on real sockets: each series, the sums, and how many series there are.

mod load;
mod page;
mod pools;
mod server;

use std::collections::BTreeSet;

use serde_json::json;
use stayzr::metrics::Metrics;
use stayzr::tenancy::{SealKey, Sealer};

use crate::openapi::operations;
use crate::support::{World, two_hotels};
use page::Page;
use server::Server;

#[track_caller]
fn assert_requests(page: &Page, operation: &str, status: &str, expected: f64) {
    let labels = [("operation", operation), ("status", status)];
    assert_eq!(page.value("stayzr_requests_total", &labels), Some(expected), "{operation} {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_series_is_there_and_right_after_known_requests() {
    let (plaza, breeze) = two_hotels().await;
    let server = Server::of(&plaza.world).await;
    let ada = json!({"fullName": "Ada Hush", "email": "ada.hush@example.com"});
    for expected in [201, 409] {
        assert_eq!(server.post(&plaza.admin_token, "/v1/guests", ada.clone()).await, expected);
    }
    for _ in 0..3 {
        assert_eq!(server.get(&plaza.admin_token, "/v1/guests").await, 200);
    }
    assert_eq!(server.get(&breeze.agent_token, "/v1/guests/0190a5c8-0000-7000-8000-000000000000").await, 404);
    assert_eq!(server.get(&breeze.agent_token, "/v1/nothing").await, 404);
    assert_eq!(server.get("", "/v1/guests").await, 401);
    assert_eq!(server.get("", "/healthz").await, 200);

    let page = server.page().await;
    for (operation, status, expected) in [
        ("guests_create", "2xx", 1.0),
        ("guests_create", "4xx", 1.0),
        ("guests_list", "2xx", 3.0),
        ("guests_get", "4xx", 1.0),
        ("health_live", "2xx", 1.0),
        // Neither a path that is none nor a token that is none reaches an operation.
        ("none", "4xx", 2.0),
        ("guests_list", "5xx", 0.0),
    ] {
        assert_requests(&page, operation, status, expected);
    }
    assert_eq!(page.sum("stayzr_requests_total", &[]), 9.0);
    for (organization, expected) in [(plaza.id.to_string(), 5.0), (breeze.id.to_string(), 2.0)] {
        let labels = [("organization", &*organization)];
        assert_eq!(page.value("stayzr_organization_requests_total", &labels), Some(expected));
    }
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", "none")]), Some(2.0));
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", "other")]), Some(0.0));
    page.assert_sums_agree();

    for operation in ["guests_create", "guests_list", "guests_get", "health_live", "none"] {
        let of = [("operation", operation)];
        let requests = page.sum("stayzr_requests_total", &of);
        assert_eq!(page.value("stayzr_request_duration_seconds_count", &of), Some(requests), "{operation}");
        let all = [("operation", operation), ("le", "+Inf")];
        assert_eq!(page.value("stayzr_request_duration_seconds_bucket", &all), Some(requests), "{operation}");
        let seconds = page.value("stayzr_request_duration_seconds_sum", &of).unwrap();
        assert!(seconds > 0.0 && seconds < 10.0 * requests, "{operation}: {seconds}");
    }
    // Seven requests with a token of two callers, each asked for once, and once more where the server only then begins to
    // listen for changes.
    let cache = |outcome| page.value("stayzr_cache_requests_total", &[("cache", "standings"), ("outcome", outcome)]);
    let (hits, misses) = (cache("hit").unwrap(), cache("miss").unwrap());
    assert!(hits + misses == 7.0 && (2.0..=4.0).contains(&misses), "{hits} hits, {misses} misses");
    // One trip for each that was asked for, and one for each request that reached a statement.
    let app = [("pool", "app")];
    assert_eq!(page.value("stayzr_database_seconds_count", &app), Some(misses + 6.0));
    assert_eq!(page.value("stayzr_pool_wait_seconds_count", &app), Some(misses + 6.0));
    assert_eq!(page.value("stayzr_pool_connections", &[("pool", "app"), ("state", "in_use")]), Some(0.0));
    assert!(page.value("stayzr_pool_connections", &[("pool", "app"), ("state", "idle")]).unwrap() >= 1.0);
    assert_eq!(page.value("stayzr_pool_connections_max", &app), Some(4.0));
    assert_eq!(page.value("stayzr_pool_waiting", &app), Some(0.0));
    assert_eq!(page.value("stayzr_seal_failures_total", &[]), Some(0.0));
    assert_eq!(page.sum("stayzr_refusals_total", &[]), 0.0);
}

/// One more name, or one more value of a label, is a decision: a label that a client can fill grows without end.
#[tokio::test(flavor = "multi_thread")]
async fn names_and_labels_are_known_and_none_tells_of_anybody() {
    let (plaza, _) = two_hotels().await;
    let server = Server::of(&plaza.world).await;
    let ada = json!({"fullName": "Ada Hush", "email": "ada.hush@example.com", "notes": "whispers at night"});
    assert_eq!(server.post(&plaza.admin_token, "/v1/guests", ada).await, 201);
    assert_eq!(server.get(&plaza.admin_token, "/v1/guests?search=ada+hush").await, 200);
    assert_eq!(server.get("e30.forged-token.e30", "/v1/guests").await, 401);
    assert_eq!(server.get(&plaza.admin_token, "/v1/a-path-of-the-clients").await, 404);
    let page = server.page().await;
    let counters = [
        "stayzr_cache_requests_total",
        "stayzr_organization_requests_total",
        "stayzr_refusals_total",
        "stayzr_requests_total",
        "stayzr_seal_failures_total",
    ];
    assert_eq!(page.names("counter"), BTreeSet::from(counters));
    let gauges = ["stayzr_pool_connections", "stayzr_pool_connections_max", "stayzr_pool_waiting"];
    assert_eq!(page.names("gauge"), BTreeSet::from(gauges));
    let histograms = ["stayzr_database_seconds", "stayzr_pool_wait_seconds", "stayzr_request_duration_seconds"];
    assert_eq!(page.names("histogram"), BTreeSet::from(histograms));
    assert_eq!(page.names("summary"), BTreeSet::new());
    let helped = page.text.lines().filter(|line| line.starts_with("# HELP ")).count();
    assert_eq!(helped, counters.len() + gauges.len() + histograms.len(), "each says what it is");
    let operations = operations();
    let ids: BTreeSet<&str> = operations.iter().map(|operation| &*operation.id).chain(["none"]).collect();
    assert_eq!(page.labels("stayzr_requests_total", "operation"), ids);
    assert_eq!(page.labels("stayzr_request_duration_seconds_count", "operation"), ids);
    assert_eq!(
        page.labels("stayzr_requests_total", "status"),
        BTreeSet::from(["2xx", "3xx", "4xx", "5xx", "abandoned"])
    );
    assert_eq!(page.labels("stayzr_pool_connections", "pool"), BTreeSet::from(["app", "dedicated", "platform"]));
    let id = plaza.id.to_string();
    let organizations = page.labels("stayzr_organization_requests_total", "organization");
    assert_eq!(organizations, BTreeSet::from([&*id, "none", "other"]));
    for secret in ["plaza", "hush", "Hush", "whispers", "forged", "clients", "@", "/v1", &plaza.admin_token] {
        assert!(!page.text.contains(secret), "{secret} is on the page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_by_limits_are_counted_and_other_refusals_are_not() {
    let (plaza, breeze) = two_hotels().await;
    let attempts =
        |settings: &mut stayzr::config::Settings| settings.login_attempts_per_account = 1.try_into().unwrap();
    let server = Server::counting(&plaza.world, Metrics::on(), plaza.world.sealer(), attempts).await;
    let admin = plaza.world.admin().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let allow = "insert into subscription_overrides (organization_id, name, value, reason)
                 values ($1, 'maxGuests', '1', 'A test')";
    admin.execute(allow, &[&plaza.id]).await.unwrap();
    let tier = "update organizations set subscription_tier = 'starter' where id = $1";
    admin.execute(tier, &[&plaza.id]).await.unwrap();

    let refused = json!({"fullName": "Ben", "email": "ben@example.com"});
    for _ in 0..2 {
        assert_eq!(server.post(&plaza.admin_token, "/v1/guests", refused.clone()).await, 403);
    }
    let talk = json!({"guestId": guest["id"], "channel": "whatsapp"});
    assert_eq!(server.post(&plaza.admin_token, "/v1/conversations", talk).await, 403);
    assert_eq!(server.post("", "/v1/auth/login", breeze.credentials("admin")).await, 200);
    assert_eq!(server.post("", "/v1/auth/login", breeze.credentials("admin")).await, 429);
    // A permission that is missing is no limit.
    assert_eq!(server.get(&breeze.agent_token, "/v1/audit-log").await, 403);

    let page = server.page().await;
    let counted = |code: &str| page.value("stayzr_refusals_total", &[("code", code)]);
    assert_eq!(counted("guests_limit_exceeded"), Some(2.0));
    assert_eq!(counted("feature_not_available"), Some(1.0));
    assert_eq!(counted("too_many_attempts"), Some(1.0));
    assert_eq!(counted("messages_limit_exceeded"), Some(0.0), "there before it happens");
    assert_eq!(page.sum("stayzr_refusals_total", &[]), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_seal_is_counted() {
    let world = World::new().await;
    let plaza = world.hotel("grand-plaza").await;
    let wrong = Sealer::new(&[SealKey::new("test", vec![1; 32]).unwrap()]).unwrap();
    let server = Server::counting(&world, Metrics::on(), wrong, |_| ()).await;
    for expected in [1.0, 2.0] {
        assert_eq!(server.get(&plaza.admin_token, "/v1/guests").await, 500);
        assert_eq!(server.page().await.value("stayzr_seal_failures_total", &[]), Some(expected));
    }
    // The probe asks with a context, which is refused as well.
    assert_eq!(server.get("", "/readyz").await, 503);
    assert_eq!(server.page().await.value("stayzr_seal_failures_total", &[]), Some(3.0));
}
