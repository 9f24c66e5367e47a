//! Nobody offers what they do not have, neither when they invite nor when it is accepted.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NORA, accept, built_in, invite, resend, role, team};
use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

/// Somebody who manages users and is no administrator.
struct Manager {
    id: Uuid,
    role: Uuid,
    hotel: Hotel,
}

const HELD: &[&str] = &["users.manage", "users.read", "guests.read", "conversations.read", "organization.read"];

impl Manager {
    async fn of(hotel: &Hotel) -> Manager {
        let admin = hotel.world.admin().await;
        let role = role(hotel, HELD).await;
        let user = "insert into users (organization_id, email, full_name) values ($1, $2, 'Manager') returning id";
        let email = format!("{}@example.com", Uuid::now_v7());
        let id: Uuid = admin.query_one(user, &[&hotel.id, &email]).await.unwrap().get(0);
        let give = "insert into user_roles (organization_id, user_id, role_id) values ($1, $2, $3)";
        admin.execute(give, &[&hotel.id, &id, &role]).await.unwrap();
        Manager { id, role, hotel: hotel.clone() }
    }

    async fn set(&self, sql: &str) {
        let admin = self.hotel.world.admin().await;
        admin.execute(sql, &[&self.id]).await.unwrap();
    }

    async fn call(&self, call: Call) -> Answer {
        let bearer = format!("Bearer {}", self.hotel.fresh_token(self.id).await);
        call.header("Authorization", &bearer).send(&self.hotel.world).await
    }

