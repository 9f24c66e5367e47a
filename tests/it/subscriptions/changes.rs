//! Up at once, down with the period, and out.

use futures_util::future::join_all;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{PATH, history, on, subscription};
use crate::support::{Call, Hotel};

async fn change(hotel: &Hotel, patch: Value) -> Value {
    hotel.patch(PATH, patch).await.assert_ok()
}

/// How many records the hotel's own log has of changes to its row.
async fn records(hotel: &Hotel) -> Vec<Value> {
    let sql = "select to_jsonb(a) from audit_log a
               where organization_id = $1 and action = 'organizations_update' and actor_kind <> 'administrator'
               order by sequence";
    let rows = hotel.world.admin().await.query(sql, &[&hotel.id]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_is_in_force_at_once_and_charged_for_the_rest_of_the_period() {
    let (plaza, breeze, _) = on("starter").await;
    let theirs = subscription(&breeze).await;
    let call = Call::patch(PATH, &json!({"tier": "professional"})).header("X-Request-Id", "upgrade-1");
    let told = plaza.call(call).await.assert_ok();
    assert_eq!((&told["tier"], &told["monthlyPrice"]), (&json!("professional"), &json!("199.00")));
    assert_eq!(told["limits"]["maxUsers"]["value"], 25);
    let step = &told["history"][0];
    assert_eq!(
        (&step["kind"], &step["fromTier"], &step["toTier"]),
        (&json!("upgrade"), &json!("starter"), &json!("professional"))
    );
    let moment = |text: &Value| text.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let (start, end, at) = (moment(&step["periodStart"]), moment(&step["periodEnd"]), moment(&step["at"]));
    let share = Decimal::from((end - at).num_microseconds().unwrap())
        / Decimal::from((end - start).num_microseconds().unwrap());
    let away = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let due = (Decimal::from(150) * share).round_dp_with_strategy(2, away);
    assert_eq!(step["amount"].as_str().unwrap().parse::<Decimal>().unwrap(), due);

    // One record, of the member who did it; and the other hotel has nothing of it.
    let records = records(&plaza).await;
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0];
    assert_eq!((&record["actor_kind"], &record["actor_user_id"]), (&json!("user"), &json!(plaza.admin_id)));
    assert_eq!(record["request_id"], "upgrade-1");
    assert_eq!(record["changes"]["subscription_tier"], json!({"before": "starter", "after": "professional"}));
    assert_eq!(subscription(&breeze).await, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_changes_it_leaves_its_one_record() {
    let (plaza, _, robin) = on("starter").await;
    let visit = robin.visit(&plaza, true).await;
    let call = Call::patch(PATH, &json!({"tier": "professional"})).header("X-Request-Id", "visit-up");
    visit.call(call).await.assert_ok();
    let record = robin.record_of("visit-up").await;
    assert_eq!((&record["organization_id"], &record["actor_kind"]), (&json!(plaza.id), &json!("super_admin")));
    assert_eq!(record["actor_user_id"], json!(robin.id));
    let noted = record["changes"]["changes"].as_array().unwrap();
    assert_eq!((noted.len(), &noted[0]["table"]), (1, &json!("organizations")));
    assert!(records(&plaza).await.is_empty(), "no second one");
    let by = "select by_user from subscription_changes where organization_id = $1";
    let by: uuid::Uuid = plaza.world.admin().await.query_one(by, &[&plaza.id]).await.unwrap().get(0);
    assert_eq!(by, robin.id);
    // One that only reads changes nothing.
    let reader = robin.visit(&plaza, false).await;
    let answer = reader.call(Call::patch(PATH, &json!({"tier": "enterprise"}))).await;
    answer.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_may_not_and_a_holder_of_the_permission_may() {
    let (plaza, _, _) = on("professional").await;
    plaza.call_as_agent(Call::patch(PATH, &json!({"cancel": true}))).await.assert_problem(403, "permission_denied");
    let key = json!({"name": "Program", "permissions": ["subscription.manage"]});
    let key = plaza.post("/v1/api-keys", key).await.assert_created();
    let bearer = format!("Bearer {}", key["secret"].as_str().unwrap());
    let call = Call::patch(PATH, &json!({"cancel": true})).header("Authorization", &bearer);
    let told = call.send(&plaza.world).await.assert_ok();
    assert_ne!(told["cancelAt"], Value::Null);
    let record = records(&plaza).await.pop().unwrap();
    assert_eq!((&record["actor_kind"], &record["api_key_id"]), (&json!("api_key"), &key["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_downgrade_waits_for_the_end_of_the_period_and_can_be_taken_back() {
    let (plaza, _, robin) = on("enterprise").await;
    let told = change(&plaza, json!({"tier": "professional"})).await;
    assert_eq!((&told["tier"], &told["features"]["aiAutomation"]["value"]), (&json!("enterprise"), &json!(true)));
    let scheduled = &told["scheduledChange"];
    assert_eq!((&scheduled["tier"], &scheduled["at"]), (&json!("professional"), &told["period"]["endsAt"]));
    assert_eq!((&scheduled["limits"]["maxUsers"], history(&told)), (&json!(25), vec![("downgrade_scheduled", "0.00")]));

    // The version that was on offer then is the one that comes.
    robin.patch("/v1/platform/tiers/professional", json!({"monthlyPrice": "500"})).await.assert_ok();
    let again = change(&plaza, json!({"tier": "professional"})).await;
    assert_eq!((&again["version"], &again["scheduledChange"]["tierVersion"]), (&told["version"], &json!(1)));

    let lower = change(&plaza, json!({"tier": "starter"})).await;
    assert_eq!(lower["scheduledChange"]["tier"], "starter");
    let back = change(&plaza, json!({"tier": "enterprise"})).await;
    assert_eq!((&back["tier"], &back["scheduledChange"]), (&json!("enterprise"), &Value::Null));
    let kinds: Vec<&str> = history(&back).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["downgrade_withdrawn", "downgrade_scheduled", "downgrade_scheduled"]);
    // Nothing to take back: nothing is changed and nothing is on record.
    assert_eq!(change(&plaza, json!({"tier": "enterprise"})).await, back);
    assert_eq!(change(&plaza, json!({})).await, back);
    assert_eq!(records(&plaza).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_it_with_the_period_unless_taken_back() {
    let (plaza, _, robin) = on("professional").await;
    let told = change(&plaza, json!({"cancel": true})).await;
    assert_eq!((&told["cancelAt"], &told["status"]), (&told["period"]["endsAt"], &json!("active")));
    assert_eq!(told["history"][0]["toTier"], Value::Null);
    assert_eq!(change(&plaza, json!({"cancel": true})).await, told);
    let told = change(&plaza, json!({"cancel": false})).await;
    assert_eq!(
        (&told["cancelAt"], history(&told)),
        (&Value::Null, vec![("cancel_withdrawn", "0.00"), ("cancel", "0.00")])
    );

    change(&plaza, json!({"cancel": true})).await;
    let due = "update organizations set cancel_at = now() - interval '1 second' where id = $1";
    plaza.world.admin().await.execute(due, &[&plaza.id]).await.unwrap();
    for patch in
        [json!({"cancel": false}), json!({"cancel": true}), json!({"tier": "enterprise"}), json!({"tier": "starter"})]
    {
        plaza.patch(PATH, patch).await.assert_problem(409, "subscription_closed");
    }
    assert_eq!(subscription(&plaza).await["status"], "cancelled");
    // The platform begins it anew: by either of its operations.
    let own = format!("/v1/platform/organizations/{}", plaza.id);
    robin.patch(&own, json!({"status": "active"})).await.assert_ok();
    let told = subscription(&plaza).await;
    assert_eq!((&told["status"], &told["cancelAt"]), (&json!("active"), &Value::Null));
}

/// More is owed for more, and it could not be used.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_hotel_moves_down_and_not_up() {
    let (plaza, _, _) = on("professional").await;
    let suspend = "update organizations set subscription_status = 'suspended' where id = $1";
    plaza.world.admin().await.execute(suspend, &[&plaza.id]).await.unwrap();
    plaza.patch(PATH, json!({"tier": "enterprise"})).await.assert_problem(409, "subscription_closed");
    assert_eq!(subscription(&plaza).await["tier"], "professional");
    assert_eq!(change(&plaza, json!({"tier": "starter"})).await["scheduledChange"]["tier"], "starter");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let (plaza, _, robin) = on("starter").await;
    for patch in [
        json!({"tier": "platinum"}),
        json!({"tier": null}),
        json!({"tier": ""}),
        json!({"cancel": null}),
        json!({"cancel": "yes"}),
        json!({"status": "active"}),
        json!({"billingDay": 3}),
    ] {
        plaza.patch(PATH, patch).await.assert_problem(422, "invalid");
    }
    robin.patch("/v1/platform/tiers/professional", json!({"currency": "USD"})).await.assert_ok();
    plaza.patch(PATH, json!({"tier": "professional"})).await.assert_problem(409, "subscription_currency");
    change(&plaza, json!({"tier": "enterprise"})).await;
    // Down to another currency there is nothing to prorate.
    assert_eq!(change(&plaza, json!({"tier": "professional"})).await["scheduledChange"]["tier"], "professional");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_changes_of_one_version_one_is_made() {
    let (plaza, _, _) = on("starter").await;
    let etag = plaza.get(PATH).await.header("etag").to_owned();
    let other = plaza.world.beside();
    let bearer = format!("Bearer {}", plaza.admin_token);
    let changes = (0..16).map(|number| {
        let patch = json!({"tier": if number % 2 == 0 { "professional" } else { "enterprise" }});
        let call = Call::patch(PATH, &patch).header("If-Match", &etag).header("Authorization", &bearer);
        call.send(if number % 3 == 0 { &other } else { &plaza.world })
    });
    let answers = join_all(changes).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.assert_problem(412, "stale");
    }
    assert_eq!(history(&subscription(&plaza).await).len(), 1);
    assert_eq!(records(&plaza).await.len(), 1);
}
