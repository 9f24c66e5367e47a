//! `/v1/platform/switch-organization`, `/v1/platform/grants` and what a visit may do.

mod ends;
mod random;
mod records;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, SuperAdmin, World};

/// Two hotels and a super admin in one world.
pub async fn two_hotels_and_the_platform() -> (Hotel, Hotel, SuperAdmin) {
    let world = World::new().await;
    (world.hotel("grand-plaza").await, world.hotel("sea-breeze").await, world.platform().await)
}

fn switch(hotel: i32) -> Value {
    json!({"organizationId": hotel, "reason": "Ticket 4711", "minutes": 45})
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_grants_create_gives_a_token_of_the_hotel_for_a_while() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let answer = robin.post("/v1/platform/switch-organization", switch(plaza.id)).await;
    let switched = answer.assert_created();
    let grant = &switched["grant"];
    assert_eq!(answer.header("location"), format!("/v1/platform/grants/{}", grant["id"].as_str().unwrap()));
    assert_eq!((&grant["organizationId"], &grant["canWrite"]), (&json!(plaza.id), &json!(false)));
    assert_eq!((&grant["superAdminId"], &grant["endedAt"]), (&json!(robin.id), &Value::Null));
    assert_eq!(grant["reason"], "Ticket 4711");
    let time = |name: &str| chrono::DateTime::parse_from_rfc3339(grant[name].as_str().unwrap()).unwrap();
    assert_eq!((time("expiresAt") - time("createdAt")).num_seconds(), 45 * 60);
    assert_eq!(switched["expiresIn"], 45 * 60);
    assert!(switched.get("refreshToken").is_none());
    let claims = robin.world.tokens.verify(switched["accessToken"].as_str().unwrap()).unwrap();
    assert_eq!((claims.org, claims.sub, claims.exp - claims.iat), (plaza.id, robin.id, 45 * 60));
    // The times are half an hour, and read-only, unless said otherwise.
    let plain = json!({"organizationId": plaza.id, "reason": "Ticket 4711"});
    assert_eq!(robin.post("/v1/platform/switch-organization", plain).await.assert_created()["expiresIn"], 1800);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_grants_create_refuses_what_makes_no_sense() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let path = "/v1/platform/switch-organization";
    robin.post(path, switch(i32::MAX)).await.assert_problem(404, "organization_not_found");
    let own = robin.post(path, switch(robin.home.id)).await.assert_problem(422, "invalid");
    assert_eq!(own["errors"][0]["field"], "/organizationId");
    for (field, value) in [
        ("reason", json!("ab")),
        ("reason", json!("x".repeat(501))),
        ("minutes", json!(0)),
        ("minutes", json!(481)),
        ("write", json!("yes")),
        ("organizationId", json!("2")),
        ("superAdminId", json!(robin.id)),
    ] {
        let mut body = switch(plaza.id);
        body[field] = value;
        robin.post(path, body).await.assert_problem(422, "invalid");
    }
    assert_eq!(robin.get("/v1/platform/grants?all=true").await.assert_ok()["items"], json!([]));
    robin.patch(path, switch(plaza.id)).await.assert_problem(405, "method_not_allowed");
    let mut longest = switch(plaza.id);
    longest["minutes"] = json!(480);
    robin.post(path, longest).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_super_admin_s_own_token_reaches_the_platform() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let key = json!({"name": "Program", "permissions": ["guests.read"]});
    let key = plaza.post("/v1/api-keys", key).await.assert_created()["secret"].as_str().unwrap().to_owned();
    let own_key = json!({"name": "Program", "permissions": ["guests.read"]});
    let own_key =
        robin.home.post("/v1/api-keys", own_key).await.assert_created()["secret"].as_str().unwrap().to_owned();
    let visit = robin.visit(&plaza, true).await;
    let before = robin.world.contents().await;
    for token in [&plaza.admin_token, &plaza.agent_token, &robin.home.agent_token, &key, &own_key] {
        for call in [
            Call::post("/v1/platform/switch-organization", &switch(plaza.id)),
            Call::get("/v1/platform/grants"),
            Call::delete(format!("/v1/platform/grants/{}", visit.grant_id)),
            Call::get("/v1/platform/nothing"),
            Call::get("/v1/platform"),
        ] {
            let answer = call.header("Authorization", &format!("Bearer {token}")).send(&robin.world).await;
            answer.assert_problem(403, "permission_denied");
        }
    }
    let tables = |contents: Vec<(String, String)>| -> Vec<_> {
        // A key's last use is noted.
        contents.into_iter().filter(|(table, _)| table != "public.api_keys").collect()
    };
    assert_eq!(tables(robin.world.contents().await), tables(before));
    // A visit is in the hotel and nowhere else; that it tried is on record there.
    let call = Call::get("/v1/platform/grants").header("X-Request-Id", "astray-01");
    visit.call(call).await.assert_problem(403, "permission_denied");
    let call = Call::post("/v1/platform/switch-organization", &switch(plaza.id)).header("X-Request-Id", "astray-02");
    visit.call(call).await.assert_problem(403, "permission_denied");
    for request in ["astray-01", "astray-02"] {
        let [record] = &*robin.records_of(request).await else { panic!("one record") };
        assert_eq!((&record["action"], &record["outcome"]), (&json!("permission_denied"), &json!("refused")));
        assert_eq!((&record["organization_id"], &record["grant_id"]), (&json!(plaza.id), &json!(visit.grant_id)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_grants_list_shows_who_visits_and_with_all_who_did() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let kim = robin.colleague().await;
    let visits = [robin.visit(&plaza, false).await, kim.visit(&breeze, true).await, robin.visit(&breeze, false).await];
    robin.delete(format!("/v1/platform/grants/{}", visits[0].grant_id)).await.assert_status(204);
    let ids = |page: &Value| -> Vec<Uuid> {
        page["items"].as_array().unwrap().iter().map(|grant| grant["id"].as_str().unwrap().parse().unwrap()).collect()
    };
    let newest = |numbers: &[usize]| numbers.iter().map(|number| visits[*number].grant_id).collect::<Vec<_>>();
    assert_eq!(ids(&robin.get("/v1/platform/grants").await.assert_ok()), newest(&[2, 1]));
    let all = kim.get("/v1/platform/grants?all=true").await.assert_ok();
    assert_eq!(ids(&all), newest(&[2, 1, 0]));
    assert!(all["items"][2]["endedAt"].is_string());

    let first = robin.get("/v1/platform/grants?limit=1&all=true").await.assert_ok();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = robin.get(format!("/v1/platform/grants?limit=2&all=true&after={cursor}")).await.assert_ok();
    assert_eq!((ids(&first), ids(&second)), (newest(&[2]), newest(&[1, 0])));
    assert_eq!(second["nextCursor"], Value::Null);
    for wrong in [format!("?after={cursor}"), "?all=true&after=AAAA".into()] {
        robin.get(format!("/v1/platform/grants{wrong}")).await.assert_problem(422, "invalid_cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_reads_reads_that_hotel_and_writes_nothing() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let (theirs, others) = (plaza.create_guest("ada@example.com").await, breeze.create_guest("ada@example.com").await);
    let path = |guest: &Value| format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    let visit = robin.visit(&plaza, false).await;
    assert_eq!(visit.get("/v1/guests").await.assert_ok()["items"], json!([theirs]));
    assert_eq!(visit.get(path(&theirs)).await.assert_ok(), theirs);
    visit.get(path(&others)).await.assert_problem(404, "guest_not_found");
    assert_eq!(visit.get("/v1/organization").await.assert_ok()["id"], plaza.id);
    assert_eq!(visit.get("/v1/users").await.assert_ok()["items"].as_array().unwrap().len(), 2);
    visit.get("/v1/audit-log").await.assert_ok();

    let guests = json!({"fullName": "Bo", "email": "bo@example.com"});
    let before = robin.world.rows().await;
    for call in [
        Call::post("/v1/guests", &guests),
        Call::post("/v1/guests", &guests).header("Idempotency-Key", "visit"),
        Call::patch(path(&theirs), &json!({"notes": "x"})),
        Call::delete(path(&theirs)),
        Call::patch("/v1/organization", &json!({"name": "Mine"})),
        Call::patch(format!("/v1/users/{}", plaza.agent_id), &json!({"isOrgAdmin": true})),
        Call::post("/v1/departments", &json!({"name": "Mine"})),
        Call::post("/v1/api-keys", &json!({"name": "Mine", "permissions": ["guests.read"]})),
    ] {
        visit.call(call).await.assert_problem(403, "permission_denied");
    }
    // What is for who signed in is for no visitor.
    visit.post("/v1/auth/logout", json!({})).await.assert_problem(403, "session_required");
    let rows = |rows: Vec<(String, String)>| -> Vec<_> {
        rows.into_iter().filter(|(table, _)| table != "public.audit_log").collect()
    };
    assert_eq!(rows(robin.world.rows().await), rows(before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_writes_may_what_an_administrator_may_but_no_more() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let others = breeze.create_guest("ada@example.com").await;
    let visit = robin.visit(&plaza, true).await;
    let made = visit.post("/v1/guests", json!({"fullName": "Bo", "email": "bo@example.com"})).await.assert_created();
    assert_eq!(plaza.get("/v1/guests").await.assert_ok()["items"], json!([made]));
    assert_eq!(breeze.get("/v1/guests").await.assert_ok()["items"], json!([others]));
    let theirs = format!("/v1/guests/{}", others["id"].as_str().unwrap());
    visit.call(Call::patch(theirs, &json!({"notes": "x"}))).await.assert_problem(404, "guest_not_found");
    let agent = format!("/v1/users/{}", plaza.agent_id);
    visit.call(Call::patch(agent, &json!({"fullName": "New"}))).await.assert_ok();
    // No key outlives the visit.
    let key = json!({"name": "Mine", "permissions": ["guests.read"]});
    visit.post("/v1/api-keys", key).await.assert_problem(403, "session_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_me_on_a_visit_tells_of_the_grant() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let visit = robin.visit(&plaza, true).await;
    let me = visit.get("/v1/auth/me").await.assert_ok();
    assert_eq!((&me["user"], &me["organization"]["id"]), (&Value::Null, &json!(plaza.id)));
    let grants = robin.get("/v1/platform/grants").await.assert_ok();
    assert_eq!(me["visit"], grants["items"][0]);
    assert!(me["permissions"].as_array().unwrap().contains(&json!("users.manage")));
    let own = robin.get("/v1/auth/me").await.assert_ok();
    assert_eq!((&own["user"]["id"], &own["visit"]), (&json!(robin.id), &Value::Null));
}
