//! The rival at what is for super admins only: refused, whether what it is about is there or not.

use serde_json::json;
use uuid::Uuid;

use super::scene::Scene;
use crate::support::Call;

pub async fn auth_switch_back(scene: &Scene) {
    let back = || Call::post("/v1/auth/switch-back", &json!({}));
    scene.refused(403, "visit_required", back(), back()).await;
}

pub async fn platform_grants_create(scene: &Scene) {
    let call = |hotel: i32| {
        let body = json!({"organizationId": hotel, "reason": "To look around", "write": true});
        Call::post("/v1/platform/switch-organization", &body)
    };
    scene.refused(403, "permission_denied", call(scene.plaza.id), call(i32::MAX)).await;
}

pub async fn platform_grants_list(scene: &Scene) {
    let call = |query: &str| Call::get(format!("/v1/platform/grants{query}"));
    scene.refused(403, "permission_denied", call(""), call("?all=true")).await;
}

pub async fn platform_grants_end(scene: &Scene) {
    let call = |id: Uuid| Call::delete(format!("/v1/platform/grants/{id}"));
    scene.refused(403, "permission_denied", call(scene.visit_to_plaza), call(scene.nobody)).await;
}
