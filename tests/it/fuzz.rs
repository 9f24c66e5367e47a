//! Whatever is thrown at any operation of the document: no 5xx, no status and no shape
//! that the document does not declare.

mod operation;
mod request;
mod schema;

use std::collections::BTreeSet;
use std::sync::Mutex;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::invoices::invoiced;
use crate::support::{Answer, Call, World};
pub use operation::Operation;
use request::{Case, Ids};

const CASES: u32 = 4_000;
/// And rounds at most at one operation, until it has been answered both ways.
const ROUNDS_MORE: u32 = 20;
/// Cases of such a round.
const CASES_MORE: u32 = 50;
/// What any request may be answered with, as `openapi/introduction.md` says.
pub const ANYWHERE: [u16; 4] = [404, 405, 431, 503];

#[test]
fn requests_of_any_kind_are_answered_as_documented() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (hotel, robin, ids) = runtime.block_on(async {
        let world = World::with(|settings| {
            settings.login_attempts_per_account = u32::MAX.try_into().unwrap();
        })
        .await;
        // The platform first, so that the hotel has the number that the document's example gives.
        let robin = world.platform().await;
        let hotel = world.hotel("grand-plaza").await;
        assert_eq!(hotel.id, 2);
        // Not the address of the example, which is to be free.
        let guest = hotel.create_guest("guest@example.com").await;
        let conversation = hotel.create_conversation(&guest).await;
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let invited =
            async |email: &str| text(&hotel.post("/v1/invitations", json!({"email": email})).await.assert_created());
        let made = async |noun: &str| {
            let mut body = json!({"name": format!("Made {}", uuid::Uuid::now_v7())});
            if noun == "roles" {
                body["permissions"] = json!([]);
            }
            text(&hotel.post(format!("/v1/{noun}"), body).await.assert_created())
        };
        let key = json!({"name": "Booking engine", "permissions": ["guests.read"]});
        let other_token = hotel.fresh_token(hotel.admin_id).await;
        let doomed_user = json!({"email": "doomed@example.com", "fullName": "Doomed", "password": "long enough"});
        let share = async |path: String| {
            let body = json!({"userId": hotel.admin_id, "access": "read"});
            text(&hotel.post(path, body).await.assert_created())
        };
        let doomed_guest = text(&hotel.create_guest("doomed@example.com").await);
        let doomed_conversation = text(&hotel.create_conversation(&guest).await);
        let alert = "insert into usage_alerts (organization_id, id, resource, threshold, maximum, used, period_start,
                         period_end)
                     values ($1, app.uuid_v7(), 'guests', 80, 10, 8, now(), now() + interval '1 day') returning id::text";
        let invoices = invoiced(&hotel, 2).await;
        let ids = Ids {
            invoice: invoices[0].to_string(),
            doomed_invoice: invoices[1].to_string(),
            alert: world.admin().await.query_one(alert, &[&hotel.id]).await.unwrap().get(0),
            api_key: text(&hotel.post("/v1/api-keys", key).await.assert_created()),
            session: hotel.world.tokens.verify(&other_token).unwrap().sid.to_string(),
            doomed_guest_share: share(format!("/v1/guests/{doomed_guest}/shares")).await,
            doomed_conversation_share: share(format!("/v1/conversations/{doomed_conversation}/shares")).await,
            guest: text(&guest),
            doomed_guest,
            doomed_conversation,
            conversation: text(&conversation),
            nobody: uuid::Uuid::now_v7().to_string(),
            user: hotel.agent_id.to_string(),
            doomed_user: text(&hotel.post("/v1/users", doomed_user).await.assert_created()),
            department: made("departments").await,
            doomed_department: made("departments").await,
            team: made("teams").await,
            doomed_team: made("teams").await,
            property: made("properties").await,
            doomed_property: made("properties").await,
            role: made("roles").await,
            doomed_role: made("roles").await,
            invitation: invited("olga@example.com").await,
            doomed_invitation: invited("paul@example.com").await,
            grant: robin.visit(&hotel, false).await.grant_id.to_string(),
            organization: world.hotel("sea-breeze").await.id.to_string(),
        };
        (hotel, robin, ids)
    });
    let document: Value = serde_json::from_str(&stayzr::app::document().unwrap()).unwrap();
    let mut operations = Operation::all(&document);
    // Whoever signs out has nothing more to say.
    operations.retain(|operation| !operation.id.starts_with("auth_logout"));
    assert!(operations.len() > 20, "{} operations", operations.len());

    let seen = Mutex::new(BTreeSet::new());
    let answered = |id: &str, good: bool| {
        seen.lock().unwrap().iter().any(|(other, status)| other == id && (*status < 300) == good)
    };
    let try_one = |operation: &Operation, case: Case| {
        let call = case.call(operation, &ids);
        let answer = match operation.path.starts_with("/v1/platform/") {
            true => runtime.block_on(robin.call(call.clone())),
            false => runtime.block_on(hotel.call(call.clone())),
        };
        let found = judge(&document, operation, &call, &answer);
        seen.lock().unwrap().insert((operation.id.clone(), answer.status.as_u16()));
        found.map_err(|reason| TestCaseError::fail(format!("{reason}\n{call:?}\n{}", text(&answer))))
    };
    let throw = |cases: u32, operations: &[Operation]| {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
        let strategy = request::cases(operations.to_vec());
        let thrown = TestRunner::new(config).run(&strategy, |case: Case| try_one(&operations[case.operation], case));
        if let Err(error) = thrown {
            panic!("{error}");
        }
    };
    throw(CASES, &operations);
    // It throws at everything, and some of what it throws is right.
    for operation in &operations {
        // What takes a secret, or a visit.
        let guessed = [
            "auth_accept_invitation",
            "auth_change_password",
            "auth_login",
            "auth_refresh",
            "auth_reset_password",
            "auth_switch_back",
        ]
        .contains(&&*operation.id);
        let enough = || answered(&operation.id, false) && (guessed || answered(&operation.id, true));
        // Chance may have passed an operation over.
        for _ in 0..ROUNDS_MORE {
            if !enough() {
                throw(CASES_MORE, std::slice::from_ref(operation));
            }
        }
        let (good, bad) = (answered(&operation.id, true), answered(&operation.id, false));
        assert!(bad && (good || guessed), "{}: good {good}, bad {bad}", operation.id);
    }
}

