//! `/v1/access/explain`

mod layers;
mod random;
mod rows;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

/// Somebody of the hotel, with a built-in role or none, a data scope and teams.
struct Member {
    hotel: Hotel,
    id: Uuid,
    token: String,
}

impl Member {
    async fn join(hotel: &Hotel, role: &str, scope: &str, teams: &[Uuid]) -> Member {
        let (admin, id) = (hotel.world.admin().await, Uuid::now_v7());
        let sql = "insert into users (organization_id, id, email, full_name, data_scope)
                   values ($1, $2, gen_random_uuid() || '@example.com', 'Nora', $3)";
        admin.execute(sql, &[&hotel.id, &id, &scope]).await.unwrap();
        let sql = "insert into user_roles (organization_id, user_id, role_id)
                   select organization_id, $2, id from roles where organization_id = $1 and built_in = $3";
        admin.execute(sql, &[&hotel.id, &id, &role]).await.unwrap();
        let sql = "insert into team_members (organization_id, user_id, team_id) select $1, $2, unnest($3::uuid[])";
        admin.execute(sql, &[&hotel.id, &id, &teams]).await.unwrap();
        Member { hotel: hotel.clone(), id, token: hotel.fresh_token(id).await }
    }

    fn path(&self) -> String {
        format!("/v1/users/{}", self.id)
    }

    async fn call(&self, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.token)).send(&self.hotel.world).await
    }

    /// Why, as the administrator hears it.
    async fn why(&self, what: Value) -> Value {
        self.hotel.call(self.question(what)).await.assert_ok()
    }

    fn question(&self, mut what: Value) -> Call {
        what["userId"] = json!(self.id);
        Call::post("/v1/access/explain", &what)
    }

    /// The explanation is that, and what the member is answered is what it says.
    #[track_caller]
    fn expect(&self, what: Value, call: Call, decided_by: &'static str, code: Option<&'static str>) -> Expected<'_> {
        let caller = std::panic::Location::caller();
        Box::pin(async move {
            let why = self.why(what).await;
            check(&why);
            assert_eq!(why["decidedBy"], decided_by, "{caller}: {why:#}");
            assert_eq!(why["code"], json!(code), "{caller}: {why:#}");
            // The server hears of a change within a second.
            let as_told = async || {
                let answer = self.call(call.clone()).await;
                if code.is_some() { answer.json()["code"] == json!(code) } else { answer.status.is_success() }
            };
            eventually(&format!("{caller}: answered as explained"), as_told).await;
            why
        })
    }
}

type Expected<'a> = std::pin::Pin<Box<dyn Future<Output = Value> + Send + 'a>>;

/// What holds of every explanation.
#[track_caller]
fn check(why: &Value) {
    let layers = why["layers"].as_array().unwrap();
    let refusal = layers.iter().find(|layer| layer["verdict"] == "refuses");
    assert_eq!(why["allowed"] == true, refusal.is_none(), "{why:#}");
    assert_eq!(why["allowed"] == true, why["code"].is_null(), "{why:#}");
    let deciding = refusal.or(layers.iter().rfind(|layer| layer["verdict"] == "passes")).expect("a layer decides");
    assert_eq!((&why["decidedBy"], &why["explanation"]), (&deciding["layer"], &deciding["detail"]), "{why:#}");
    for remedy in why["remedies"].as_array().unwrap() {
        let refuses = |layer: &&Value| layer["verdict"] == "refuses" && layer["layer"] == remedy["layer"];
        assert!(layers.iter().any(|layer| refuses(&layer)), "a remedy for what refuses: {why:#}");
    }
}

/// What `actions` of the remedies are.
fn actions(why: &Value) -> Vec<&str> {
    why["remedies"].as_array().unwrap().iter().map(|remedy| remedy["action"].as_str().unwrap()).collect()
}

fn remedy<'a>(why: &'a Value, action: &str) -> &'a Value {
    let mut remedies = why["remedies"].as_array().unwrap().iter();
    remedies.find(|remedy| remedy["action"] == action).unwrap_or_else(|| panic!("{action}: {why:#}"))
}

fn way_kinds(why: &Value) -> Vec<&str> {
    why["ways"].as_array().unwrap().iter().map(|way| way["kind"].as_str().unwrap()).collect()
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().expect("an id")
}

