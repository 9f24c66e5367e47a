//! `/v1/guests/{id}/shares`

use serde_json::json;
use uuid::Uuid;

use crate::support::{Call, two_hotels};

#[tokio::test(flavor = "multi_thread")]
async fn guest_shares_create_list_and_delete_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let shares = format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap());
    let body = json!({"userId": plaza.agent_id, "access": "read", "expiresAt": "2999-01-01T00:00:00Z"});
    let answer = plaza.post(&shares, body.clone()).await;
    let share = answer.assert_created();
    assert_eq!(answer.header("location"), format!("{shares}/{}", share["id"].as_str().unwrap()));
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(share["guestId"], guest["id"]);
    assert_eq!(share["userId"], plaza.agent_id.to_string());
    assert_eq!(share["createdBy"], plaza.admin_id.to_string());
    for none in ["conversationId", "teamId"] {
        assert!(share[none].is_null(), "{none}");
    }
    let team = plaza.create_team("Front office").await;
    let second = plaza.post(&shares, json!({"teamId": team, "access": "write"})).await.assert_created();
    assert_eq!(plaza.walk(&shares, 1).await, [second.clone(), share.clone()]);

    let path = answer.header("location").to_owned();
    breeze.get(&shares).await.assert_problem(404, "guest_not_found");
    breeze.post(&shares, body).await.assert_problem(404, "guest_not_found");
    breeze.delete(&path).await.assert_problem(404, "share_not_found");
    plaza.call(Call::delete(&path).header("If-Match", "\"2\"")).await.assert_problem(412, "stale");
    plaza.call(Call::delete(&path).header("If-Match", "\"1\"")).await.assert_status(204);
    plaza.delete(&path).await.assert_problem(404, "share_not_found");
    assert_eq!(plaza.walk(&shares, 5).await, [second]);
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_shares_create_refuses_whom_it_cannot_be_for() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let shares = format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap());
    let (team, rivals) = (plaza.create_team("Front office").await, breeze.create_team("Front office").await);
    for user in [breeze.agent_id, Uuid::now_v7()] {
        plaza.post(&shares, json!({"userId": user, "access": "read"})).await.assert_problem(404, "user_not_found");
    }
    for team in [rivals, Uuid::now_v7()] {
        plaza.post(&shares, json!({"teamId": team, "access": "read"})).await.assert_problem(404, "team_not_found");
    }
    for body in [
        json!({"access": "read"}),
        json!({"access": "read", "userId": plaza.agent_id, "teamId": team}),
        json!({"access": "own", "userId": plaza.agent_id}),
        json!({"userId": plaza.agent_id}),
        json!({"access": "read", "userId": plaza.agent_id, "guestId": guest["id"]}),
    ] {
        plaza.post(&shares, body).await.assert_problem(422, "invalid");
    }
    let over = json!({"access": "read", "userId": plaza.agent_id, "expiresAt": "2020-01-01T00:00:00Z"});
    let refused = plaza.post(&shares, over).await.assert_problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "/expiresAt");
    assert_eq!(plaza.walk(&shares, 5).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_shares_create_shares_once_and_again_when_it_has_run_out() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let shares = format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap());
    let team = plaza.create_team("Front office").await;
    for with in [json!({"userId": plaza.agent_id}), json!({"teamId": team})] {
        let body = |access: &str| {
            let mut body = with.clone();
            body["access"] = json!(access);
            body
        };
        let first = plaza.post(&shares, body("read")).await.assert_created();
        plaza.post(&shares, body("write")).await.assert_problem(409, "share_exists");
        let sql = "update shares set created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
                   where id = $1";
        let id: Uuid = first["id"].as_str().unwrap().parse().unwrap();
        plaza.world.admin().await.execute(sql, &[&id]).await.unwrap();
        let again = plaza.post(&shares, body("write")).await.assert_created();
        assert_ne!(again["id"], first["id"]);
    }
    assert_eq!(plaza.walk(&shares, 5).await.len(), 2);
    breeze.get(&shares).await.assert_problem(404, "guest_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_shares_create_is_done_once_for_an_idempotency_key() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let shares = format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap());
    let call = |access: &str| {
        Call::post(&shares, &json!({"userId": plaza.agent_id, "access": access})).header("Idempotency-Key", "k-1")
    };
    let first = plaza.call(call("read")).await.assert_created();
    assert_eq!(plaza.call(call("read")).await.assert_created(), first);
    plaza.call(call("write")).await.assert_problem(422, "idempotency_key_reused");
    breeze.call(call("read")).await.assert_problem(404, "guest_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_shares_leave_a_trace_in_the_audit_log() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let shares = format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap());
    let share = plaza.post(&shares, json!({"userId": plaza.agent_id, "access": "read"})).await.assert_created();
    plaza.delete(format!("{shares}/{}", share["id"].as_str().unwrap())).await.assert_status(204);
    let sql = "select action from audit_log where organization_id = $1 and resource_id = $2 order by created_at";
    let admin = plaza.world.admin().await;
    let actions = |hotel: i32| {
        let (admin, id) = (&admin, share["id"].as_str().unwrap());
        async move {
            let rows = admin.query(sql, &[&hotel, &id]).await.unwrap();
            rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>()
        }
    };
    assert_eq!(actions(plaza.id).await, ["shares_create", "shares_delete"]);
    assert_eq!(actions(breeze.id).await, Vec::<String>::new());
}