    async fn invites(&self, mut body: Value) -> Answer {
        body["email"] = json!(format!("{}@example.com", Uuid::now_v7()));
        self.call(Call::post("/v1/invitations", &body)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_offers_only_what_the_inviter_has() {
    let (plaza, breeze) = two_hotels().await;
    let manager = Manager::of(&plaza).await;
    let (viewer, agent, admin) =
        (built_in(&plaza, "viewer").await, built_in(&plaza, "agent").await, built_in(&plaza, "admin").await);
    manager.invites(json!({"roleIds": [viewer, manager.role]})).await.assert_created();
    for offer in [
        json!({"roleIds": [agent]}),
        json!({"roleIds": [viewer, admin]}),
        json!({"roleIds": [role(&plaza, &["guests.read", "audit.read"]).await]}),
        json!({"isOrgAdmin": true}),
    ] {
        manager.invites(offer).await.assert_problem(403, "permission_escalation");
    }
    // What is not there, and what is another hotel's, are the same.
    let before = plaza.world.contents().await;
    let mut answers = Vec::new();
    for id in [Uuid::now_v7(), built_in(&breeze, "viewer").await] {
        let answer = manager.invites(json!({"roleIds": [id]})).await;
        assert_eq!(answer.assert_problem(422, "invalid")["errors"][0]["field"], "/roleIds");
        answers.push(answer.without_request_id());
    }
    assert_eq!(answers[0], answers[1]);
    for id in [Uuid::now_v7(), team(&breeze).await] {
        let answer = manager.invites(json!({"teamId": id})).await;
        assert_eq!(answer.assert_problem(422, "invalid")["errors"][0]["field"], "/teamId");
    }
    let invited = |contents: &[(String, String)]| contents.iter().find(|(t, _)| t == "public.invitations").cloned();
    assert_eq!(invited(&plaza.world.contents().await), invited(&before));
    let many: Vec<Uuid> = (0..21).map(|_| Uuid::now_v7()).collect();
    manager.invites(json!({"roleIds": many})).await.assert_problem(422, "invalid");
    plaza.call_as_agent(Call::post("/v1/invitations", &json!({"email": NORA}))).await.assert_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_create_offers_no_wider_sight_than_the_inviters() {
    let (plaza, _) = two_hotels().await;
    let manager = Manager::of(&plaza).await;
    let (own, other) = (team(&plaza).await, team(&plaza).await);
    manager.invites(json!({"dataScope": "all", "teamId": other})).await.assert_created();
    let join = "insert into team_members (organization_id, team_id, user_id)
                select organization_id, $2, $1 from teams where id = $2";
    plaza.world.admin().await.execute(join, &[&manager.id, &own]).await.unwrap();
    for (held, allowed) in [("own", 1), ("team", 2), ("department", 3)] {
        manager.set(&format!("update users set data_scope = '{held}' where id = $1")).await;
        let scopes = ["own", "team", "department", "all"];
        for (width, offered) in scopes.iter().enumerate() {
            let allowed = width < allowed;
            let as_it_should = async || {
                let answer = manager.invites(json!({"dataScope": offered})).await;
                if !allowed && answer.status == 403 {
                    answer.assert_problem(403, "permission_escalation");
                }
                (answer.status == 201) == allowed
            };
            // The server hears of the change a moment later.
            eventually(&format!("{offered} offered by who has {held}: {allowed}"), as_it_should).await;
        }
        // A scope of `own` holds no team, not even one's own. What can be offered can be accepted.
        let offer = manager.invites(json!({"dataScope": "own", "teamId": own})).await;
        if held == "own" {
            offer.assert_problem(403, "permission_escalation");
        } else {
            let email = offer.assert_created()["email"].as_str().unwrap().to_owned();
            accept(&plaza.world, &plaza.world.mails.later_token_for(&email).await).await.assert_ok();
        }
        let refused = manager.invites(json!({"dataScope": "own", "teamId": other})).await;
        refused.assert_problem(403, "permission_escalation");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_inviter_lost_meanwhile_is_not_granted() {
    let (plaza, _) = two_hotels().await;
    let manager = Manager::of(&plaza).await;
    let admin = plaza.world.admin().await;
    let viewer = built_in(&plaza, "viewer").await;
    let widened = role(&plaza, &["guests.read"]).await;
    let offer = async |roles: &[Uuid]| {
        let invitation = manager.invites(json!({"roleIds": roles})).await.assert_created();
        let token = plaza.world.mails.token_for(invitation["email"].as_str().unwrap()).await;
        (invitation, token)
    };
    let (viewers, viewers_token) = offer(&[viewer]).await;
    let (_, widened_token) = offer(&[widened]).await;
    let (_, scope_token) = offer(&[]).await;

    // The role allows more now than its inviter may.
    let widen = "update roles set permissions = array['guests.read', 'audit.read'] where id = $1";
    admin.execute(widen, &[&widened]).await.unwrap();
    accept(&plaza.world, &widened_token).await.assert_problem(422, "invalid_invitation_token");
    // The inviter sees less now than was offered.
    manager.set("update users set data_scope = 'own' where id = $1").await;
    accept(&plaza.world, &scope_token).await.assert_problem(422, "invalid_invitation_token");
    manager.set("update users set data_scope = 'all' where id = $1").await;
    // The inviter may do less now, and still manages users.
    let narrow = "update roles set permissions = array['users.manage'] where id = $1";
    admin.execute(narrow, &[&manager.role]).await.unwrap();
    accept(&plaza.world, &viewers_token).await.assert_problem(422, "invalid_invitation_token");
    let left: i64 =
        admin.query_one("select count(*) from invitations where accepted_at is null", &[]).await.unwrap().get(0);
    assert_eq!(left, 3, "a refused acceptance uses nothing up");

    // Somebody who may sends it again, and answers for it from then on.
    let again = plaza.call(resend(&viewers)).await.assert_ok();
    assert_eq!(again["invitedBy"], plaza.admin_id.to_string());
    let token = plaza.world.mails.token_for(again["email"].as_str().unwrap()).await;
    accept(&plaza.world, &token).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_an_invitation_again_that_they_could_not_make() {
    let (plaza, _) = two_hotels().await;
    let manager = Manager::of(&plaza).await;
    let (invitation, token) = invite(&plaza, json!({"email": NORA, "isOrgAdmin": true})).await;
    manager.call(resend(&invitation)).await.assert_problem(403, "permission_escalation");
    plaza.world.mails.assert_none().await;
    accept(&plaza.world, &token).await.assert_ok();
}
