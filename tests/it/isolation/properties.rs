//! The rival at properties, and at figures.

use serde_json::{Value, json};

use super::cases::{list_is_ones_own, refused_at_every_version};
use super::people::name_is_free;
use super::scene::{Scene, id};
use crate::support::Call;

pub async fn properties_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/properties").await;
}

pub async fn properties_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/properties/{id}"));
    scene.refused(404, "property_not_found", call(id(&scene.property)), call(&scene.nobody.to_string())).await;
}

pub async fn properties_create(scene: &Scene) {
    name_is_free(scene, "/v1/properties", &scene.property).await;
}

pub async fn properties_update(scene: &Scene) {
    for body in [json!({"name": "Mine"}), json!({"timeZone": null}), json!({})] {
        let call = |id: &str| Call::patch(format!("/v1/properties/{id}"), &body);
        refused_at_every_version(scene, "property_not_found", &[id(&scene.property)], call).await;
    }
}

pub async fn properties_archive(scene: &Scene) {
    let call = |id: &str| Call::delete(format!("/v1/properties/{id}"));
    refused_at_every_version(scene, "property_not_found", &[id(&scene.property)], call).await;
}

/// Plaza's messages are many more than Breeze's one, and count at Plaza only.
pub async fn analytics_messages(scene: &Scene) {
    let total = |figures: &Value| {
        let counts = figures["counts"].as_array().unwrap().iter();
        counts.map(|count| count["messages"].as_i64().unwrap()).sum::<i64>()
    };
    let plazas = scene.plaza.get("/v1/analytics/messages").await.assert_ok();
    let breezes = scene.breeze(Call::get("/v1/analytics/messages")).await.assert_ok();
    assert!(total(&plazas) >= 4, "{plazas}");
    let admin = scene.world().admin().await;
    let own: i64 = admin
        .query_one("select count(*) from messages where organization_id = $1", &[&scene.breeze.id])
        .await
        .unwrap()
        .get(0);
    assert_eq!(total(&breezes), own, "{breezes}");
}
