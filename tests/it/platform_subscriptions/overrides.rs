//! What one hotel has otherwise than its tier says.

use serde_json::{Value, json};
use stayzr::subscriptions::{Feature, Limit};

use super::{at, seen_by};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Answer, Call, Hotel, SuperAdmin};

fn put(hotel: &Hotel, name: &str, body: &Value) -> Call {
    Call::new("PUT".parse().unwrap(), format!("{}/overrides/{name}", at(hotel))).json(body)
}

async fn set(robin: &SuperAdmin, hotel: &Hotel, name: &str, value: Value) -> Answer {
    robin.call(put(hotel, name, &json!({"value": value, "reason": "Agreed"}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_wins_until_it_is_removed_and_is_on_record() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let body = json!({"value": 3, "reason": "Unpaid bills"});
    let made = robin.call(put(&plaza, "maxUsers", &body).header("X-Request-Id", "set-00001")).await;
    let told = made.assert_ok();
    assert_eq!((made.header("etag"), &told["value"], &told["expiresAt"]), ("\"1\"", &json!(3), &Value::Null));
    let record = robin.record_of("set-00001").await;
    assert_eq!((&record["organization_id"], &record["reason"]), (&json!(plaza.id), &json!("Unpaid bills")));
    assert_eq!(record["changes"]["changes"][0]["id"], "maxUsers");
    assert_eq!(seen_by(&plaza).await["limits"]["maxUsers"]["value"], 3);
    assert_eq!(seen_by(&breeze).await["limits"]["maxUsers"]["value"], Value::Null);

    // Set again, by who saw it.
    let again = put(&plaza, "maxUsers", &json!({"value": null, "reason": "Paid"}));
    robin.call(again.clone().header("If-Match", "\"2\"")).await.assert_problem(412, "stale");
    let again = robin.call(again.header("If-Match", "\"1\"")).await;
    assert_eq!((again.assert_ok()["value"].clone(), again.header("etag")), (Value::Null, "\"2\""));
    let listed = robin.get(at(&plaza)).await.assert_ok();
    assert_eq!((listed["overrides"].as_array().unwrap().len(), &listed["overrides"][0]["reason"]), (1, &json!("Paid")));
    // What is not there was never seen.
    let first = put(&plaza, "maxGuests", &body).header("If-Match", "\"1\"");
    robin.call(first).await.assert_problem(412, "stale");

    let path = format!("{}/overrides/maxUsers", at(&plaza));
    let stale = Call::delete(&path).header("If-Match", "\"1\"");
    robin.call(stale).await.assert_problem(412, "stale");
    robin.delete(&path).await.assert_status(204);
    robin.delete(&path).await.assert_problem(404, "subscription_override_not_found");
    assert_eq!(seen_by(&plaza).await["limits"]["maxUsers"]["origin"], "tier");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_is_of_the_kind_that_its_name_takes() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let big = 1_000_000_000_000_i64;
    for (name, value) in [
        ("maxUsers", json!(0)),
        ("maxStorageGB", json!(big)),
        ("maxGuests", Value::Null),
        ("apiAccess", json!(false)),
        ("discountPercent", json!(0)),
        ("discountPercent", json!(99.5)),
        ("discountPercent", json!(100)),
    ] {
        set(&robin, &plaza, name, value).await.assert_ok();
    }
    let before = robin.get(at(&plaza)).await.assert_ok();
    for (name, value) in [
        ("maxUsers", json!(-1)),
        ("maxUsers", json!(1.5)),
        ("maxUsers", json!(big + 1)),
        ("maxUsers", json!(true)),
        ("maxUsers", json!("3")),
        ("apiAccess", json!(1)),
        ("apiAccess", Value::Null),
        ("discountPercent", json!(100.5)),
        ("discountPercent", json!(-1)),
        ("discountPercent", Value::Null),
        ("maxDogs", json!(1)),
        ("plan", json!(true)),
    ] {
        set(&robin, &plaza, name, value.clone()).await.assert_problem(422, "invalid");
        // Nor would the table take it, whoever writes.
        if !["maxDogs", "plan"].contains(&name) {
            let sql = "insert into subscription_overrides (organization_id, name, value, reason) values ($1, $2, $3, 'By hand')
                       on conflict (organization_id, name) do update set value = excluded.value";
            let refused = plaza.world.admin().await.execute(sql, &[&plaza.id, &name, &value]).await.unwrap_err();
            assert_eq!(refused.code().unwrap().code(), "23514", "{name}: {value}");
        }
    }
    let past = (chrono::Utc::now() - chrono::TimeDelta::seconds(1)).to_rfc3339();
    for body in [
        json!({"reason": "Agreed"}),
        json!({"value": 1}),
        json!({"value": 1, "reason": "x"}),
        json!({"value": 1, "reason": "Agreed", "expiresAt": past}),
        json!({"value": 1, "reason": "Agreed", "name": "maxGuests"}),
    ] {
        robin.call(put(&plaza, "maxUsers", &body)).await.assert_problem(422, "invalid");
    }
    assert_eq!(robin.get(at(&plaza)).await.assert_ok(), before);
    let nobody = format!("/v1/platform/organizations/{}/subscription/overrides/maxUsers", i32::MAX);
    let body = json!({"value": 1, "reason": "Agreed"});
    for call in [Call::new("PUT".parse().unwrap(), &nobody).json(&body), Call::delete(&nobody)] {
        robin.call(call).await.assert_problem(404, "organization_not_found");
    }
}

/// The lists that are written out are those of the limits and the features there are.
#[test]
fn every_limit_and_every_feature_is_in_every_tier_and_can_be_overridden() {
    let document = crate::openapi::document();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let properties = |name: &str| schema(name)["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let limits: Vec<&str> = Limit::ALL.iter().map(|limit| limit.name()).collect();
    let features: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
    for (names, schemas) in
        [(&limits, ["TierLimits", "TierLimitsPatch"]), (&features, ["TierFeatures", "TierFeaturesPatch"])]
    {
        for schema in schemas {
            assert_eq!(&properties(schema), names, "{schema}");
        }
    }
    let overrides = [limits, features, vec!["discountPercent"]].concat();
    assert_eq!(schema("OverrideName")["enum"], json!(overrides));
}
