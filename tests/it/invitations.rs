//! `/v1/invitations`, and what becomes of them at `/v1/auth/accept-invitation`.

mod accept;
mod limits;

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::mail::log::Log;
use crate::support::{Answer, Call, Hotel, PASSWORD, World, two_hotels};

const NORA: &str = "nora@example.com";

/// Invites; the invitation and its token.
async fn invite(hotel: &Hotel, body: Value) -> (Value, String) {
    let invitation = hotel.post("/v1/invitations", body).await.assert_created();
    let token = hotel.world.mails.token_for(invitation["email"].as_str().unwrap()).await;
    (invitation, token)
}

fn path(invitation: &Value) -> String {
    format!("/v1/invitations/{}", invitation["id"].as_str().unwrap())
}

fn resend(invitation: &Value) -> Call {
    Call::new("POST".parse().unwrap(), format!("{}/resend", path(invitation)))
}

async fn accept(world: &World, token: &str) -> Answer {
    let body = json!({"token": token, "fullName": "Nora Lindqvist", "password": PASSWORD});
    Call::post("/v1/auth/accept-invitation", &body).send(world).await
}

/// The id of a built-in role.
async fn built_in(hotel: &Hotel, name: &str) -> Uuid {
    let sql = "select id from roles where organization_id = $1 and built_in = $2";
    hotel.world.admin().await.query_one(sql, &[&hotel.id, &name]).await.unwrap().get(0)
}

/// A role of the hotel's own.
async fn role(hotel: &Hotel, permissions: &[&str]) -> Uuid {
    let sql = "insert into roles (organization_id, name, permissions) values ($1, $2, $3) returning id";
    let name = Uuid::now_v7().to_string();
    hotel.world.admin().await.query_one(sql, &[&hotel.id, &name, &permissions]).await.unwrap().get(0)
}

async fn team(hotel: &Hotel) -> Uuid {
    let sql = "insert into teams (organization_id, name) values ($1, $2) returning id";
    let name = Uuid::now_v7().to_string();
    hotel.world.admin().await.query_one(sql, &[&hotel.id, &name]).await.unwrap().get(0)
}

