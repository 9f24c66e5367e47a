//! What the rival tries at the operations on passwords and invitations.

use serde_json::json;
use uuid::Uuid;

use stayzr::auth::ResetSecret;

use super::scene::Scene;
use crate::support::{Call, PASSWORD};

pub async fn auth_change_password(scene: &Scene) {
    let body = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    scene.breeze(Call::post("/v1/auth/change-password", &body)).await.assert_status(204);
    scene.plaza.get("/v1/auth/me").await.assert_ok();
    // A token of Breeze's that names a user of Plaza's gets nowhere near a password.
    let change_as = async |user: Uuid| {
        let claims = scene.world().tokens.claims(user, scene.breeze.id, Uuid::nil(), Uuid::nil());
        let token = format!("Bearer {}", scene.world().tokens.sign(&claims).unwrap());
        scene.stranger(Call::post("/v1/auth/change-password", &body).header("Authorization", &token)).await
    };
    let answer = change_as(scene.plaza.admin_id).await;
    scene.assert_same(&answer, &change_as(scene.nobody).await);
    answer.assert_problem(401, "unauthenticated");
}

pub async fn auth_forgot_password(scene: &Scene) {
    let call = |slug: &str, email: &str| {
        Call::post("/v1/auth/forgot-password", &json!({"organization": slug, "email": email}))
    };
    // An address of Plaza's is nobody's at Breeze.
    for slug in [&*scene.breeze.slug, "no-hotel"] {
        let answer = scene.stranger(call(slug, "admin@grand-plaza.example")).await;
        scene.assert_same(&answer, &scene.stranger(call(slug, "nobody@nowhere.example")).await);
        answer.assert_status(202);
    }
    scene.world().mails.assert_none().await;
}

pub async fn auth_reset_password(scene: &Scene) {
    let call = |token: &str| {
        let body = json!({"token": token, "newPassword": "correct horse battery"});
        Call::post("/v1/auth/reset-password", &body)
    };
    // The same user, said to be Breeze's.
    let moved = ResetSecret::generate(scene.breeze.id, scene.plaza.admin_id).unwrap();
    let nobodys = ResetSecret::generate(scene.breeze.id, scene.nobody).unwrap();
    scene.refused(422, "invalid_reset_token", call(moved.reveal()), call(nobodys.reveal())).await;
}
