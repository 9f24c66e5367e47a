//! `/v1/platform/tiers`: editing what is on offer, without taking anything from who bought before.

use futures_util::future::join_all;
use serde_json::json;

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, Cluster, Hotel, SuperAdmin, connect, eventually};

const STARTER: &str = "/v1/platform/tiers/starter";

async fn move_to(robin: &SuperAdmin, hotel: &Hotel, tier: &str) {
    let body = json!({"tier": tier, "prorate": false, "reason": "For the test"});
    robin.patch(format!("/v1/platform/organizations/{}/subscription", hotel.id), body).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn hotels_keep_the_version_they_bought() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    move_to(&robin, &plaza, "starter").await;
    let subscription = async |hotel: &Hotel| hotel.get("/v1/organization/subscription").await.assert_ok();
    let before = subscription(&plaza).await;

    let first = robin.get(STARTER).await;
    assert_eq!(first.header("etag"), "\"1\"");
    let patch = json!({
        "limits": {"maxUsers": 1, "maxGuests": null},
        "features": {"emailIntegration": false, "apiAccess": true},
        "monthlyPrice": "990.00", "overagePrice": "3.10", "currency": "USD",
    });
    let call = Call::patch(STARTER, &patch).header("If-Match", "\"1\"");
    let edited = robin.call(call.header("X-Request-Id", "edit-0001")).await;
    let tier = edited.assert_ok();
    assert_eq!((edited.header("etag"), &tier["version"]), ("\"2\"", &json!(2)));
    assert_eq!((&tier["limits"]["maxUsers"], &tier["limits"]["maxGuests"]), (&json!(1), &json!(null)));
    // What the patch does not name is as it was.
    assert_eq!((&tier["limits"]["maxStorageGB"], &tier["features"]["aiAutomation"]), (&json!(5), &json!(false)));
    let versions = tier["versions"].as_array().unwrap();
    let told: Vec<_> = versions.iter().map(|v| (&v["version"], &v["hotelCount"], &v["monthlyPrice"])).collect();
    assert_eq!(told, [(&json!(2), &json!(0), &json!("990.00")), (&json!(1), &json!(1), &json!("49.00"))]);
    assert_eq!(robin.get(STARTER).await.assert_ok(), tier);

    // Nothing of the hotel's has changed, not even its version.
    assert_eq!(subscription(&plaza).await, before);
    move_to(&robin, &breeze, "starter").await;
    let bought = subscription(&breeze).await;
    assert_eq!((&bought["tierVersion"], &bought["currency"]), (&json!(2), &json!("USD")));
    assert_eq!(bought["limits"]["maxUsers"], json!({"value": 1, "origin": "tier", "reason": null, "expiresAt": null}));
    let tiers = robin.get("/v1/platform/tiers").await.assert_ok();
    let hotels = json!([{"version": 1, "count": 1}, {"version": 2, "count": 1}]);
    assert_eq!(tiers["items"][0]["hotels"], hotels);
    assert_eq!(tiers["items"].as_array().unwrap().len(), 3);

    // The platform's own organization is where the record belongs: it is about every hotel.
    let record = robin.record_of("edit-0001").await;
    assert_eq!(
        (&record["organization_id"], &record["action"]),
        (&json!(robin.home.id), &json!("platform_tiers_update"))
    );
    assert_eq!(record["resource_id"], "starter");
    let noted = &record["changes"]["changes"][0];
    assert_eq!(
        (&noted["id"], &noted["changes"]["current_version"]),
        (&json!("starter"), &json!({"before": 1, "after": 2}))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_edits_of_one_version_one_is_made() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    // A server has few connections to the platform's role; here everybody has one, and waits at
    // the same door: whoever may read on by then has read the version.
    let config = Cluster::get().config("stayzr_platform", &robin.world.database);
    let everybody = join_all((0..16).map(|_| connect(&config))).await;
    let admin = robin.world.admin().await;
    admin.batch_execute("begin; lock table subscription_tier_versions in share mode").await.unwrap();
    let edits = everybody.into_iter().enumerate().map(|(number, platform)| {
        tokio::spawn(async move {
            let sql = "select app.offer_tier('starter', 1, $1, null, null, false, null, null)";
            let limits = json!({"maxUsers": 100 + number});
            platform.query_one(sql, &[&limits]).await.map(|row| row.get::<_, Option<i32>>(0))
        })
    });
    let edits: Vec<_> = edits.collect();
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    // A transaction goes on seeing what it saw first of who waits.
    let watcher = robin.world.admin().await;
    eventually("all sixteen wait", async || watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) >= 16)
        .await;
    admin.batch_execute("commit").await.unwrap();
    let made: Vec<Option<i32>> = join_all(edits).await.into_iter().map(|edit| edit.unwrap().unwrap()).collect();
    assert_eq!(made.iter().flatten().collect::<Vec<_>>(), [&2], "{made:?}");
    let late = Call::patch(STARTER, &json!({"monthlyPrice": "1"})).header("If-Match", "\"1\"");
    robin.call(late).await.assert_problem(412, "stale");
    let tier = robin.get(STARTER).await.assert_ok();
    assert_eq!((&tier["version"], tier["versions"].as_array().unwrap().len()), (&json!(2), 2));

    // Without a version each is made, one after the other, and none is lost.
    let fields = ["maxUsers", "maxGuests", "maxMessagesPerMonth", "maxActiveConversations", "maxStorageGB"];
    let edits = fields.map(|field| robin.patch(STARTER, json!({"limits": {field: 77}})));
    for answer in join_all(edits).await {
        answer.assert_ok();
    }
    let tier = robin.get(STARTER).await.assert_ok();
    assert_eq!(tier["version"], 7);
    assert!(fields.iter().all(|field| tier["limits"][field] == 77), "{tier}");
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_tiers_update_refuses_what_is_no_plan() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let before = robin.get(STARTER).await.assert_ok();
    for patch in [
        json!({"limits": {"maxDogs": 1}}),
        json!({"limits": {"maxUsers": -1}}),
        json!({"limits": {"maxUsers": 1.5}}),
        json!({"limits": {"maxUsers": 1_000_000_000_001_i64}}),
        json!({"limits": {"maxUsers": true}}),
        json!({"limits": null}),
        json!({"features": {"apiAccess": null}}),
        json!({"features": {"apiAccess": 1}}),
        json!({"features": {"time travel": true}}),
        json!({"monthlyPrice": null}),
        json!({"monthlyPrice": 49}),
        json!({"monthlyPrice": "-0.01"}),
        json!({"monthlyPrice": "49.001"}),
        json!({"monthlyPrice": "1e99"}),
        json!({"monthlyPrice": "100000000.01"}),
        json!({"overagePrice": "0.5", "currency": "JPY", "monthlyPrice": "7000"}),
        json!({"currency": "eur"}),
        json!({"rank": 9}),
        json!({"version": 1}),
    ] {
        robin.patch(STARTER, patch.clone()).await.assert_problem(422, "invalid");
    }
    let gone = "/v1/platform/tiers/platinum";
    for call in [Call::get(gone), Call::patch(gone, &json!({"monthlyPrice": "1"}))] {
        robin.call(call.clone()).await.assert_problem(404, "tier_not_found");
        robin.call(call.header("If-Match", "\"1\"")).await.assert_problem(404, "tier_not_found");
    }
    assert_eq!(robin.get(STARTER).await.assert_ok(), before);

    // Three decimals are none too many where the currency has them, and one is where it has none.
    let patch = |currency: &str, price: &str| json!({"currency": currency, "monthlyPrice": price});
    assert_eq!(robin.patch(STARTER, patch("KWD", "15.125")).await.assert_ok()["monthlyPrice"], "15.125");
    assert_eq!(robin.patch(STARTER, patch("JPY", "7000")).await.assert_ok()["monthlyPrice"], "7000");
    robin.patch(STARTER, patch("JPY", "7000.5")).await.assert_problem(422, "invalid");
}
