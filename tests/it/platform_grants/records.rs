//! Every request of a super admin leaves exactly one record (I9), with the work or not at all.

use serde_json::{Value, json};

use super::{switch, two_hotels_and_the_platform};
use crate::support::{Call, SuperAdmin};

/// The one record of a request.
async fn record(robin: &SuperAdmin, request: &str) -> Value {
    let mut records = robin.records_of(request).await;
    assert_eq!(records.len(), 1, "{request}: {records:?}");
    records.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_is_on_record_in_the_hotel_with_its_reason() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let path = "/v1/platform/switch-organization";
    let call = |hotel: i32, request: &str| Call::post(path, &switch(hotel)).header("X-Request-Id", request);
    let made = robin.call(call(plaza.id, "switch-01")).await.assert_created();
    let given = record(&robin, "switch-01").await;
    assert_eq!((&given["organization_id"], &given["reason"]), (&json!(plaza.id), &json!("Ticket 4711")));
    assert_eq!((&given["action"], &given["resource"]), (&json!("platform_grants_create"), &json!("platform_grants")));
    assert_eq!((&given["actor_user_id"], &given["actor_kind"]), (&json!(robin.id), &json!("super_admin")));
    let changes = given["changes"]["changes"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["id"]), (1, &made["grant"]["id"]));

    // What names no hotel is the platform's.
    robin.call(call(i32::MAX, "switch-02")).await.assert_problem(404, "organization_not_found");
    robin.call(call(robin.home.id, "switch-03")).await.assert_problem(422, "invalid");
    for (request, outcome) in [("switch-02", "done"), ("switch-03", "refused")] {
        let record = record(&robin, request).await;
        assert_eq!((&record["organization_id"], &record["outcome"]), (&json!(robin.home.id), &json!(outcome)));
        assert_eq!(record["changes"], json!({}));
    }

    let path = format!("/v1/platform/grants/{}", made["grant"]["id"].as_str().unwrap());
    robin.call(Call::delete(path).header("X-Request-Id", "end-00001")).await.assert_status(204);
    let ended = record(&robin, "end-00001").await;
    assert_eq!((&ended["organization_id"], &ended["resource_id"]), (&json!(plaza.id), &made["grant"]["id"]));
    assert_eq!(ended["changes"]["changes"][0]["changes"]["ended_at"]["before"], Value::Null);
    robin.call(Call::get("/v1/platform/grants").header("X-Request-Id", "list-0001")).await.assert_ok();
    assert_eq!(record(&robin, "list-0001").await["organization_id"], robin.home.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hotel_s_own_administrator_sees_the_visit_and_what_it_changed() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let visit = robin.visit(&plaza, true).await;
    let before = breeze.get("/v1/audit-log").await.assert_ok();
    let agent = format!("/v1/users/{}", plaza.agent_id);
    visit.get("/v1/guests").await.assert_ok();
    visit.call(Call::patch(&agent, &json!({"fullName": "New"}))).await.assert_ok();
    visit.call(Call::patch(&agent, &json!({"fullName": ""}))).await.assert_problem(422, "invalid");

    let log = plaza.get(format!("/v1/audit-log?actorUserId={}", robin.id)).await.assert_ok();
    let told = |field: &str| -> Vec<Value> {
        log["items"].as_array().unwrap().iter().map(|record| record[field].clone()).collect()
    };
    assert_eq!(told("action"), ["users_update", "users_update", "guests_list", "platform_grants_create"]);
    assert_eq!(told("outcome"), ["refused", "done", "done", "done"]);
    assert_eq!(told("actorKind"), ["super_admin"; 4]);
    assert_eq!(told("reason"), ["The hotel asked for help"; 4]);
    assert_eq!(told("grantId")[..3], [json!(visit.grant_id), json!(visit.grant_id), json!(visit.grant_id)]);
    let change = &log["items"][1]["changes"]["changes"][0];
    assert_eq!((&change["table"], &change["id"]), (&json!("users"), &json!(plaza.agent_id)));
    assert_eq!(change["changes"]["full_name"], json!({"before": "agent of grand-plaza", "after": "New"}));
    assert_eq!(breeze.get("/v1/audit-log").await.assert_ok(), before);
}

/// The record and the work hold together or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_does_not_happen() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    plaza.create_guest("ada@example.com").await;
    let visit = robin.visit(&plaza, true).await;
    let admin = robin.world.admin().await;
    admin
        .batch_execute("alter table audit_log add constraint full_up check (actor_kind <> 'super_admin') not valid")
        .await
        .unwrap();
    let before = robin.world.contents().await;
    let platform = format!("/v1/platform/grants/{}", visit.grant_id);
    for call in [
        Call::post("/v1/guests", &json!({"fullName": "Bo", "email": "bo@example.com"})),
        Call::post("/v1/guests", &json!({"fullName": "Bo", "email": "bo@example.com"})).header("Idempotency-Key", "x"),
        Call::get("/v1/guests"),
        Call::get("/v1/auth/me"),
        Call::get("/v1/nothing"),
        Call::post("/v1/guests", &json!({"fullName": 5})),
        Call::post("/v1/auth/switch-back", &json!({})),
        Call::get("/v1/platform/grants"),
    ] {
        let answer = visit.call(call.clone()).await;
        answer.assert_problem(500, "internal");
        assert!(!String::from_utf8_lossy(&answer.body).contains("ada@"), "{call:?}");
    }
    let hotel = json!({"slug": "harbour", "name": "Harbour", "firstAdmin": {"email": "nora@example.com"}});
    let organization = format!("/v1/platform/organizations/{}", plaza.id);
    for call in [
        Call::post("/v1/platform/switch-organization", &switch(plaza.id)),
        Call::get("/v1/platform/grants"),
        Call::get("/v1/platform/organizations"),
        Call::get(&organization),
        Call::post("/v1/platform/organizations", &hotel),
        Call::patch(&organization, &json!({"name": "Mine"})),
        Call::post(format!("{organization}/suspend"), &json!({"reason": "unpaid"})),
        Call::get("/v1/platform/users?search=ada"),
        Call::get("/v1/platform/audit-log"),
        Call::get("/v1/platform/nothing"),
        Call::get("/v1/platform/grants?limit=x"),
        Call::delete(platform),
    ] {
        robin.call(call).await.assert_problem(500, "internal");
    }
    assert_eq!(robin.world.contents().await, before);
    robin.world.mails.assert_none().await;
    // The hotel goes on as if nothing were.
    plaza.create_guest("cy@example.com").await;
    admin.batch_execute("alter table audit_log drop constraint full_up").await.unwrap();
    visit.get("/v1/guests").await.assert_ok();
}
