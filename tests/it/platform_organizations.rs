//! `/v1/platform/organizations`: who may, and what a request leaves on record.

mod changes;
mod create;
mod lists;
mod suspend;

use serde_json::{Value, json};

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, Hotel, SuperAdmin};

const PATH: &str = "/v1/platform/organizations";

fn at(id: i32) -> String {
    format!("{PATH}/{id}")
}

fn new(slug: &str) -> Value {
    json!({"slug": slug, "name": "Harbour House", "firstAdmin": {"email": "olga@harbour.example"}})
}

fn because(reason: &str) -> Value {
    json!({"reason": reason})
}

/// So many days from now.
fn ahead(days: i64) -> Value {
    json!((chrono::Utc::now() + chrono::TimeDelta::days(days)).to_rfc3339())
}

/// Well-formed calls of every operation on hotels, and on what is across them.
fn every_call(hotel: &Hotel) -> Vec<Call> {
    let own = at(hotel.id);
    let schedule = json!({"deleteAt": ahead(30), "reason": "The contract has ended"});
    vec![
        Call::get(PATH),
        Call::post(PATH, &new("harbour-house")),
        Call::get(&own),
        Call::patch(&own, &json!({"tier": "starter"})),
        Call::post(format!("{own}/suspend"), &because("Unpaid")),
        Call::post(format!("{own}/reactivate"), &because("Paid")),
        Call::post(format!("{own}/schedule-deletion"), &schedule),
        Call::delete(format!("{own}/schedule-deletion")),
        Call::get("/v1/platform/users"),
        Call::get("/v1/platform/audit-log"),
    ]
}

/// A program's key.
async fn key(hotel: &Hotel) -> String {
    let key = json!({"name": "Program", "permissions": ["guests.read"]});
    hotel.post("/v1/api-keys", key).await.assert_created()["secret"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_super_admin_does_anything_across_hotels() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let (keys, visit) = ([key(&plaza).await, key(&robin.home).await], robin.visit(&plaza, true).await);
    let contents = async || {
        let contents = robin.world.contents().await;
        // A key's last use is noted, and that a visitor tried.
        let noted = ["public.api_keys", "public.audit_log", "app.audit_heads"];
        contents
            .into_iter()
            .filter(|(t, _)| !noted.contains(&&**t) && !t.starts_with("app.audit_log"))
            .collect::<Vec<_>>()
    };
    let before = contents().await;
    let tokens = [&plaza.admin_token, &plaza.agent_token, &robin.home.agent_token, &keys[0], &keys[1], &visit.token];
    for call in every_call(&plaza) {
        for token in tokens {
            let call = call.clone().header("Authorization", &format!("Bearer {token}"));
            call.send(&robin.world).await.assert_problem(403, "permission_denied");
        }
        call.send(&robin.world).await.assert_problem(401, "unauthenticated");
    }
    assert_eq!(contents().await, before);
    robin.world.mails.assert_none().await;
}

/// What is about one hotel is in that hotel's log, and nothing of it anywhere else (I9).
#[tokio::test(flavor = "multi_thread")]
async fn every_request_across_hotels_leaves_one_record_where_it_belongs() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    for (number, call) in every_call(&plaza).into_iter().enumerate() {
        let request = format!("request-{number}");
        let about = if call.path.starts_with(&at(plaza.id)) { plaza.id } else { robin.home.id };
        let answer = robin.call(call.clone().header("X-Request-Id", &request)).await;
        assert!(answer.status.is_success(), "{call:?}: {}", answer.json());
        let record = robin.record_of(&request).await;
        let made = answer.json()["id"].as_i64().filter(|_| call.path == PATH);
        assert_eq!(record["organization_id"], json!(made.unwrap_or(about.into())), "{call:?}");
        assert_eq!((&record["outcome"], &record["actor_user_id"]), (&json!("done"), &json!(robin.id)));
        assert_eq!(record["actor_kind"], "super_admin");
        let noun = record["resource"].as_str().unwrap();
        assert!(record["action"].as_str().unwrap().starts_with(&format!("{noun}_")), "{record}");
    }
    // What is refused, and what is not there, is the platform's.
    for (number, (call, status)) in [
        (Call::get(at(i32::MAX)), 404),
        (Call::post(format!("{}/suspend", at(i32::MAX)), &because("Unpaid")), 404),
        (Call::post(format!("{}/suspend", at(plaza.id)), &because("x")), 422),
        (Call::post(PATH, &new("grand-plaza")), 409),
        (Call::get("/v1/platform/users?superAdmin=perhaps"), 422),
    ]
    .into_iter()
    .enumerate()
    {
        let request = format!("refused-{number}");
        robin.call(call.header("X-Request-Id", &request)).await.assert_status(status);
        let record = robin.record_of(&request).await;
        assert_eq!((&record["organization_id"], &record["changes"]), (&json!(robin.home.id), &json!({})));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_that_is_not_there_and_a_number_that_is_none_are_told_apart() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let calls = |id: &str| {
        let own = format!("{PATH}/{id}");
        let schedule = json!({"deleteAt": ahead(30), "reason": "The contract has ended"});
        [
            Call::get(&own),
            Call::patch(&own, &json!({"tier": "starter"})),
            Call::post(format!("{own}/suspend"), &because("Unpaid")),
            Call::post(format!("{own}/reactivate"), &because("Paid")),
            Call::post(format!("{own}/schedule-deletion"), &schedule),
            Call::delete(format!("{own}/schedule-deletion")),
        ]
    };
    for id in ["2147483647", "0", "-1"] {
        for call in calls(id) {
            robin.call(call).await.assert_problem(404, "organization_not_found");
        }
    }
    for id in ["2147483648", "1.5", "grand-plaza", "%00"] {
        for call in calls(id) {
            let problem = robin.call(call).await.assert_problem(422, "invalid");
            assert_eq!(problem["errors"][0]["field"], "id");
        }
    }
}

/// Bodies that no operation takes, of a member each.
async fn refuses(robin: &SuperAdmin, call: impl Fn(&Value) -> Call, good: &Value, members: &[(&str, Value)]) {
    for (member, value) in members {
        let mut body = good.clone();
        body[*member] = value.clone();
        let answer = robin.call(call(&body)).await;
        assert_eq!(answer.status.as_u16(), 422, "{member}: {value}: {}", answer.json());
        answer.assert_problem(422, "invalid");
    }
}
