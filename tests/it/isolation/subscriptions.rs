//! The rival at subscriptions: their own is theirs, and what is on offer is everybody's.

use serde_json::{Value, json};

use super::platform::hotel_refused;
use super::scene::Scene;
use crate::support::Call;

const PATH: &str = "/v1/organization/subscription";

pub async fn subscriptions_get(scene: &Scene) {
    let answer = scene.breeze(Call::get(PATH)).await;
    answer.assert_ok();
    // Nothing a client sends besides the token chooses the hotel.
    let named = |id: i32| Call::get(format!("{PATH}?organizationId={id}"));
    scene.refused(422, "invalid", named(scene.plaza.id), named(i32::MAX)).await;
    let header = Call::get(PATH).header("X-Organization-Id", &scene.plaza.id.to_string());
    scene.assert_same(&scene.breeze(header).await, &answer);
}

pub async fn subscriptions_update(scene: &Scene) {
    let patch = |body: Value| Call::patch(PATH, &body);
    let changed = scene.breeze(patch(json!({"cancel": true}))).await;
    assert_ne!(changed.assert_ok()["cancelAt"], Value::Null);
    assert_eq!(scene.plaza.get(PATH).await.assert_ok()["cancelAt"], Value::Null);
    // Plaza's version is stale here, because Breeze's is what counts.
    let version = scene.plaza.get(PATH).await.header("etag").to_owned();
    assert_ne!(version, changed.header("etag"));
    let stale = patch(json!({"cancel": false})).header("If-Match", &version);
    scene.breeze(stale).await.assert_problem(412, "stale");
    for field in ["id", "organizationId", "status", "billingDay", "timeZone", "tierVersion", "limits"] {
        scene.breeze(patch(json!({field: "1"}))).await.assert_problem(422, "invalid");
    }
}

pub async fn subscription_tiers_list(scene: &Scene) {
    let (theirs, own) = (scene.plaza.get("/v1/subscription-tiers").await, Call::get("/v1/subscription-tiers"));
    assert_eq!(scene.breeze(own).await.assert_ok(), theirs.assert_ok());
}

pub async fn platform_tiers_list(scene: &Scene) {
    let call = || Call::get("/v1/platform/tiers");
    scene.refused(403, "permission_denied", call(), call()).await;
}

pub async fn platform_tiers_get(scene: &Scene) {
    let call = |name: &str| Call::get(format!("/v1/platform/tiers/{name}"));
    scene.refused(403, "permission_denied", call("starter"), call("nothing")).await;
}

pub async fn platform_tiers_update(scene: &Scene) {
    let call = |name: &str| Call::patch(format!("/v1/platform/tiers/{name}"), &json!({"monthlyPrice": "0"}));
    scene.refused(403, "permission_denied", call("enterprise"), call("nothing")).await;
}

fn subscription(id: i32) -> String {
    format!("/v1/platform/organizations/{id}/subscription")
}

pub async fn platform_subscriptions_get(scene: &Scene) {
    hotel_refused(scene, |id| Call::get(subscription(id))).await;
}

pub async fn platform_subscriptions_update(scene: &Scene) {
    let patch = json!({"tier": "starter", "status": "cancelled", "reason": "To be rid of them"});
    hotel_refused(scene, |id| Call::patch(subscription(id), &patch)).await;
}

pub async fn platform_subscriptions_override(scene: &Scene) {
    let body = json!({"value": 0, "reason": "To be rid of them"});
    hotel_refused(scene, |id| {
        Call::new("PUT".parse().unwrap(), format!("{}/overrides/maxUsers", subscription(id))).json(&body)
    })
    .await;
}

pub async fn platform_subscriptions_restore(scene: &Scene) {
    hotel_refused(scene, |id| Call::delete(format!("{}/overrides/maxUsers", subscription(id)))).await;
}
