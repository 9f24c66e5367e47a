//! What the rival tries at the operations on passwords and invitations.

use poem::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use stayzr::auth::{InvitationSecret, ResetSecret};

use super::cases::{list_is_ones_own, refused_at_every_version};
use super::scene::{Scene, id};
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

pub async fn auth_accept_invitation(scene: &Scene) {
    let call = |token: &str| {
        let body = json!({"token": token, "fullName": "Eve", "password": "correct horse battery"});
        Call::post("/v1/auth/accept-invitation", &body)
    };
    // Plaza's invitation, said to be Breeze's.
    let moved = InvitationSecret::generate(scene.breeze.id, id(&scene.invitation).parse().unwrap()).unwrap();
    let nobodys = InvitationSecret::generate(scene.breeze.id, scene.nobody).unwrap();
    scene.refused(422, "invalid_invitation_token", call(moved.reveal()), call(nobodys.reveal())).await;
}

pub async fn invitations_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/invitations").await;
    list_is_ones_own(scene, "/v1/invitations?status=open").await;
}

pub async fn invitations_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/invitations/{id}"));
    let nobody = scene.nobody.to_string();
    scene.refused(404, "invitation_not_found", call(id(&scene.invitation)), call(&nobody)).await;
}

pub async fn invitations_create(scene: &Scene) {
    // An address invited by Plaza, or of a user of Plaza's, is free at Breeze.
    for email in ["nora@plaza-guest.example", "agent@grand-plaza.example"] {
        let made = scene.breeze.post("/v1/invitations", json!({"email": email})).await.assert_created();
        // So that Breeze has no reason to name Plaza's people in what follows.
        let made: Uuid = id(&made).parse().unwrap();
        scene.world().admin().await.execute("delete from invitations where id = $1", &[&made]).await.unwrap();
    }
    let call = |member: &str, value: Value| {
        let mut body = json!({"email": "eve@b.example"});
        body[member] = value;
        Call::post("/v1/invitations", &body)
    };
    let role = "select id from roles where organization_id = $1 and built_in = 'viewer'";
    let role: Uuid = scene.world().admin().await.query_one(role, &[&scene.plaza.id]).await.unwrap().get(0);
    let (theirs, nobodys) = (call("roleIds", json!([role])), call("roleIds", json!([scene.nobody])));
    scene.refused(422, "invalid", theirs, nobodys).await;
    let told = call("organizationId", json!(scene.plaza.id));
    scene.breeze(told).await.assert_problem(422, "invalid");
}

pub async fn invitations_resend(scene: &Scene) {
    let call = |id: &str| Call::new(Method::POST, format!("/v1/invitations/{id}/resend"));
    let nobody = scene.nobody.to_string();
    scene.refused(404, "invitation_not_found", call(id(&scene.invitation)), call(&nobody)).await;
}

pub async fn invitations_revoke(scene: &Scene) {
    let theirs = [id(&scene.invitation)];
    let call = |id: &str| Call::delete(format!("/v1/invitations/{id}"));
    refused_at_every_version(scene, "invitation_not_found", &theirs, call).await;
}
