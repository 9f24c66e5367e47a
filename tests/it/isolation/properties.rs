//! The rival at properties.

use serde_json::json;

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