fn text(answer: &Answer) -> String {
    format!("{} {:?} {}", answer.status, answer.headers, String::from_utf8_lossy(&answer.body))
}

/// What is wrong with the answer, if anything.
fn judge(document: &Value, operation: &Operation, call: &Call, answer: &Answer) -> Result<(), String> {
    let status = answer.status.as_u16();
    let asked_for_it = call.method.as_str() == operation.method;
    let response = &operation.responses[status.to_string()];
    if status >= 500 {
        return Err(format!("{}: {status}", operation.id));
    }
    if asked_for_it && response.is_null() && !ANYWHERE.contains(&status) {
        return Err(format!("{}: {status} is not documented", operation.id));
    }
    if status >= 400 {
        return problem(document, answer);
    }
    if !asked_for_it {
        return Ok(()); // HEAD, or another operation of the same path.
    }
    match response["content"]["application/json"]["schema"].as_object() {
        Some(schema) => schema::conforms(document, &json!(schema), &answer.json(), "$"),
        None if answer.body.is_empty() => Ok(()),
        None if response["content"][answer.header("content-type")].is_object() => Ok(()),
        None => Err(format!("{}: a body that is not documented", operation.id)),
    }
}

/// Whether an answer is a problem as every problem is.
pub fn problem(document: &Value, answer: &Answer) -> Result<(), String> {
    let problem = answer.json();
    schema::conforms(document, &json!({"$ref": "#/components/schemas/Problem"}), &problem, "$")?;
    let status = answer.status.as_u16();
    let id = answer.header("x-request-id");
    let whole = answer.header("content-type") == "application/problem+json"
        && problem["status"] == status
        && problem["type"] == format!("urn:stayzr:problem:{}", problem["code"].as_str().unwrap_or_default())
        && problem["instance"] == format!("urn:stayzr:request:{id}")
        && (status != 405 || !answer.header("allow").is_empty());
    if whole { Ok(()) } else { Err("the problem is not well formed".into()) }
}
