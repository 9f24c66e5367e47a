//! `/v1/api-keys`

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stayzr::auth::ApiKeySecret;

use crate::support::{Answer, Call, Hotel, World, eventually, two_hotels};

/// A call with a key of that secret.
async fn with(world: &World, secret: &str, call: Call) -> Answer {
    call.header("Authorization", &format!("Bearer {secret}")).send(world).await
}

async fn make(hotel: &Hotel, permissions: Value) -> Value {
    hotel.post("/v1/api-keys", json!({"name": "Booking engine", "permissions": permissions})).await.assert_created()
}

fn secret(made: &Value) -> &str {
    made["secret"].as_str().unwrap()
}

fn path(made: &Value) -> String {
    format!("/v1/api-keys/{}", made["id"].as_str().unwrap())
}

fn new_guest(email: &str) -> Call {
    Call::post("/v1/guests", &json!({"fullName": "Ada", "email": email}))
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_create_shows_the_secret_once_and_keeps_its_hash() {
    let (plaza, breeze) = two_hotels().await;
    let answer = plaza
        .post("/v1/api-keys", json!({"name": "Booking engine", "permissions": ["guests.read", "guests.write"]}))
        .await;
    let made = answer.assert_created();
    assert_eq!(answer.header("location"), path(&made));
    assert!(secret(&made).starts_with("szk_"));
    assert_eq!(made["apiKey"]["id"], made["id"]);
    assert_eq!(made["apiKey"]["dataScope"], "all");
    assert_eq!(made["apiKey"]["createdBy"], plaza.admin_id.to_string());
    assert!(secret(&made).starts_with(made["apiKey"]["prefix"].as_str().unwrap()));
    let random = &secret(&made)[40..];
    for (table, contents) in plaza.world.rows().await {
        assert!(!contents.contains(random), "{table} holds the secret");
    }
    let shown = plaza.get(path(&made)).await.assert_ok();
    assert_eq!(shown, made["apiKey"]);
    assert!(!plaza.get("/v1/api-keys").await.assert_ok().to_string().contains(random));
    breeze.get(path(&made)).await.assert_problem(404, "api_key_not_found");
    breeze.delete(path(&made)).await.assert_problem(404, "api_key_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_key_is_a_member_with_its_permissions() {
    let (plaza, breeze) = two_hotels().await;
    let made = make(&plaza, json!(["guests.read", "guests.write"])).await;
    let key = async |call: Call| with(&plaza.world, secret(&made), call).await;
    let guest = key(new_guest("ada@example.com")).await.assert_created();
    let guest_path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    assert_eq!(plaza.get(&guest_path).await.assert_ok()["email"], "ada@example.com");
    breeze.get(&guest_path).await.assert_problem(404, "guest_not_found");
    key(Call::get("/v1/conversations")).await.assert_problem(403, "permission_denied");
    key(Call::get("/v1/users")).await.assert_problem(403, "permission_denied");
    assert_eq!(key(Call::get("/v1/auth/me")).await.assert_ok()["permissions"], json!(["guests.read", "guests.write"]));
    // What takes a person.
    for call in [
        Call::get("/v1/auth/sessions"),
        Call::delete("/v1/auth/sessions"),
        Call::post("/v1/auth/logout", &json!({})),
        Call::post("/v1/auth/logout-all", &json!({})),
    ] {
        key(call).await.assert_problem(403, "session_required");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_create_gives_nothing_its_maker_lacks() {
    let (plaza, _) = two_hotels().await;
    let role = json!({"name": "Keeper", "permissions": ["users.manage", "users.read", "guests.read"]});
    let role = plaza.post("/v1/roles", role).await.assert_created();
    let admin = plaza.world.admin().await;
    let give = "insert into user_roles (organization_id, user_id, role_id) values ($1, $2, ($3::text)::uuid)";
    admin.execute("delete from user_roles where user_id = $1", &[&plaza.agent_id]).await.unwrap();
    admin.execute(give, &[&plaza.id, &plaza.agent_id, &role["id"].as_str().unwrap()]).await.unwrap();
    let new = |permissions: Value| Call::post("/v1/api-keys", &json!({"name": "K", "permissions": permissions}));
    eventually("the role counts", async || plaza.call_as_agent(Call::get("/v1/api-keys")).await.status == 200).await;
    plaza.call_as_agent(new(json!(["guests.read", "users.manage"]))).await.assert_created();
    let problem = plaza
        .call_as_agent(new(json!(["guests.read", "guests.write"])))
        .await
        .assert_problem(403, "permission_escalation");
    assert!(problem["detail"].as_str().unwrap().contains("guests.write"), "{problem}");
    // A key makes no key, though it may manage users.
    let made = make(&plaza, json!(["users.manage", "guests.read"])).await;
    with(&plaza.world, secret(&made), new(json!(["guests.read"]))).await.assert_problem(403, "session_required");
    for (body, field) in [
        (json!({"name": "K", "permissions": ["everything"]}), "/permissions/0"),
        (json!({"name": "K", "permissions": []}), "/permissions"),
        (json!({"name": "", "permissions": ["guests.read"]}), "/name"),
        (json!({"name": "K", "permissions": ["guests.read"], "dataScope": "world"}), "/dataScope"),
        (json!({"name": "K", "permissions": ["guests.read"], "expiresAt": "2020-01-01T00:00:00Z"}), "/expiresAt"),
        (json!({"name": "K", "permissions": ["guests.read"], "expiresAt": "soon"}), "/expiresAt"),
        (json!({"name": "K", "permissions": vec!["guests.read"; 10_000]}), "/permissions"),
    ] {
        let problem = plaza.post("/v1/api-keys", body).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_revoke_takes_effect_at_once_and_for_good() {
    let (plaza, _) = two_hotels().await;
    let other = plaza.world.beside();
    let made = make(&plaza, json!(["guests.read"])).await;
    with(&other, secret(&made), Call::get("/v1/guests")).await.assert_ok();
    plaza.delete(path(&made)).await.assert_status(204);
    let began = Instant::now();
    while with(&other, secret(&made), Call::get("/v1/guests")).await.status == 200 {
        assert!(began.elapsed() < Duration::from_secs(1), "a revoked key still works on another server");
    }
    with(&other, secret(&made), Call::get("/v1/guests")).await.assert_problem(401, "unauthenticated");
    let revoked_at = plaza.get(path(&made)).await.assert_ok()["revokedAt"].clone();
    plaza.delete(path(&made)).await.assert_status(204);
    assert_eq!(plaza.get(path(&made)).await.assert_ok()["revokedAt"], revoked_at);
    assert_eq!(plaza.walk("/v1/api-keys", 5).await, Vec::<Value>::new());
    assert_eq!(plaza.walk("/v1/api-keys?inactive=true", 5).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_worth_what_its_maker_is() {
    let (plaza, _) = two_hotels().await;
    let made = make(&plaza, json!(["guests.read", "guests.write"])).await;
    let admin = plaza.world.admin().await;
    let answers = async |call: Call, status: u16| {
        let reached = async || with(&plaza.world, secret(&made), call.clone()).await.status.as_u16() == status;
        eventually(&format!("{} answers {status}", call.path), reached).await;
    };
    answers(Call::get("/v1/guests"), 200).await;
    // Its maker is an administrator no more, and then only looks.
    let demote = "update users set is_org_admin = false where id = $1";
    let spare = "update users set is_org_admin = true where id = $1";
    admin.execute(spare, &[&plaza.agent_id]).await.unwrap();
    admin.execute(demote, &[&plaza.admin_id]).await.unwrap();
    answers(Call::get("/v1/guests"), 403).await;
    let viewer = "insert into user_roles (organization_id, user_id, role_id)
                  select organization_id, $1, id from roles where organization_id = $2 and built_in = 'viewer'";
    admin.execute(viewer, &[&plaza.admin_id, &plaza.id]).await.unwrap();
    answers(Call::get("/v1/guests"), 200).await;
    with(&plaza.world, secret(&made), new_guest("eve@example.com")).await.assert_problem(403, "permission_denied");
    admin.execute("update users set status = 'disabled' where id = $1", &[&plaza.admin_id]).await.unwrap();
    answers(Call::get("/v1/guests"), 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_no_more_than_it_was_made_for() {
    let (plaza, _) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    plaza.create_conversation(&guest).await;
    let seen = async |scope: &str| {
        let key = json!({"name": scope, "permissions": ["conversations.read"], "dataScope": scope});
        let made = plaza.post("/v1/api-keys", key).await.assert_created();
        let page = with(&plaza.world, secret(&made), Call::get("/v1/conversations")).await.assert_ok();
        page["items"].as_array().unwrap().len()
    };
    // Its maker, an administrator, sees everything.
    assert_eq!((seen("all").await, seen("own").await, seen("team").await), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_need_the_feature_when_they_are_made_and_when_they_are_used() {
    let (plaza, _) = two_hotels().await;
    let made = make(&plaza, json!(["guests.read"])).await;
    let admin = plaza.world.admin().await;
    let tier = "update organizations set subscription_tier = $2 where id = $1";
    with(&plaza.world, secret(&made), Call::get("/v1/guests")).await.assert_ok();
    admin.execute(tier, &[&plaza.id, &"starter"]).await.unwrap();
    let refused = async || with(&plaza.world, secret(&made), Call::get("/v1/guests")).await.status == 403;
    eventually("the key is refused", refused).await;
    let refusals = [
        with(&plaza.world, secret(&made), Call::get("/v1/guests")).await,
        plaza.post("/v1/api-keys", json!({"name": "K", "permissions": ["guests.read"]})).await,
    ];
    for refusal in refusals {
        let problem = refusal.assert_problem(403, "feature_not_available");
        assert_eq!(problem["feature"], "apiAccess");
        assert_eq!(problem["title"], "Feature 'apiAccess' not available in your subscription");
    }
    admin.execute(tier, &[&plaza.id, &"professional"]).await.unwrap();
    let works = async || with(&plaza.world, secret(&made), Call::get("/v1/guests")).await.status == 200;
    eventually("the key works again", works).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_altered_expired_or_never_was_one_is_refused() {
    let (plaza, breeze) = two_hotels().await;
    let expires_at = chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500);
    let body = json!({"name": "Short", "permissions": ["guests.read"], "expiresAt": expires_at});
    let short = plaza.post("/v1/api-keys", body).await.assert_created();
    with(&plaza.world, secret(&short), Call::get("/v1/guests")).await.assert_ok();
    let expired = async || with(&plaza.world, secret(&short), Call::get("/v1/guests")).await.status == 401;
    eventually("the key expires", expired).await;

    let made = make(&plaza, json!(["guests.read"])).await;
    let real = secret(&made);
    let flip = |index: usize| {
        let mut bytes = real.as_bytes().to_vec();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let theirs = make(&breeze, json!(["guests.read"])).await;
    let grafted = format!("{}{}", &real[..12], &secret(&theirs)[12..]);
    let wrong = [flip(5), flip(9), flip(20), flip(40), flip(real.len() - 3), grafted, real[..60].into(), "szk_".into()];
    for wrong in wrong {
        with(&plaza.world, &wrong, Call::get("/v1/guests")).await.assert_problem(401, "unauthenticated");
    }
    with(&plaza.world, real, Call::get("/v1/guests")).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_keys_are_looked_up_a_few_times_a_minute_and_keys_in_use_go_on() {
    let world = World::with(|settings| settings.login_attempts_per_address = 3.try_into().unwrap()).await;
    let plaza = world.hotel("grand-plaza").await;
    let (address, client) = (world.serve().await, reqwest::Client::new());
    let ask = async |path: &str, key: &str| {
        let answer = client.get(format!("http://{address}{path}")).bearer_auth(key).send().await.unwrap();
        let (status, waits) = (answer.status().as_u16(), answer.headers().contains_key("retry-after"));
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(waits, status == 429, "{problem}");
        (status, problem["code"].as_str().unwrap_or_default().to_owned())
    };
    let [in_use, unused] = [make(&plaza, json!(["guests.read"])).await, make(&plaza, json!(["guests.read"])).await];
    assert_eq!(ask("/v1/guests", secret(&in_use)).await.0, 200);
    let made_up = || ApiKeySecret::generate(plaza.id, uuid::Uuid::new_v4()).unwrap().reveal().to_owned();
    let first = made_up();
    for key in [first.clone(), made_up(), made_up()] {
        assert_eq!(ask("/v1/guests", &key).await, (401, "unauthenticated".into()));
    }
    for key in [&made_up(), secret(&unused)] {
        assert_eq!(ask("/v1/guests", key).await, (429, "too_many_attempts".into()));
    }
    // What memory knows costs nobody anything.
    assert_eq!(ask("/v1/guests", &first).await, (401, "unauthenticated".into()));
    assert_eq!(ask("/v1/guests", secret(&in_use)).await.0, 200);
    // No key is good for this, so nobody is told to come back with one.
    for key in [&made_up(), secret(&unused)] {
        assert_eq!(ask("/v1/platform/organizations", key).await, (401, "unauthenticated".into()));
    }
    assert_eq!(ask("/v1/platform/organizations", secret(&in_use)).await, (403, "permission_denied".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_of_a_key_is_noted_once_a_minute() {
    let (plaza, _) = two_hotels().await;
    let other = plaza.world.beside();
    let made = make(&plaza, json!(["guests.read"])).await;
    assert_eq!(plaza.get(path(&made)).await.assert_ok()["lastUsedAt"], Value::Null);
    with(&plaza.world, secret(&made), Call::get("/v1/guests")).await.assert_ok();
    let noted = async || plaza.get(path(&made)).await.assert_ok()["lastUsedAt"].is_string();
    eventually("the use is noted", noted).await;
    let first = plaza.get(path(&made)).await.assert_ok()["lastUsedAt"].clone();
    for _ in 0..5 {
        with(&plaza.world, secret(&made), Call::get("/v1/guests")).await.assert_ok();
        with(&other, secret(&made), Call::get("/v1/guests")).await.assert_ok();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(plaza.get(path(&made)).await.assert_ok()["lastUsedAt"], first, "once a minute, however many servers");
}