async fn expire(hotel: &Hotel) {
    let sql =
        "update invitations set created_at = created_at - interval '8 days', sent_at = sent_at - interval '8 days',
               expires_at = now() - interval '1 second' where accepted_at is null and revoked_at is null";
    hotel.world.admin().await.execute(sql, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_mails_a_token_and_shows_the_invitation() {
    let (plaza, breeze) = two_hotels().await;
    let (agent, team) = (built_in(&plaza, "agent").await, team(&plaza).await);
    let body = json!({"email": NORA, "roleIds": [agent], "teamId": team, "dataScope": "team"});
    let answer = plaza.post("/v1/invitations", body).await;
    let invitation = answer.assert_created();
    assert_eq!(answer.header("location"), path(&invitation));
    assert_eq!(answer.header("etag"), "\"1\"");
    let mail = plaza.world.mails.next().await;
    assert_eq!((mail.kind, &*mail.to), ("invitation", NORA));
    assert_eq!(mail.subject, "admin of grand-plaza invites you to Grand Plaza");
    assert!(mail.link.contains("/accept-invitation?token=szi_"), "{}", mail.link);

    assert_eq!(invitation["status"], "open");
    assert_eq!(invitation["invitedBy"], plaza.admin_id.to_string());
    assert_eq!(invitation["roleIds"], json!([agent]));
    assert_eq!((&invitation["teamId"], &invitation["dataScope"]), (&json!(team), &json!("team")));
    assert_eq!(invitation["isOrgAdmin"], false);
    let time = |name: &str| chrono::DateTime::parse_from_rfc3339(invitation[name].as_str().unwrap()).unwrap();
    assert_eq!(time("expiresAt") - time("createdAt"), chrono::TimeDelta::days(7));
    assert_eq!(plaza.get(path(&invitation)).await.assert_ok(), invitation);
    assert_eq!(plaza.walk("/v1/invitations", 1).await, std::slice::from_ref(&invitation));
    assert!(!invitation.to_string().contains("szi_") && invitation.get("hash").is_none(), "{invitation}");

    breeze.get(path(&invitation)).await.assert_problem(404, "invitation_not_found");
    assert_eq!(breeze.get("/v1/invitations").await.assert_ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_sends_one_mail_however_often_the_request_comes() {
    let (plaza, _) = two_hotels().await;
    let call = || Call::post("/v1/invitations", &json!({"email": NORA})).header("Idempotency-Key", "one");
    let first = plaza.call(call()).await.assert_created();
    let token = plaza.world.mails.token_for(NORA).await;
    assert_eq!(plaza.call(call()).await.assert_created(), first);
    plaza.world.mails.assert_none().await;
    accept(&plaza.world, &token).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_refuses_an_address_that_is_invited_or_a_users() {
    let (plaza, breeze) = two_hotels().await;
    let (invitation, _) = invite(&plaza, json!({"email": NORA})).await;
    let create = async |email: &str| plaza.post("/v1/invitations", json!({"email": email})).await;
    create("Nora@EXAMPLE.com").await.assert_problem(409, "invitation_open");
    create("AGENT@grand-plaza.example").await.assert_problem(409, "users_email_taken");
    for wrong in ["nora", "nora@", "no ra@example.com", "nora@exa\u{7}mple.com", "a@b@c"] {
        create(wrong).await.assert_problem(422, "invalid");
    }
    plaza.world.mails.assert_none().await;
    // At the other hotel it is free.
    invite(&breeze, json!({"email": NORA})).await;
    invite(&breeze, json!({"email": "agent@grand-plaza.example"})).await;
    // It is free again when the first one has ended, by itself or not.
    expire(&plaza).await;
    let (second, _) = invite(&plaza, json!({"email": NORA})).await;
    assert_eq!(plaza.get(path(&invitation)).await.assert_ok()["status"], "expired");
    plaza.delete(path(&second)).await.assert_status(204);
    invite(&plaza, json!({"email": NORA})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_lets_one_of_many_invite_the_same_person() {
    let (plaza, _) = two_hotels().await;
    let all = (0..8).map(|_| plaza.post("/v1/invitations", json!({"email": NORA})));
    let answers = futures_util::future::join_all(all).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_problem(409, "invitation_open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_list_filters_by_where_they_stand() {
    let (plaza, _) = two_hotels().await;
    let email = |number: u8| json!({"email": format!("n{number}@example.com")});
    let (expired, _) = invite(&plaza, email(1)).await;
    expire(&plaza).await;
    let (accepted, token) = invite(&plaza, email(2)).await;
    accept(&plaza.world, &token).await.assert_ok();
    let (revoked, _) = invite(&plaza, email(3)).await;
    plaza.delete(path(&revoked)).await.assert_status(204);
    let (open, _) = invite(&plaza, email(4)).await;
    let mut all = Vec::new();
    for (status, one) in [("open", open), ("revoked", revoked), ("accepted", accepted), ("expired", expired)] {
        let found = plaza.walk(&format!("/v1/invitations?status={status}"), 1).await;
        assert_eq!(found.len(), 1, "{status}: {found:?}");
        assert_eq!((&found[0]["id"], &found[0]["status"]), (&one["id"], &json!(status)));
        assert_eq!(found[0]["acceptedAt"].is_null(), status != "accepted");
        assert_eq!(found[0]["revokedAt"].is_null(), status != "revoked");
        all.extend(found);
    }
    assert_eq!(plaza.walk("/v1/invitations", 2).await.len(), 4);
    plaza.get("/v1/invitations?status=lost").await.assert_problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_resend_ends_the_token_before_and_begins_the_time_anew() {
    let (plaza, breeze) = two_hotels().await;
    let (invitation, first) = invite(&plaza, json!({"email": NORA})).await;
    expire(&plaza).await;
    accept(&plaza.world, &first).await.assert_problem(422, "invalid_invitation_token");
    breeze.call(resend(&invitation)).await.assert_problem(404, "invitation_not_found");
    let again = plaza.call(resend(&invitation)).await.assert_ok();
    let second = plaza.world.mails.token_for(NORA).await;
    assert_eq!((&again["id"], &again["status"]), (&invitation["id"], &json!("open")));
    assert_ne!(first, second);
    accept(&plaza.world, &first).await.assert_problem(422, "invalid_invitation_token");
    accept(&plaza.world, &second).await.assert_ok();
    plaza.call(resend(&invitation)).await.assert_problem(409, "invitation_closed");
    let (revoked, _) = invite(&plaza, json!({"email": "other@example.com"})).await;
    plaza.delete(path(&revoked)).await.assert_status(204);
    plaza.call(resend(&revoked)).await.assert_problem(409, "invitation_closed");
    plaza.call(resend(&json!({"id": Uuid::now_v7()}))).await.assert_problem(404, "invitation_not_found");
    plaza.world.mails.assert_none().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_revoke_ends_the_token_and_takes_no_user_back() {
    let (plaza, breeze) = two_hotels().await;
    let (invitation, token) = invite(&plaza, json!({"email": NORA})).await;
    breeze.delete(path(&invitation)).await.assert_problem(404, "invitation_not_found");
    let at = |version: &str| Call::delete(path(&invitation)).header("If-Match", version);
    plaza.call(at("\"2\"")).await.assert_problem(412, "stale");
    plaza.call(at("\"1\"")).await.assert_status(204);
    plaza.delete(path(&invitation)).await.assert_status(204);
    accept(&plaza.world, &token).await.assert_problem(422, "invalid_invitation_token");
    assert_eq!(plaza.get(path(&invitation)).await.assert_ok()["status"], "revoked");

    let (invitation, token) = invite(&plaza, json!({"email": NORA})).await;
    accept(&plaza.world, &token).await.assert_ok();
    plaza.delete(path(&invitation)).await.assert_problem(409, "invitation_closed");
    let at = |version: &str| Call::delete(path(&invitation)).header("If-Match", version);
    plaza.call(at("\"1\"")).await.assert_problem(412, "stale");
    plaza.call(at("\"2\"")).await.assert_problem(409, "invitation_closed");
}

/// On one thread, so that the log of everything but the hashing is this test's.
#[tokio::test]
async fn neither_the_log_nor_the_database_holds_the_token_of_an_invitation() {
    let (plaza, _) = two_hotels().await;
    let log = Log::capture();
    let (invitation, first) = invite(&plaza, json!({"email": NORA})).await;
    plaza.call(resend(&invitation)).await.assert_ok();
    let second = plaza.world.mails.token_for(NORA).await;
    accept(&plaza.world, &first).await.assert_problem(422, "invalid_invitation_token");
    let body = json!({"token": second, "fullName": "Nora Lindqvist", "password": "correct horse battery"});
    let tokens = Call::post("/v1/auth/accept-invitation", &body).send(&plaza.world).await.assert_ok();
    tokio::time::sleep(Duration::from_millis(50)).await;

    let admin = plaza.world.admin().await;
    let everything = "select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, true, '')::text, '')
                      from pg_tables where schemaname in ('public', 'app')";
    let (rows, lines): (String, String) = (admin.query_one(everything, &[]).await.unwrap().get(0), log.text());
    assert!(lines.contains("accept-invitation") || lines.contains("auth_accept_invitation"), "{lines}");
    let random = |token: &str| token[token.len() - 40..].to_owned();
    let refresh = tokens["refreshToken"].as_str().unwrap();
    for secret in ["correct horse battery", &random(&first), &random(&second), &random(refresh)] {
        assert!(!rows.contains(secret), "{secret} is in the database");
        assert!(!lines.contains(secret), "{secret} is in the log");
    }
    assert!(!lines.contains(NORA) && !lines.contains("Lindqvist"), "a person is in the log");
    // Made, sent again, accepted: each is told, and no hash of a password or a token.
    let audited =
        "select count(*), count(*) filter (where changes::text ~ 'argon2' or changes -> 'hash' ->> 'after' <> '***')
                   from audit_log where resource = 'invitations'";
    let audited = admin.query_one(audited, &[]).await.unwrap();
    assert_eq!((audited.get::<_, i64>(0), audited.get::<_, i64>(1)), (3, 0));
}
