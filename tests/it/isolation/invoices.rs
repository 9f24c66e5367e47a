//! The rival at invoices: their own are theirs, and what is done with any is the platform's.

use serde_json::json;
use uuid::Uuid;

use super::cases::list_is_ones_own;
use super::scene::Scene;
use crate::support::Call;

const PATH: &str = "/v1/organization/invoices";

pub async fn invoices_list(scene: &Scene) {
    for path in [PATH, "/v1/organization/invoices?status=open"] {
        list_is_ones_own(scene, path).await;
    }
    let named = |id: i32| Call::get(format!("{PATH}?organizationId={id}"));
    scene.refused(422, "invalid", named(scene.plaza.id), named(i32::MAX)).await;
}

pub async fn invoices_get(scene: &Scene) {
    let call = |id: Uuid| Call::get(format!("{PATH}/{id}"));
    scene.refused(404, "invoice_not_found", call(scene.invoice), call(scene.nobody)).await;
}

pub async fn invoices_print(scene: &Scene) {
    let call = |id: Uuid| Call::get(format!("{PATH}/{id}/page"));
    scene.refused(404, "invoice_not_found", call(scene.invoice), call(scene.nobody)).await;
}

pub async fn platform_invoices_list(scene: &Scene) {
    let call = |id: i32| Call::get(format!("/v1/platform/invoices?organizationId={id}"));
    scene.refused(403, "permission_denied", call(scene.plaza.id), call(i32::MAX)).await;
    scene.refused(403, "permission_denied", call(scene.breeze.id), call(i32::MAX)).await;
}

async fn ended(scene: &Scene, verb: &str) {
    let call =
        |id: Uuid| Call::post(format!("/v1/platform/invoices/{id}/{verb}"), &json!({"reason": "To be rid of it"}));
    scene.refused(403, "permission_denied", call(scene.invoice), call(scene.nobody)).await;
}

pub async fn platform_invoices_pay(scene: &Scene) {
    ended(scene, "pay").await;
}

pub async fn platform_invoices_void(scene: &Scene) {
    ended(scene, "void").await;
}