fn guest_resource(guest: &Value) -> Value {
    json!({"type": "guest", "id": guest["id"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn access_explain_takes_one_question_that_has_an_answer() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let (user, resource) = (plaza.agent_id, guest_resource(&guest));
    let conversation = json!({"type": "conversation", "id": guest["id"]});
    for (field, body) in [
        ("/operation", json!({"userId": user})),
        ("/operation", json!({"userId": user, "operation": "guests_fetch"})),
        ("/operation", json!({"userId": user, "operation": ""})),
        ("/permission", json!({"userId": user, "operation": "guests_get", "permission": "guests.read"})),
        ("/permission", json!({"userId": user, "permission": "guests.fetch"})),
        ("/userId", json!({"operation": "guests_get"})),
        ("/resource", json!({"userId": user, "operation": "users_list", "resource": resource})),
        ("/resource", json!({"userId": user, "operation": "auth_me", "resource": resource})),
        ("/resource", json!({"userId": user, "permission": "users.manage", "resource": resource})),
        ("/resource/type", json!({"userId": user, "operation": "guests_get", "resource": conversation})),
        ("/resource/type", json!({"userId": user, "permission": "messages.send", "resource": resource})),
        ("/resource/type", json!({"userId": user, "operation": "guests_get", "resource": {"id": user}})),
        ("/resource/type", json!({"userId": user, "operation": "guests_get", "resource": {"type": "x", "id": user}})),
        ("/resource/id", json!({"userId": user, "operation": "guests_get", "resource": {"type": "guest", "id": "x"}})),
        (
            "/resource/of",
            json!({"userId": user, "operation": "guests_get", "resource": {"type": "guest", "id": user, "of": 1}}),
        ),
        ("/why", json!({"userId": user, "operation": "guests_get", "why": true})),
    ] {
        let problem = plaza.post("/v1/access/explain", body.clone()).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    for (code, body) in [
        ("user_not_found", json!({"userId": breeze.agent_id, "operation": "guests_get", "resource": resource})),
        ("user_not_found", json!({"userId": Uuid::now_v7(), "operation": "guests_get"})),
        (
            "guest_not_found",
            json!({"userId": user, "operation": "guests_get", "resource": {"type": "guest", "id": user}}),
        ),
        ("conversation_not_found", json!({"userId": user, "permission": "messages.send", "resource": conversation})),
    ] {
        plaza.post("/v1/access/explain", body).await.assert_problem(404, code);
    }
    // Who is gone is as good as never there.
    plaza.delete(format!("/v1/users/{user}")).await.assert_status(204);
    let gone = json!({"userId": user, "operation": "guests_get"});
    plaza.post("/v1/access/explain", gone).await.assert_problem(404, "user_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn access_explain_leaves_nothing_behind() {
    let (plaza, _) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let nora = Member::join(&plaza, "agent", "all", &[]).await;
    let admin = plaza.world.admin().await;
    let before = plaza.world.contents().await;
    for question in [
        json!({"operation": "guests_update", "resource": guest_resource(&guest)}),
        json!({"operation": "messages_create", "resource": {"type": "conversation", "id": conversation["id"]}}),
    ] {
        let why = nora.why(question).await;
        assert_eq!(why["allowed"], true, "{why:#}");
    }
    assert_eq!(plaza.world.contents().await, before);
    let open = "select count(*) from pg_stat_activity where datname = current_database() and backend_xid is not null";
    assert_eq!(admin.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 0, "no transaction is open");
    // A policy that writes who it is asked for: what was done as Nora is undone.
    let traced = "create table traces (who uuid);
                  create function trace() returns boolean language plpgsql security definer as
                      $$ begin insert into public.traces values (app.user_id()); return true; end $$;
                  grant execute on function trace() to stayzr_app;
                  create policy guests_traced on guests as restrictive for select to stayzr_app using (trace())";
    admin.batch_execute(traced).await.unwrap();
    nora.why(json!({"operation": "guests_update", "resource": guest_resource(&guest)})).await;
    let who = admin.query("select distinct who from traces", &[]).await.unwrap();
    assert_eq!(who.iter().map(|row| row.get(0)).collect::<Vec<Uuid>>(), [plaza.admin_id]);
    // Somebody who changes the guest meanwhile is not waited for.
    let mut changer = plaza.world.admin().await;
    let change = changer.transaction().await.unwrap();
    change.execute("update guests set notes = 'Mine'", &[]).await.unwrap();
    let question = json!({"operation": "guests_update", "resource": guest_resource(&guest)});
    let why = tokio::time::timeout(std::time::Duration::from_secs(5), nora.why(question)).await.expect("no wait");
    assert_eq!(why["allowed"], true, "{why:#}");
}

/// An administrator of a part of the hotel learns nothing of the rest.
#[tokio::test(flavor = "multi_thread")]
async fn access_explain_shows_an_asker_only_what_they_see() {
    let (plaza, _) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", id(&guest));
    let asker = Member::join(&plaza, "admin", "own", &[]).await;
    let nora = Member::join(&plaza, "agent", "own", &[]).await;
    let body = json!({"name": "Desk", "permissions": ["users.manage", "guests.read"]});
    let role = plaza.post("/v1/roles", body).await.assert_created();
    plaza.patch(asker.path(), json!({"roleIds": [role["id"]]})).await.assert_ok();
    let question = json!({"operation": "guests_get", "resource": guest_resource(&guest)});
    let unseen = asker.call(nora.question(question.clone())).await;
    unseen.assert_problem(404, "guest_not_found");
    let nobodys = json!({"operation": "guests_get", "resource": {"type": "guest", "id": Uuid::now_v7()}});
    let nobodys = asker.call(nora.question(nobodys)).await;
    assert_eq!(unseen.without_request_id(), nobodys.without_request_id());

    // Both see it, each by a share; the asker sees their own share only.
    for user in [asker.id, nora.id] {
        let body = json!({"userId": user, "access": "read"});
        plaza.post(format!("{path}/shares"), body).await.assert_created();
    }
    let why = asker.call(nora.question(question.clone())).await.assert_ok();
    check(&why);
    assert_eq!((&why["allowed"], &why["ways"]), (&json!(true), &json!([])), "{why:#}");
    assert!(why["explanation"].as_str().unwrap().contains("out of the asker's"), "{why:#}");
    assert_eq!(way_kinds(&nora.why(question).await), ["share"]);
    // Who was refused may not ask.
    let refused = nora.call(nora.question(json!({"operation": "guests_list"}))).await;
    refused.assert_problem(403, "permission_denied");
}
