//! What was refused because it was another hotel's, made up or over is on record at the
//! platform, and whoever tried notices nothing.

use std::time::Duration;

use poem::http::Method;
use serde_json::{Value, json};
use stayzr::auth::TokenKey;
use stayzr::auth::Tokens;
use uuid::Uuid;

use crate::support::{Call, Cluster, Hotel, Proxy, SuperAdmin, World, eventually};

/// Long enough for what is recorded behind a request's back.
const BEHIND: Duration = Duration::from_millis(400);

async fn scene() -> (Hotel, Hotel, SuperAdmin) {
    let world = World::new().await;
    (world.hotel("grand-plaza").await, world.hotel("sea-breeze").await, world.platform().await)
}

async fn with(world: &World, token: &str, request: &str, call: Call) {
    let call = call.header("Authorization", &format!("Bearer {token}")).header("X-Request-Id", request);
    let answer = call.send(world).await;
    assert!([401, 404].contains(&answer.status.as_u16()), "{request}: {}", answer.json());
}

/// The one record of a request, once it is there.
async fn record(robin: &SuperAdmin, request: &str) -> Value {
    eventually(request, async || !robin.records_of(request).await.is_empty()).await;
    let mut records = robin.records_of(request).await;
    assert_eq!(records.len(), 1, "{request}: {records:?}");
    let record = records.remove(0);
    assert_eq!((&record["organization_id"], &record["outcome"]), (&json!(robin.home.id), &json!("refused")));
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_another_hotels_row_is_on_record_at_the_platform_only() {
    let (plaza, breeze, robin) = scene().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let id = |made: Value| made["id"].as_str().unwrap().to_owned();
    let (guest, conversation) = (id(guest), id(conversation));
    let department = id(plaza.post("/v1/departments", json!({"name": "Spa"})).await.assert_created());
    let team = id(plaza.post("/v1/teams", json!({"name": "Night"})).await.assert_created());
    let property = id(plaza.post("/v1/properties", json!({"name": "Lake"})).await.assert_created());
    let role = json!({"name": "Night", "permissions": ["guests.read"]});
    let role = id(plaza.post("/v1/roles", role).await.assert_created());
    let key = json!({"name": "Program", "permissions": ["guests.read", "guests.write"]});
    let api_key = id(plaza.post("/v1/api-keys", key.clone()).await.assert_created());
    let session = id(plaza.get("/v1/auth/sessions").await.assert_ok()["items"][0].clone());
    let invited = plaza.post("/v1/invitations", json!({"email": "olga@example.com"})).await.assert_created();
    let invitation = id(invited);
    let shares = format!("/v1/guests/{guest}/shares");
    let share = id(plaza.post(shares, json!({"userId": plaza.agent_id, "access": "read"})).await.assert_created());
    let own_guest = id(breeze.create_guest("bo@example.com").await);
    let user = plaza.agent_id.to_string();
    let logs = async || (plaza.get("/v1/audit-log").await.assert_ok(), breeze.get("/v1/audit-log").await.assert_ok());
    let own_key = breeze.post("/v1/api-keys", key).await.assert_created();
    let before = logs().await;

    for (number, (method, path, resource, asked)) in [
        ("GET", format!("/v1/guests/{guest}"), "guests", &guest),
        ("DELETE", format!("/v1/guests/{guest}"), "guests", &guest),
        ("GET", format!("/v1/conversations/{conversation}/messages"), "conversations", &conversation),
        ("GET", format!("/v1/users/{user}"), "users", &user),
        ("GET", format!("/v1/departments/{department}"), "departments", &department),
        ("GET", format!("/v1/teams/{team}"), "teams", &team),
        ("GET", format!("/v1/properties/{property}"), "properties", &property),
        ("GET", format!("/v1/roles/{role}"), "roles", &role),
        ("GET", format!("/v1/api-keys/{api_key}"), "api_keys", &api_key),
        ("DELETE", format!("/v1/auth/sessions/{session}"), "sessions", &session),
        ("GET", format!("/v1/invitations/{invitation}"), "invitations", &invitation),
        // The other way round it is not the first id that is theirs.
        ("DELETE", format!("/v1/guests/{own_guest}/shares/{share}"), "shares", &share),
        ("PUT", format!("/v1/teams/{}/members/{user}", Uuid::now_v7()), "users", &user),
    ]
    .into_iter()
    .enumerate()
    {
        let request = format!("attempt-{number}");
        let call = Call::new(method.parse::<Method>().unwrap(), path);
        with(&robin.world, &breeze.admin_token, &request, call).await;
        let record = record(&robin, &request).await;
        assert_eq!((&record["action"], &record["resource"]), (&json!("cross_tenant_attempt"), &json!(resource)));
        assert_eq!((&record["resource_id"], &record["actor_kind"]), (&json!(asked), &json!("user")));
        assert_eq!(record["actor_user_id"], breeze.admin_id.to_string());
        assert_eq!(record["changes"], json!({"askedFrom": breeze.id, "owner": plaza.id}));
    }
    let secret = own_key["secret"].as_str().unwrap();
    with(&robin.world, secret, "by-key-01", Call::get(format!("/v1/guests/{guest}"))).await;
    let by_key = record(&robin, "by-key-01").await;
    assert_eq!((&by_key["actor_kind"], &by_key["api_key_id"]), (&json!("api_key"), &own_key["id"]));
    assert_eq!(logs().await, before, "neither hotel hears of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nobodys_or_ones_own_leaves_no_record() {
    let (plaza, breeze, robin) = scene().await;
    let guest = plaza.create_guest("ada@example.com").await["id"].as_str().unwrap().to_owned();
    let count = async || {
        let sql = "select count(*) from audit_log";
        robin.world.admin().await.query_one(sql, &[]).await.unwrap().get::<_, i64>(0)
    };
    let before = count().await;
    for path in [
        format!("/v1/guests/{}", Uuid::now_v7()),
        format!("/v1/nothing/{guest}"),
        // One's own, of another kind.
        format!("/v1/guests/{}", breeze.agent_id),
    ] {
        breeze.get(path).await.assert_status(404);
    }
    breeze.get(format!("/v1/guests?after={guest}")).await.assert_status(422);
    tokio::time::sleep(BEHIND).await;
    assert_eq!(count().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_made_up_is_on_record_and_one_that_is_over_is_not() {
    let (plaza, _, robin) = scene().await;
    let tokens = &robin.world.tokens;
    let claims = tokens.verify(&plaza.admin_token).unwrap();
    let stranger = TokenKey::from_pkcs8(&TokenKey::generate_pkcs8().unwrap()).unwrap();
    let unknown = Tokens::new(vec![stranger], Duration::from_secs(900)).unwrap().sign(&claims).unwrap();
    let (input, signature) = plaza.admin_token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let altered = format!("{input}.{other}{}", &signature[1..]);
    let key = json!({"name": "Program", "permissions": ["guests.read"]});
    let secret = plaza.post("/v1/api-keys", key).await.assert_created()["secret"].as_str().unwrap().to_owned();
    let guessed = format!("{}{}", &secret[..secret.len() - 4], if secret.ends_with("AAAA") { "BBBB" } else { "AAAA" });
    for (request, token) in [("forged-01", &unknown), ("forged-02", &altered), ("forged-03", &guessed)] {
        with(&robin.world, token, request, Call::get("/v1/guests")).await;
        let record = record(&robin, request).await;
        assert_eq!((&record["action"], &record["actor_kind"]), (&json!("forged_token"), &json!("stranger")));
        assert_eq!((&record["actor_user_id"], &record["resource_id"]), (&Value::Null, &Value::Null));
    }

    let mut expired = (*claims).clone();
    (expired.iat, expired.nbf, expired.exp) = (expired.iat - 4000, expired.nbf - 4000, expired.exp - 4000);
    let signed_out = plaza.fresh_token(plaza.agent_id).await;
    plaza
        .world
        .admin()
        .await
        .execute("update sessions set ended_at = now(), end_reason = 'ended' where user_id = $1", &[&plaza.agent_id])
        .await
        .unwrap();
    for (request, token) in
        [("over-0001", tokens.sign(&expired).unwrap()), ("over-0002", signed_out), ("over-0003", "x".into())]
    {
        with(&robin.world, &token, request, Call::get("/v1/guests")).await;
    }
    tokio::time::sleep(BEHIND).await;
    for request in ["over-0001", "over-0002", "over-0003"] {
        assert_eq!(robin.records_of(request).await, Vec::<Value>::new(), "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_gone_on_with_after_its_end_is_on_record() {
    let (plaza, _, robin) = scene().await;
    let visit = robin.visit(&plaza, true).await;
    robin.delete(format!("/v1/platform/grants/{}", visit.grant_id)).await.assert_status(204);
    eventually("the visit to be over", async || visit.get("/v1/guests").await.status == 401).await;
    with(&robin.world, &visit.token, "after-001", Call::get("/v1/guests")).await;
    let record = record(&robin, "after-001").await;
    assert_eq!((&record["action"], &record["actor_user_id"]), (&json!("visit_over"), &json!(robin.id)));
    assert_eq!((&record["grant_id"], &record["resource_id"]), (&json!(visit.grant_id), &json!(visit.grant_id)));
}

/// Whoever tries a great many is answered as ever, and fills nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_attempts_leaves_a_few_records_and_stops_nobody() {
    let (plaza, breeze, robin) = scene().await;
    let guest = plaza.create_guest("ada@example.com").await["id"].as_str().unwrap().to_owned();
    for _ in 0..200 {
        breeze.get(format!("/v1/guests/{guest}")).await.assert_problem(404, "guest_not_found");
    }
    tokio::time::sleep(BEHIND).await;
    let sql = "select count(*) from audit_log where action = 'cross_tenant_attempt'";
    let records: i64 = robin.world.admin().await.query_one(sql, &[]).await.unwrap().get(0);
    assert!((30..=60).contains(&records), "{records} records of 200 attempts");
}

/// No oracle: the answer costs the path of requests the same trip for theirs and for nobody's,
/// and comes also where nothing can be recorded.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_costs_the_answer_nothing() {
    let one_way = Duration::from_millis(15);
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), one_way);
    let world = World::on(database, &proxy.address(), |settings| settings.app_connections = 1);
    let (plaza, breeze) = (world.hotel("grand-plaza").await, world.hotel("sea-breeze").await);
    let robin = world.platform().await;
    let guest = plaza.create_guest("ada@example.com").await["id"].as_str().unwrap().to_owned();
    // So that whatever would wait for the record waits for ever.
    let admin = world.admin().await;
    breeze.get(format!("/v1/guests/{guest}")).await.assert_status(404);
    eventually("a record", async || {
        let sql = "select exists (select from audit_log where action = 'cross_tenant_attempt')";
        admin.query_one(sql, &[]).await.unwrap().get(0)
    })
    .await;
    admin.batch_execute("begin; lock table app.audit_heads").await.unwrap();
    for id in [guest, Uuid::now_v7().to_string()] {
        let mut trips = Vec::new();
        for _ in 0..5 {
            let before = proxy.trips();
            breeze.get(format!("/v1/guests/{id}")).await.assert_status(404);
            trips.push(proxy.trips() - before);
        }
        trips.sort_unstable();
        assert_eq!(trips[2], 1);
    }
    admin.batch_execute("rollback").await.unwrap();
    drop(robin);
}

/// Whatever a policy or a function does: a request that reads runs in a transaction that cannot write.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_by_a_request_that_reads() {
    let (plaza, _, _) = scene().await;
    plaza.create_guest("eve@example.com").await;
    let admin = plaza.world.admin().await;
    let careless = "create table careless (at timestamptz default now());
        create function writes() returns boolean language plpgsql volatile security definer as
            'begin insert into careless default values; return true; end';
        create policy guests_careless on guests as restrictive for select to stayzr_app using ((select writes()))";
    admin.batch_execute(careless).await.unwrap();
    plaza.get("/v1/guests").await.assert_problem(500, "internal");
    let written = "select count(*) from careless";
    assert_eq!(admin.query_one(written, &[]).await.unwrap().get::<_, i64>(0), 0);
    // In one that writes it goes through.
    plaza.create_guest("ada@example.com").await;
    assert!(admin.query_one(written, &[]).await.unwrap().get::<_, i64>(0) > 0);
}
