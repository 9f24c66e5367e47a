//! Changing a hotel, and scheduling its deletion.

use serde_json::{Value, json};

use super::{PATH, ahead, at, because, refuses};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::Call;

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_update_changes_what_is_named_and_is_on_record() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let before = robin.get(at(plaza.id)).await;
    let others = robin.get(at(breeze.id)).await.assert_ok();
    let patch = json!({"name": "The Grand Plaza", "tier": "professional"});
    let call = Call::patch(at(plaza.id), &patch).header("If-Match", before.header("etag"));
    let answer = robin.call(call.header("X-Request-Id", "update-01")).await;
    let after = answer.assert_ok();
    assert_eq!((&after["name"], &after["tier"]), (&json!("The Grand Plaza"), &json!("professional")));
    assert_eq!((&after["status"], &after["version"]), (&json!("active"), &json!(2)));
    assert_eq!((answer.header("etag"), &after["slug"]), ("\"2\"", &json!("grand-plaza")));
    assert_eq!(robin.get(at(breeze.id)).await.assert_ok(), others);
    let own = plaza.get("/v1/organization").await.assert_ok();
    assert_eq!((&own["name"], &own["subscriptionTier"]), (&json!("The Grand Plaza"), &json!("professional")));

    let record = robin.record_of("update-01").await;
    assert_eq!((&record["organization_id"], &record["resource_id"]), (&json!(plaza.id), &json!(plaza.id.to_string())));
    let changes = record["changes"]["changes"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["table"]), (1, &json!("organizations")));
    let expected = json!({
        "name": {"before": "Grand Plaza", "after": "The Grand Plaza"},
        "subscription_tier": {"before": "enterprise", "after": "professional"},
    });
    assert_eq!(changes[0]["changes"], expected);
    // The hotel's administrators see it, and the other hotel's do not.
    let log = plaza.get("/v1/audit-log?action=platform_organizations_update").await.assert_ok();
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    let log = breeze.get("/v1/audit-log?action=platform_organizations_update").await.assert_ok();
    assert_eq!(log["items"], json!([]));

    let past_due = robin.patch(at(plaza.id), json!({"status": "past_due"})).await.assert_ok();
    assert_eq!((&past_due["status"], &past_due["isActive"]), (&json!("past_due"), &json!(true)));
    plaza.get("/v1/guests").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_update_refuses_what_is_stale_or_makes_no_sense() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let before = robin.get(at(plaza.id)).await.assert_ok();
    let patch = |version: &str| Call::patch(at(plaza.id), &json!({"name": "Mine"})).header("If-Match", version);
    for stale in ["\"2\"", "\"0\"", "W/\"1\"", "1"] {
        robin.call(patch(stale)).await.assert_problem(412, "stale");
    }
    let absent = Call::patch(at(i32::MAX), &json!({"name": "Mine"})).header("If-Match", "\"1\"");
    robin.call(absent).await.assert_problem(404, "organization_not_found");
    let members = [
        ("name", Value::Null),
        ("name", json!("")),
        ("name", json!("n".repeat(201))),
        ("name", json!("a\0b")),
        ("tier", Value::Null),
        ("tier", json!("platinum")),
        ("status", Value::Null),
        ("status", json!("suspended")),
        ("slug", json!("mine")),
        ("isActive", json!(false)),
        ("deleteAt", ahead(30)),
        ("settings", json!({})),
    ];
    refuses(&robin, |body| Call::patch(at(plaza.id), body), &json!({}), &members).await;
    assert_eq!(robin.get(at(plaza.id)).await.assert_ok(), before);

    // While it is suspended, it has no other status; all else changes.
    robin.post(format!("{}/suspend", at(plaza.id)), because("Unpaid")).await.assert_ok();
    let status = json!({"status": "active"});
    robin.patch(at(plaza.id), status.clone()).await.assert_problem(409, "organization_inactive");
    let stale = Call::patch(at(plaza.id), &status).header("If-Match", "\"1\"");
    robin.call(stale).await.assert_problem(412, "stale");
    let current = Call::patch(at(plaza.id), &status).header("If-Match", "\"2\"");
    robin.call(current).await.assert_problem(409, "organization_inactive");
    let renamed = robin.patch(at(plaza.id), json!({"name": "Plaza"})).await.assert_ok();
    assert_eq!((&renamed["name"], &renamed["status"]), (&json!("Plaza"), &json!("suspended")));
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_schedule_notes_a_time_and_deletes_nothing() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    plaza.create_guest("ada@example.com").await;
    let path = format!("{}/schedule-deletion", at(plaza.id));
    let time = |days: i64| json!({"deleteAt": ahead(days), "reason": "The contract has ended"});
    let first = time(8);
    let call = Call::post(&path, &first).header("X-Request-Id", "schedule-1");
    let scheduled = robin.call(call).await.assert_ok();
    let parse =
        |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap().timestamp_micros();
    assert_eq!(parse(&scheduled["deleteAt"]), parse(&first["deleteAt"]));
    let record = robin.record_of("schedule-1").await;
    assert_eq!((&record["organization_id"], &record["reason"]), (&json!(plaza.id), &first["reason"]));
    assert_eq!(record["changes"]["changes"][0]["changes"]["delete_at"]["before"], Value::Null);
    plaza.get("/v1/guests").await.assert_ok();

    // Twice is once; another time is another schedule.
    assert_eq!(robin.post(&path, first).await.assert_ok(), scheduled);
    let later = robin.post(&path, time(30)).await.assert_ok();
    assert_eq!((&later["version"], &scheduled["version"]), (&json!(3), &json!(2)));

    let call = Call::delete(&path).header("X-Request-Id", "unschedule");
    let none = robin.call(call).await.assert_ok();
    assert_eq!((&none["deleteAt"], &none["version"]), (&Value::Null, &json!(4)));
    let record = robin.record_of("unschedule").await;
    assert_eq!(
        (&record["organization_id"], &record["action"]),
        (&json!(plaza.id), &json!("platform_organizations_unschedule"))
    );
    assert_eq!(robin.delete(&path).await.assert_ok(), none);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_schedule_takes_a_week_s_notice_and_a_reason() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let path = format!("{}/schedule-deletion", at(plaza.id));
    let good = json!({"deleteAt": ahead(30), "reason": "The contract has ended"});
    let members = [
        ("deleteAt", ahead(0)),
        ("deleteAt", ahead(6)),
        ("deleteAt", ahead(-30)),
        ("deleteAt", ahead(4000)),
        ("deleteAt", json!("+262000-01-01T00:00:00Z")),
        ("deleteAt", json!("tomorrow")),
        ("deleteAt", json!(1_893_456_000)),
        ("deleteAt", Value::Null),
        ("reason", json!("ab")),
        ("reason", json!("x".repeat(501))),
        ("reason", json!("a\0bc")),
        ("reason", Value::Null),
        ("force", json!(true)),
    ];
    refuses(&robin, |body| Call::post(&path, body), &good, &members).await;
    let early = json!({"deleteAt": ahead(6), "reason": "The contract has ended"});
    let problem = robin.post(&path, early).await.assert_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "/deleteAt");
    assert_eq!(robin.get(at(plaza.id)).await.assert_ok()["deleteAt"], Value::Null);
}

/// Out of service, nobody could put it back.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_s_own_organization_stays_in_service() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let own = at(robin.home.id);
    let before = robin.get(&own).await.assert_ok();
    for call in [
        Call::post(format!("{own}/suspend"), &because("By mistake")),
        Call::post(format!("{own}/reactivate"), &because("By mistake")),
        Call::post(format!("{own}/schedule-deletion"), &json!({"deleteAt": ahead(30), "reason": "By mistake"})),
        Call::delete(format!("{own}/schedule-deletion")),
        Call::patch(&own, &json!({"status": "cancelled"})),
        Call::patch(&own, &json!({"status": "active", "name": "Mine"})),
    ] {
        robin.call(call).await.assert_problem(409, "organization_is_platform");
    }
    assert_eq!(robin.get(&own).await.assert_ok(), before);
    robin.patch(&own, json!({"name": "Stayzr Ltd", "tier": "professional"})).await.assert_ok();
    assert_eq!(robin.walk(PATH, 50).await.len(), 3);
}
