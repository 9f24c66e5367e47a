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

/// One hotel, by its number.
pub async fn hotel_refused(scene: &Scene, call: impl Fn(i32) -> Call) {
    for version in [None, Some("*"), Some("\"1\""), Some("W/\"one\"")] {
        let with = |hotel: i32| match version {
            Some(version) => call(hotel).header("If-Match", version),
            None => call(hotel),
        };
        scene.refused(403, "permission_denied", with(scene.plaza.id), with(i32::MAX)).await;
        // Nor is one's own hotel one's own here.
        scene.refused(403, "permission_denied", with(scene.breeze.id), with(i32::MAX)).await;
    }
}

fn organization(id: i32) -> String {
    format!("/v1/platform/organizations/{id}")
}

pub async fn platform_organizations_list(scene: &Scene) {
    let call = |query: &str| Call::get(format!("/v1/platform/organizations{query}"));
    scene.refused(403, "permission_denied", call("?slug=grand-plaza"), call("?slug=nobody")).await;
    scene.refused(403, "permission_denied", call("?search=grand"), call("")).await;
}

pub async fn platform_organizations_create(scene: &Scene) {
    let call = |slug: &str| {
        let body = json!({"slug": slug, "name": "Mine", "firstAdmin": {"email": "eve@example.com"}});
        Call::post("/v1/platform/organizations", &body)
    };
    scene.refused(403, "permission_denied", call(&scene.plaza.slug), call("nobody")).await;
}

pub async fn platform_organizations_get(scene: &Scene) {
    hotel_refused(scene, |id| Call::get(organization(id))).await;
}

pub async fn platform_organizations_update(scene: &Scene) {
    hotel_refused(scene, |id| Call::patch(organization(id), &json!({"tier": "starter", "status": "cancelled"}))).await;
}

pub async fn platform_organizations_suspend(scene: &Scene) {
    let why = json!({"reason": "To be rid of them"});
    hotel_refused(scene, |id| Call::post(format!("{}/suspend", organization(id)), &why)).await;
}

pub async fn platform_organizations_reactivate(scene: &Scene) {
    let why = json!({"reason": "To be back"});
    hotel_refused(scene, |id| Call::post(format!("{}/reactivate", organization(id)), &why)).await;
}

pub async fn platform_organizations_schedule(scene: &Scene) {
    let body = json!({"deleteAt": "2030-01-01T00:00:00Z", "reason": "To be rid of them"});
    hotel_refused(scene, |id| Call::post(format!("{}/schedule-deletion", organization(id)), &body)).await;
}

pub async fn platform_organizations_unschedule(scene: &Scene) {
    hotel_refused(scene, |id| Call::delete(format!("{}/schedule-deletion", organization(id)))).await;
}

pub async fn platform_users_list(scene: &Scene) {
    let call = |search: &str| Call::get(format!("/v1/platform/users?search={search}"));
    scene.refused(403, "permission_denied", call("admin@grand"), call("nobody")).await;
}

pub async fn platform_audit_log_list(scene: &Scene) {
    let call = |id: i32| Call::get(format!("/v1/platform/audit-log?organizationId={id}"));
    scene.refused(403, "permission_denied", call(scene.plaza.id), call(i32::MAX)).await;
    scene.refused(403, "permission_denied", call(scene.breeze.id), call(i32::MAX)).await;
}

pub async fn platform_audit_get(scene: &Scene) {
    let call = |query: &str| Call::get(format!("/v1/platform/audit/rls{query}"));
    scene.refused(403, "permission_denied", call(""), call("?fresh=true")).await;
}
