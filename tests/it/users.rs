//! `/v1/users`

mod delete;
mod roles;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, two_hotels};

const PASSWORD: &str = "correct horse battery";

fn nora() -> Value {
    json!({"email": "nora@example.com", "fullName": "Nora Lindqvist", "password": PASSWORD})
}

async fn sign_in(hotel: &Hotel, email: &str, password: &str) -> crate::support::Answer {
    let body = json!({"organization": hotel.slug, "email": email, "password": password});
    Call::post("/v1/auth/login", &body).send(&hotel.world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let answer = plaza.post("/v1/users", nora()).await;
    let user = answer.assert_created();
    assert_eq!(user["isOrgAdmin"], false);
    assert_eq!(user["isSuperAdmin"], false);
    assert_eq!(user["status"], "active");
    assert_eq!(user["dataScope"], "all");
    assert!(!String::from_utf8_lossy(&answer.body).contains("assword"), "no trace of the password");
    let path = answer.header("location").to_owned();
    assert_eq!(path, format!("/v1/users/{}", user["id"].as_str().unwrap()));

    let found = plaza.call_as_agent(Call::get(&path)).await;
    assert_eq!(found.assert_ok(), user);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(&path).await.assert_problem(404, "user_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_lets_the_user_in_until_disabled() {
    let (plaza, breeze) = two_hotels().await;
    let user = plaza.post("/v1/users", nora()).await.assert_created();
    let token = sign_in(&plaza, "NORA@example.com", PASSWORD).await.assert_ok();
    let bearer = format!("Bearer {}", token["accessToken"].as_str().unwrap());
    let me = Call::get("/v1/auth/me").header("Authorization", &bearer).send(&plaza.world).await.assert_ok();
    assert_eq!(me["user"]["id"], user["id"]);
    assert_eq!(me["organization"]["slug"], "grand-plaza");
    sign_in(&breeze, "nora@example.com", PASSWORD).await.assert_problem(401, "invalid_credentials");

    let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
    plaza.patch(&path, json!({"status": "disabled"})).await.assert_ok();
    let disabled = sign_in(&plaza, "nora@example.com", PASSWORD).await;
    disabled.assert_problem(401, "invalid_credentials");
    let wrong = sign_in(&plaza, "nora@example.com", "another password").await;
    assert_eq!(disabled.without_request_id(), wrong.without_request_id());
    plaza.patch(&path, json!({"status": "active"})).await.assert_ok();
    sign_in(&plaza, "nora@example.com", PASSWORD).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_refuses_a_taken_email_and_the_rival_may_take_it() {
    let (plaza, breeze) = two_hotels().await;
    plaza.post("/v1/users", nora()).await.assert_created();
    let again = json!({"email": "Nora@Example.com", "fullName": "Another", "password": PASSWORD});
    plaza.post("/v1/users", again.clone()).await.assert_problem(409, "users_email_taken");
    breeze.post("/v1/users", again).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_is_done_once_for_an_idempotency_key() {
    let (plaza, breeze) = two_hotels().await;
    let call = || Call::post("/v1/users", &nora()).header("Idempotency-Key", "k-1");
    let (first, again) = (plaza.call(call()).await, plaza.call(call()).await);
    assert_eq!(first.assert_created(), again.assert_created());
    assert_eq!(first.header("location"), again.header("location"));
    let other = json!({"email": "bo@example.com", "fullName": "Bo", "password": PASSWORD});
    let other = Call::post("/v1/users", &other).header("Idempotency-Key", "k-1");
    plaza.call(other).await.assert_problem(422, "idempotency_key_reused");
    assert_eq!(plaza.walk("/v1/users", 10).await.len(), 3);
    assert_ne!(breeze.call(call()).await.assert_created()["id"], first.json()["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let user = plaza.post("/v1/users", nora()).await.assert_created();
    let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
    let call = |tag: &str| Call::patch(&path, &json!({"isOrgAdmin": true})).header("If-Match", tag);

    let changed = plaza.call(call("\"1\"")).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.assert_ok();
    assert_eq!(changed["isOrgAdmin"], true);
    assert_eq!(changed["fullName"], user["fullName"]);
    for tag in ["\"1\"", "\"3\"", "garbage", "\"\"", "W/\"2\"", "\"02\"", "\"+2\"", "2", "\"99999999999\""] {
        plaza.call(call(tag)).await.assert_problem(412, "stale");
    }
    assert_eq!(plaza.call(call("*")).await.assert_ok()["version"], 3);
    for field in ["email", "fullName", "isOrgAdmin", "status", "dataScope", "roleIds"] {
        let problem = plaza.patch(&path, json!({field: null})).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], format!("/{field}"));
    }
    plaza.patch(&path, json!({"email": "agent@grand-plaza.example"})).await.assert_problem(409, "users_email_taken");
    breeze.patch(&path, json!({"fullName": "Mine"})).await.assert_problem(404, "user_not_found");
    breeze.call(call("\"3\"")).await.assert_problem(404, "user_not_found");
    assert_eq!(plaza.get(&path).await.assert_ok()["version"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_and_update_are_for_administrators() {
    let (plaza, _) = two_hotels().await;
    let before = plaza.world.contents().await;
    let create = Call::post("/v1/users", &nora());
    plaza.call_as_agent(create).await.assert_problem(403, "permission_denied");
    let promote = Call::patch(format!("/v1/users/{}", plaza.agent_id), &json!({"isOrgAdmin": true}));
    plaza.call_as_agent(promote).await.assert_problem(403, "permission_denied");
    assert_eq!(plaza.world.contents().await, before);
    // Nobody makes themselves a super admin, and nobody chooses the hotel.
    for field in ["isSuperAdmin", "organizationId", "currentOrgId", "passwordHash"] {
        let path = format!("/v1/users/{}", plaza.admin_id);
        plaza.patch(path, json!({field: true})).await.assert_problem(422, "invalid");
    }
    assert_eq!(plaza.world.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_list_filters_searches_and_pages_in_both_orders() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    for hotel in [&plaza, &breeze] {
        // All in one statement: they have the same time, so only the id orders them.
        admin
            .execute(
                "insert into users (organization_id, email, full_name, status)
                 select $1, 'u' || n || '@example.com', 'Émilie ' || n % 3,
                        case when n % 2 = 0 then 'active' else 'disabled' end
                 from generate_series(1, 11) n",
                &[&hotel.id],
            )
            .await
            .unwrap();
    }
    for (filter, expected) in [("", 13), ("status=disabled", 6), ("status=active", 7), ("search=%C3%A9MI", 11)] {
        for sort in ["-createdAt", "fullName"] {
            let rows = plaza.walk(&format!("/v1/users?sort={sort}&{filter}"), 4).await;
            let ids: std::collections::HashSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
            assert_eq!((ids.len(), rows.len()), (expected, expected), "{filter} {sort}");
            let keys: Vec<String> = rows.iter().map(|row| sort_key(row, sort)).collect();
            let mut sorted = keys.clone();
            sorted.sort();
            if sort == "-createdAt" {
                sorted.reverse();
            }
            assert_eq!(keys, sorted, "{filter} {sort}");
        }
    }
    assert_eq!(plaza.walk("/v1/users?search=u1", 5).await.len(), 3, "u1, u10 and u11");
    assert_eq!(plaza.walk("/v1/users?search=AGENT%40grand&status=active", 5).await.len(), 1);
    assert_eq!(breeze.walk("/v1/users?search=agent%40grand", 5).await, Vec::<Value>::new());
}

fn sort_key(row: &Value, sort: &str) -> String {
    let key = if sort == "fullName" { "fullName" } else { "createdAt" };
    format!("{} {}", row[key].as_str().unwrap().to_lowercase(), row["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn users_changes_are_written_to_the_audit_log_without_any_password() {
    let (plaza, breeze) = two_hotels().await;
    let create = Call::post("/v1/users", &nora()).header("X-Request-Id", "create-0001");
    let user = plaza.call(create).await.assert_created();
    let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
    let update = Call::patch(&path, &json!({"fullName": "Nora Berg"})).header("X-Request-Id", "update-0001");
    plaza.call(update).await.assert_ok();
    breeze.patch(&path, json!({"fullName": "Mine"})).await.assert_status(404);
    plaza.post("/v1/users", nora()).await.assert_status(409);

    let sql = "select organization_id, actor_user_id, action, request_id, changes from audit_log
               where resource = 'users' and resource_id = $1 order by created_at";
    let rows = plaza.world.admin().await.query(sql, &[&user["id"].as_str().unwrap()]).await.unwrap();
    let found: Vec<(i32, Uuid, &str, &str)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let by_plaza = |action, request_id| (plaza.id, plaza.admin_id, action, request_id);
    assert_eq!(found, [by_plaza("users_create", "create-0001"), by_plaza("users_update", "update-0001")]);
    let (created, updated): (Value, Value) = (rows[0].get(4), rows[1].get(4));
    assert_eq!(created["email"], json!({"before": null, "after": "nora@example.com"}));
    assert_eq!(updated, json!({"full_name": {"before": "Nora Lindqvist", "after": "Nora Berg"}}));
    assert!(!created.to_string().contains("argon2") && !created.to_string().contains("password"), "{created}");
}
