//! The rival at what a hotel uses.

use serde_json::Value;

use super::cases::{filter_finds_nothing, list_is_ones_own};
use super::scene::Scene;
use crate::support::Call;

/// Plaza has more of everything; Breeze is told of Breeze's.
pub async fn usage_get(scene: &Scene) {
    let used = |usage: &Value| {
        let resources = usage["resources"].as_array().unwrap().iter();
        resources.map(|one| one["used"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let own = scene.breeze(Call::get("/v1/organization/usage")).await.assert_ok();
    let sql = "select array[
                   (select count(*) from users where organization_id = $1 and status <> 'deleted'),
                   (select count(*) from guests where organization_id = $1 and archived_at is null),
                   (select count(*) from conversations where organization_id = $1 and status in ('open', 'pending')),
                   (select count(*) from messages where organization_id = $1),
                   0
               ]";
    let admin = scene.world().admin().await;
    let counted: Vec<i64> = admin.query_one(sql, &[&scene.breeze.id]).await.unwrap().get(0);
    assert_eq!(used(&own), counted);
    let plazas = scene.plaza.get("/v1/organization/usage").await.assert_ok();
    assert_ne!(used(&plazas), counted);
}

pub async fn usage_alerts_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/organization/alerts").await;
    list_is_ones_own(scene, "/v1/organization/alerts?acknowledged=false").await;
    let path = |resource: &str| format!("/v1/organization/alerts?resource={resource}");
    filter_finds_nothing(scene, path("guests"), path("storage")).await;
}

pub async fn usage_alerts_acknowledge(scene: &Scene) {
    let alerts = scene.plaza.get("/v1/organization/alerts").await.assert_ok();
    let call = |id: &str| Call::new("POST".parse().unwrap(), format!("/v1/organization/alerts/{id}/acknowledge"));
    let nobody = scene.nobody.to_string();
    for alert in alerts["items"].as_array().unwrap() {
        let theirs = call(alert["id"].as_str().unwrap());
        scene.refused(404, "usage_alert_not_found", theirs, call(&nobody)).await;
    }
}

pub async fn platform_usage_list(scene: &Scene) {
    let call = |query: &str| Call::get(format!("/v1/platform/usage{query}"));
    scene.refused(403, "permission_denied", call(""), call("?minimumShare=0.5")).await;
}
