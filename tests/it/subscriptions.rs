//! `/v1/organization/subscription`: what a hotel has, and what it may do about it.

mod changes;
mod money;
mod settle;

use serde_json::{Value, json};
use stayzr::subscriptions::Limit;

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, Hotel, SuperAdmin};

const PATH: &str = "/v1/organization/subscription";

/// Two hotels, the first on that tier, and the platform.
async fn on(tier: &str) -> (Hotel, Hotel, SuperAdmin) {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let sql = "update organizations set subscription_tier = $2 where id = $1";
    plaza.world.admin().await.execute(sql, &[&plaza.id, &tier]).await.unwrap();
    (plaza, breeze, robin)
}

async fn subscription(hotel: &Hotel) -> Value {
    hotel.get(PATH).await.assert_ok()
}

/// Of the history, newest first: what was done and what it costs.
fn history(subscription: &Value) -> Vec<(&str, &str)> {
    let steps = subscription["history"].as_array().unwrap();
    steps.iter().map(|step| (step["kind"].as_str().unwrap(), step["amount"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_get_tells_the_plan_and_where_it_is_from() {
    let (plaza, breeze, robin) = on("starter").await;
    let place = "update organizations set billing_day = 31, time_zone = 'Europe/Berlin' where id = $1";
    plaza.world.admin().await.execute(place, &[&plaza.id]).await.unwrap();
    let answer = plaza.get(PATH).await;
    let told = answer.assert_ok();
    assert_eq!(answer.header("etag"), format!("\"{}\"", told["version"]));
    assert_eq!(
        (&told["tier"], &told["tierVersion"], &told["status"]),
        (&json!("starter"), &json!(1), &json!("active"))
    );
    assert_eq!((&told["monthlyPrice"], &told["currency"]), (&json!("49.00"), &json!("EUR")));
    assert_eq!((&told["billingDay"], &told["timeZone"]), (&json!(31), &json!("Europe/Berlin")));
    let now = chrono::Utc::now();
    let moment = |name: &str| told["period"][name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(moment("startsAt") <= now && now < moment("endsAt"), "{told}");
    assert_eq!(told["limits"].as_object().unwrap().len(), Limit::ALL.len());
    assert_eq!(told["features"].as_object().unwrap().len(), 9);
    assert_eq!(
        (&told["scheduledChange"], &told["cancelAt"], &told["history"]),
        (&Value::Null, &Value::Null, &json!([]))
    );

    // An override says so, and why.
    let ends = (now + chrono::TimeDelta::days(3)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let body = json!({"value": 40, "reason": "Head office", "expiresAt": ends});
    let overrides = format!("/v1/platform/organizations/{}/subscription/overrides", plaza.id);
    let put = |name: &str, body: &Value| Call::new("PUT".parse().unwrap(), format!("{overrides}/{name}")).json(body);
    robin.call(put("maxUsers", &body)).await.assert_ok();
    robin.call(put("discountPercent", &json!({"value": 12.5, "reason": "Loyal"}))).await.assert_ok();
    let told = subscription(&plaza).await;
    let limit = &told["limits"]["maxUsers"];
    assert_eq!(
        (&limit["value"], &limit["origin"], &limit["reason"]),
        (&json!(40), &json!("override"), &json!("Head office"))
    );
    assert!(limit["expiresAt"].as_str().unwrap().starts_with(&ends[..19]), "{limit}");
    assert_eq!((&told["limits"]["maxGuests"]["origin"], &told["discountPercent"]), (&json!("tier"), &json!("12.5")));

    // The other hotel is as it was.
    let theirs = subscription(&breeze).await;
    assert_eq!((&theirs["tier"], &theirs["limits"]["maxUsers"]["origin"]), (&json!("enterprise"), &json!("tier")));
    assert_eq!(theirs["discountPercent"], Value::Null);
    plaza.call_as_agent(Call::get(PATH)).await.assert_problem(403, "permission_denied");
}

/// What is due counts, whether or not anything has put it into place.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_in_force_though_nothing_moved_it() {
    let (plaza, _, _) = on("enterprise").await;
    plaza.patch(PATH, json!({"tier": "starter", "cancel": true})).await.assert_ok();
    plaza.post("/v1/api-keys", json!({"name": "A", "permissions": ["guests.read"]})).await.assert_created();
    let due = "update organizations set next_tier_at = now() - interval '1 second' where id = $1";
    let admin = plaza.world.admin().await;
    admin.execute(due, &[&plaza.id]).await.unwrap();
    let told = subscription(&plaza).await;
    assert_eq!((&told["tier"], &told["scheduledChange"]), (&json!("starter"), &Value::Null));
    assert_eq!((&told["limits"]["maxUsers"]["value"], &told["status"]), (&json!(5), &json!("active")));
    crate::support::eventually("the gate to close", async || {
        let made = plaza.post("/v1/api-keys", json!({"name": "B", "permissions": ["guests.read"]})).await;
        made.json()["code"] == "feature_not_available"
    })
    .await;
    let due = "update organizations set cancel_at = now() - interval '1 second' where id = $1";
    admin.execute(due, &[&plaza.id]).await.unwrap();
    assert_eq!(subscription(&plaza).await["status"], "cancelled");
}

/// A running server, and another beside it, act by a change as soon as it is committed.
#[tokio::test(flavor = "multi_thread")]
async fn gates_open_and_close_with_the_subscription() {
    let (plaza, _, robin) = on("starter").await;
    let other = plaza.world.beside();
    let key = || Call::post("/v1/api-keys", &json!({"name": "Program", "permissions": ["guests.read"]}));
    let at_other = async || {
        let bearer = format!("Bearer {}", plaza.admin_token);
        key().header("Authorization", &bearer).send(&other).await
    };
    at_other().await.assert_problem(403, "feature_not_available");
    let prompt = async |what: &str, status: u16| {
        let began = std::time::Instant::now();
        while at_other().await.status != status {
            assert!(began.elapsed() < std::time::Duration::from_secs(1), "{what} counts within a second");
        }
    };
    plaza.patch(PATH, json!({"tier": "professional"})).await.assert_ok();
    prompt("an upgrade", 201).await;
    let overrides = format!("/v1/platform/organizations/{}/subscription/overrides/apiAccess", plaza.id);
    let put = |body: Value| Call::new("PUT".parse().unwrap(), &overrides).json(&body);
    robin.call(put(json!({"value": false, "reason": "Misused"}))).await.assert_ok();
    prompt("an override", 403).await;
    robin.delete(&overrides).await.assert_status(204);
    prompt("its end", 201).await;
    // One that expires does so by itself.
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    robin.call(put(json!({"value": false, "reason": "For a while", "expiresAt": soon}))).await.assert_ok();
    prompt("an override", 403).await;
    assert_eq!(subscription(&plaza).await["features"]["apiAccess"]["value"], false);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    prompt("that it has expired", 201).await;
    assert_eq!(subscription(&plaza).await["features"]["apiAccess"]["origin"], "tier");
}
