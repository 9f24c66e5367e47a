//! `/v1/platform/organizations/{id}/subscription`: what super admins decide, on record.

mod overrides;

use serde_json::{Value, json};

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, Hotel};

fn at(hotel: &Hotel) -> String {
    format!("/v1/platform/organizations/{}/subscription", hotel.id)
}

fn because(mut patch: Value) -> Value {
    patch["reason"] = json!("Agreed with the hotel");
    patch
}

async fn seen_by(hotel: &Hotel) -> Value {
    hotel.get("/v1/organization/subscription").await.assert_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_is_in_force_at_once_prorated_or_not_and_on_record() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let theirs = seen_by(&breeze).await;
    let before = robin.get(at(&plaza)).await;
    assert_eq!((&before.assert_ok()["tier"], &before.json()["overrides"]), (&json!("enterprise"), &json!([])));

    let call = Call::patch(at(&plaza), &because(json!({"tier": "starter", "prorate": false})));
    let call = call.header("If-Match", before.header("etag")).header("X-Request-Id", "down-0001");
    let told = robin.call(call).await.assert_ok();
    assert_eq!((&told["tier"], &told["scheduledChange"]), (&json!("starter"), &Value::Null));
    assert_eq!((&told["history"][0]["kind"], &told["history"][0]["amount"]), (&json!("moved"), &json!("0.00")));
    let record = robin.record_of("down-0001").await;
    assert_eq!((&record["organization_id"], &record["reason"]), (&json!(plaza.id), &json!("Agreed with the hotel")));
    assert_eq!(record["changes"]["changes"].as_array().unwrap().len(), 1);

    // Down with proration is a credit, and up again a charge.
    robin.patch(at(&plaza), because(json!({"tier": "enterprise"}))).await.assert_ok();
    let told = robin.patch(at(&plaza), because(json!({"tier": "professional"}))).await.assert_ok();
    let amount = |step: usize| told["history"][step]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    assert!(amount(0) < 0.0 && amount(1) > 0.0, "{told}");
    assert_eq!((&told["history"][0]["kind"], &told["history"][1]["kind"]), (&json!("moved"), &json!("upgrade")));

    // Any version, though another is on offer.
    robin.patch("/v1/platform/tiers/starter", json!({"monthlyPrice": "60"})).await.assert_ok();
    let call = because(json!({"tier": "starter", "tierVersion": 1}));
    assert_eq!(robin.patch(at(&plaza), call).await.assert_ok()["tierVersion"], 1);
    let told = robin.patch(at(&plaza), because(json!({"tierVersion": 2}))).await.assert_ok();
    assert_eq!((&told["tier"], &told["monthlyPrice"]), (&json!("starter"), &json!("60.00")));
    robin.patch(at(&plaza), because(json!({"tierVersion": 3}))).await.assert_problem(422, "invalid");
    assert_eq!(robin.get(at(&plaza)).await.assert_ok()["tierVersion"], 2);
    assert_eq!(seen_by(&breeze).await, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_hotels_to_decide_is_the_platforms() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let patch = because(json!({"billingDay": 15, "timeZone": "Asia/Tokyo", "status": "past_due"}));
    let told = robin.patch(at(&plaza), patch).await.assert_ok();
    assert_eq!((&told["billingDay"], &told["timeZone"]), (&json!(15), &json!("Asia/Tokyo")));
    // Midnight in Tokyo is three in the afternoon of the day before.
    assert!(told["period"]["startsAt"].as_str().unwrap().contains("-14T15:00:00"), "{told}");
    assert!(told["status"] == "past_due" && told["pastDueSince"].is_string(), "{told}");
    assert_eq!(told["history"], json!([]));

    for patch in [
        json!({"timeZone": "Mars/Olympus"}),
        json!({"timeZone": "CET+1"}),
        json!({"billingDay": 0}),
        json!({"billingDay": 32}),
        json!({"tier": "platinum"}),
        json!({"tierVersion": 0}),
        json!({"status": "paid"}),
        json!({"status": null}),
        json!({"maxUsers": 3}),
    ] {
        robin.patch(at(&plaza), because(patch)).await.assert_problem(422, "invalid");
    }
    for reason in [json!({"billingDay": 3}), json!({"billingDay": 3, "reason": "x"})] {
        robin.patch(at(&plaza), reason).await.assert_problem(422, "invalid");
    }
    let stale = Call::patch(at(&plaza), &because(json!({"billingDay": 3}))).header("If-Match", "\"1\"");
    robin.call(stale).await.assert_problem(412, "stale");
    let nobody = format!("/v1/platform/organizations/{}/subscription", i32::MAX);
    robin.get(&nobody).await.assert_problem(404, "organization_not_found");
    robin.patch(&nobody, because(json!({"billingDay": 3}))).await.assert_problem(404, "organization_not_found");
    let own = because(json!({"status": "cancelled"}));
    robin.patch(at(&robin.home), own).await.assert_problem(409, "organization_is_platform");
    assert_eq!(robin.get(at(&plaza)).await.assert_ok(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_what_is_said_last() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let admin = plaza.world.admin().await;
    robin.patch(at(&plaza), because(json!({"cancel": true}))).await.assert_ok();
    let due = "update organizations set cancel_at = now() - interval '1 second' where id = $1";
    admin.execute(due, &[&plaza.id]).await.unwrap();
    assert_eq!(seen_by(&plaza).await["status"], "cancelled");
    robin.patch(at(&plaza), because(json!({"cancel": false}))).await.assert_problem(409, "subscription_closed");
    let told = robin.patch(at(&plaza), because(json!({"status": "active"}))).await.assert_ok();
    assert_eq!((&told["status"], &told["cancelAt"]), (&json!("active"), &Value::Null));

    // Suspended its members still see to the subscription; where the hotel is, there is no status but that.
    robin.patch(at(&plaza), because(json!({"status": "suspended"}))).await.assert_ok();
    assert_eq!(seen_by(&plaza).await["status"], "suspended");
    crate::support::eventually("the rest to close", async || plaza.get("/v1/guests").await.status == 403).await;
    robin.patch(at(&plaza), because(json!({"status": "active"}))).await.assert_ok();
    let hotel = format!("/v1/platform/organizations/{}", plaza.id);
    robin.post(format!("{hotel}/suspend"), json!({"reason": "Unpaid"})).await.assert_ok();
    let patch = because(json!({"status": "active"}));
    robin.patch(at(&plaza), patch).await.assert_problem(409, "organization_inactive");
}

/// The operation on hotels that sets a tier goes on doing so, whatever was scheduled.
#[tokio::test(flavor = "multi_thread")]
async fn a_tier_set_with_the_hotel_is_the_one_on_offer_and_in_force() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    robin.patch("/v1/platform/tiers/professional", json!({"monthlyPrice": "210"})).await.assert_ok();
    plaza.patch("/v1/organization/subscription", json!({"tier": "starter"})).await.assert_ok();
    let due = "update organizations set next_tier_at = now() - interval '1 second' where id = $1";
    plaza.world.admin().await.execute(due, &[&plaza.id]).await.unwrap();
    let hotel = format!("/v1/platform/organizations/{}", plaza.id);
    robin.patch(&hotel, json!({"tier": "professional"})).await.assert_ok();
    let told = seen_by(&plaza).await;
    assert_eq!((&told["tier"], &told["tierVersion"]), (&json!("professional"), &json!(2)));
    assert_eq!(told["scheduledChange"], Value::Null);
}
