//! Accepting an invitation.

use futures_util::future::join_all;
use serde_json::{Value, json};
use stayzr::auth::InvitationSecret;
use uuid::Uuid;

use super::{NORA, accept, built_in, expire, invite, path, resend, role, team};
use crate::support::{Answer, Call, Hotel, PASSWORD, two_hotels};

async fn me(hotel: &Hotel, tokens: &Value) -> Value {
    let bearer = format!("Bearer {}", tokens["accessToken"].as_str().unwrap());
    Call::get("/v1/auth/me").header("Authorization", &bearer).send(&hotel.world).await.assert_ok()
}

async fn users(hotel: &Hotel) -> i64 {
    let sql = "select count(*) from users where organization_id = $1";
    hotel.world.admin().await.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_accept_invitation_makes_the_user_that_was_offered_and_signs_in() {
    let (plaza, breeze) = two_hotels().await;
    let (viewer, team) = (built_in(&plaza, "viewer").await, team(&plaza).await);
    let own = role(&plaza, &["audit.read"]).await;
    let body = json!({"email": "Nora@Example.com", "roleIds": [viewer, own], "teamId": team, "dataScope": "team"});
    let (invitation, token) = invite(&plaza, body).await;
    let tokens = accept(&plaza.world, &token).await.assert_ok();
    assert_eq!((&tokens["tokenType"], &tokens["expiresIn"]), (&json!("Bearer"), &json!(900)));

    let me = me(&plaza, &tokens).await;
    assert_eq!(me["organization"]["id"], plaza.id);
    let user = &me["user"];
    assert_eq!((&user["email"], &user["fullName"]), (&json!("Nora@Example.com"), &json!("Nora Lindqvist")));
    assert_eq!((&user["dataScope"], &user["isOrgAdmin"]), (&json!("team"), &json!(false)));
    let held = ["guests.read", "conversations.read", "users.read", "organization.read", "audit.read"];
    let mut permissions: Vec<&str> =
        me["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    permissions.sort_unstable();
    let mut expected = held.to_vec();
    expected.sort_unstable();
    assert_eq!(permissions, expected);
    let id: Uuid = user["id"].as_str().unwrap().parse().unwrap();
    let admin = plaza.world.admin().await;
    let member = "select count(*) from team_members where organization_id = $1 and team_id = $2 and user_id = $3";
    assert_eq!(admin.query_one(member, &[&plaza.id, &team, &id]).await.unwrap().get::<_, i64>(0), 1);

    let accepted = plaza.get(path(&invitation)).await.assert_ok();
    assert_eq!(accepted["status"], "accepted");
    // Its session can be refreshed, and the password works, here and nowhere else.
    let refresh = json!({"refreshToken": tokens["refreshToken"]});
    Call::post("/v1/auth/refresh", &refresh).send(&plaza.world).await.assert_ok();
    let login = |slug: &str| {
        let body = json!({"organization": slug, "email": NORA, "password": PASSWORD});
        Call::post("/v1/auth/login", &body).send(&plaza.world)
    };
    login("grand-plaza").await.assert_ok();
    login("sea-breeze").await.assert_problem(401, "invalid_credentials");
    assert_eq!(users(&breeze).await, 2);
    // Whoever invited answers for it in the audit log.
    let author = "select actor_user_id from audit_log where action = 'users_create' and resource_id = $1";
    let author: Uuid = admin.query_one(author, &[&id.to_string()]).await.unwrap().get(0);
    assert_eq!(author, plaza.admin_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_accept_invitation_checks_name_and_password_first() {
    let (plaza, _) = two_hotels().await;
    let (_, token) = invite(&plaza, json!({"email": NORA})).await;
    for (name, password) in [("", PASSWORD), ("Nora", "too short"), (&"n".repeat(201), PASSWORD)] {
        let body = json!({"token": token, "fullName": name, "password": password});
        Call::post("/v1/auth/accept-invitation", &body).send(&plaza.world).await.assert_problem(422, "invalid");
    }
    accept(&plaza.world, &token).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_accept_invitation_makes_one_user_however_many_come_at_once() {
    let (plaza, _) = two_hotels().await;
    let agent = built_in(&plaza, "agent").await;
    for round in 0..3 {
        let body = json!({"email": format!("nora{round}@example.com"), "roleIds": [agent]});
        let (_, token) = invite(&plaza, body).await;
        let before = users(&plaza).await;
        let answers = join_all((0..16).map(|_| accept(&plaza.world, &token))).await;
        let (done, refused): (Vec<&Answer>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(done.len(), 1, "one of sixteen becomes the user");
        for answer in refused {
            answer.assert_problem(422, "invalid_invitation_token");
        }
        assert_eq!(users(&plaza).await, before + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_accept_invitation_refuses_every_other_token_in_the_same_words() {
    let (plaza, breeze) = two_hotels().await;
    let (world, admin) = (&plaza.world, plaza.world.admin().await);
    let (invitation, good) = invite(&plaza, json!({"email": NORA})).await;
    let id: Uuid = invitation["id"].as_str().unwrap().parse().unwrap();
    // The inviter is not the only administrator, or nothing could be taken from them.
    admin.batch_execute("update users set is_org_admin = true").await.unwrap();
    let mut answers = Vec::new();
    for made_up in [
        "x",
        "szi_",
        &good[..good.len() - 1],
        &good.replace("szi_", "szp_"),
        InvitationSecret::generate(plaza.id, id).unwrap().reveal(),
        InvitationSecret::generate(plaza.id, Uuid::now_v7()).unwrap().reveal(),
        InvitationSecret::generate(breeze.id, id).unwrap().reveal(),
        InvitationSecret::generate(i32::MAX, id).unwrap().reveal(),
    ] {
        answers.push(accept(world, made_up).await);
    }
    for (break_it, repair) in [
        ("update organizations set is_active = false", "update organizations set is_active = true"),
        // The inviter is disabled, or administers the hotel no more.
        (
            "update users set status = 'disabled' where email like 'admin@%'",
            "update users set status = 'active' where email like 'admin@%'",
        ),
        (
            "update users set is_org_admin = false where email like 'admin@%'",
            "update users set is_org_admin = true where email like 'admin@%'",
        ),
        ("update invitations set revoked_at = now()", "update invitations set revoked_at = null"),
        ("update invitations set accepted_at = now()", "update invitations set accepted_at = null"),
        (
            "update invitations set expires_at = now() - interval '1 millisecond'",
            "update invitations set expires_at = now() + interval '1 minute'",
        ),
    ] {
        admin.batch_execute(break_it).await.unwrap();
        answers.push(accept(world, &good).await);
        admin.batch_execute(repair).await.unwrap();
    }
    for answer in &answers {
        answer.assert_problem(422, "invalid_invitation_token");
        assert_eq!(answer.without_request_id(), answers[0].without_request_id());
    }
    assert_eq!(users(&plaza).await, 2);
    accept(world, &good).await.assert_ok();
    accept(world, &good).await.assert_problem(422, "invalid_invitation_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_meanwhile_is_a_conflict_and_no_smaller_place() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let (own, team) = (role(&plaza, &["guests.read"]).await, team(&plaza).await);
    let agent = built_in(&plaza, "agent").await;
    let (first, with_role) = invite(&plaza, json!({"email": "a@example.com", "roleIds": [agent, own]})).await;
    let (second, with_team) = invite(&plaza, json!({"email": "b@example.com", "teamId": team})).await;
    admin.execute("delete from roles where id = $1", &[&own]).await.unwrap();
    admin.execute("delete from teams where id = $1", &[&team]).await.unwrap();
    for (invitation, token) in [(first, with_role), (second, with_team)] {
        accept(&plaza.world, &token).await.assert_problem(409, "invitation_outdated");
        plaza.call(resend(&invitation)).await.assert_problem(409, "invitation_outdated");
        assert_eq!(plaza.get(path(&invitation)).await.assert_ok()["status"], "open");
    }
    assert_eq!(users(&plaza).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_became_a_users_meanwhile_is_a_conflict() {
    let (plaza, _) = two_hotels().await;
    let (invitation, token) = invite(&plaza, json!({"email": NORA})).await;
    let user = json!({"email": "NORA@example.com", "fullName": "N", "password": PASSWORD});
    plaza.post("/v1/users", user).await.assert_created();
    accept(&plaza.world, &token).await.assert_problem(409, "users_email_taken");
    plaza.call(resend(&invitation)).await.assert_problem(409, "users_email_taken");
    assert_eq!(plaza.get(path(&invitation)).await.assert_ok()["status"], "open");
}

/// A hotel's first administrator is invited by nobody at the hotel.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_invites_the_first_administrator() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let id = Uuid::now_v7();
    let secret = InvitationSecret::generate(plaza.id, id).unwrap();
    let invited = "insert into invitations (organization_id, id, email, is_org_admin, hash, invited_by, expires_at)
                   values ($1, $2, $3, true, $4, null, now() + interval '7 days')";
    admin.execute(invited, &[&plaza.id, &id, &NORA, &&secret.hash()[..]]).await.unwrap();
    let tokens = accept(&plaza.world, secret.reveal()).await.assert_ok();
    let me = me(&plaza, &tokens).await;
    assert_eq!(me["user"]["isOrgAdmin"], true);
    assert_eq!(me["organization"]["id"], plaza.id);
    // What an administrator did by hand has no author.
    let authors = "select distinct actor_user_id::text from audit_log
                   where action in ('users_create', 'invitations_update') and actor_user_id is not null";
    let authors: Vec<String> = admin.query(authors, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(authors, [me["user"]["id"].as_str().unwrap()]);
    assert_eq!(users(&breeze).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invitation_is_expired_for_whoever_comes_late() {
    let (plaza, _) = two_hotels().await;
    let (_, token) = invite(&plaza, json!({"email": NORA})).await;
    expire(&plaza).await;
    accept(&plaza.world, &token).await.assert_problem(422, "invalid_invitation_token");
}
