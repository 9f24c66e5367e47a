//! Suspending a hotel shuts its members out at once, and nobody else.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{at, because, key, refuses};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, PASSWORD, World};

/// Within this, counted from the answer that acknowledges the change.
const PROMPT: Duration = Duration::from_secs(1);

/// How long the server goes on answering that token with another status.
async fn answered_after(world: &World, token: &str, status: u16) -> Duration {
    let began = Instant::now();
    loop {
        let call = Call::get("/v1/guests").header("Authorization", &format!("Bearer {token}"));
        let answer = call.send(world).await;
        if answer.status.as_u16() == status {
            if status == 403 {
                answer.assert_problem(403, "organization_suspended");
            }
            return began.elapsed();
        }
        assert!(began.elapsed() < PROMPT, "still {}: {}", answer.status, answer.json());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_suspend_shuts_members_out_at_once_and_visits_not() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let (program, other) = (key(&plaza).await, robin.world.beside());
    let visit = robin.visit(&plaza, true).await;
    let tokens = [&plaza.admin_token, &plaza.agent_token, &program];
    for world in [&robin.world, &other] {
        for token in tokens {
            answered_after(world, token, 200).await;
        }
    }
    robin.patch(at(plaza.id), json!({"status": "past_due"})).await.assert_ok();
    let path = format!("{}/suspend", at(plaza.id));
    let call = Call::post(&path, &because("Three invoices are unpaid")).header("X-Request-Id", "suspend-1");
    let suspended = robin.call(call).await.assert_ok();
    let took = answered_after(&other, &plaza.admin_token, 403).await;
    eprintln!("a member of a hotel suspended elsewhere was refused after {took:?}");
    for world in [&robin.world, &other] {
        for token in tokens {
            answered_after(world, token, 403).await;
        }
        visit.call_at(world, Call::get("/v1/guests")).await.assert_ok();
    }
    let guest = json!({"fullName": "Ada", "email": "ada@example.com"});
    visit.post("/v1/guests", guest).await.assert_created();
    robin.visit(&plaza, false).await.get("/v1/guests").await.assert_ok();
    breeze.get("/v1/guests").await.assert_ok();
    let login = plaza.credentials("admin");
    assert_eq!(login["password"], PASSWORD);
    let answer = Call::post("/v1/auth/login", &login).send(&robin.world).await;
    assert!([401, 403].contains(&answer.status.as_u16()), "{}", answer.json());

    assert_eq!((&suspended["status"], &suspended["isActive"]), (&json!("suspended"), &json!(false)));
    let record = robin.record_of("suspend-1").await;
    assert_eq!(
        (&record["organization_id"], &record["reason"]),
        (&json!(plaza.id), &json!("Three invoices are unpaid"))
    );
    let changes = &record["changes"]["changes"][0]["changes"];
    assert_eq!(changes["is_active"], json!({"before": true, "after": false}));
    assert_eq!(changes["subscription_status"], json!({"before": "past_due", "after": "suspended"}));

    // Suspended twice is suspended once: it comes back to what it was before the first time.
    let again = robin.call(Call::post(&path, &because("Again")).header("X-Request-Id", "suspend-2")).await;
    assert_eq!(again.assert_ok(), suspended);
    assert_eq!(robin.record_of("suspend-2").await["changes"], json!({}));

    let path = format!("{}/reactivate", at(plaza.id));
    let call = Call::post(&path, &because("All is paid")).header("X-Request-Id", "reactivate");
    let back = robin.call(call).await.assert_ok();
    assert_eq!((&back["status"], &back["isActive"]), (&json!("past_due"), &json!(true)));
    for world in [&robin.world, &other] {
        answered_after(world, &plaza.admin_token, 200).await;
        answered_after(world, &program, 200).await;
    }
    let record = robin.record_of("reactivate").await;
    assert_eq!((&record["organization_id"], &record["reason"]), (&json!(plaza.id), &json!("All is paid")));
    assert_eq!(robin.post(&path, because("Again")).await.assert_ok(), back);
    // The hotel's own administrator reads why.
    let log = plaza.get("/v1/audit-log?action=platform_organizations_suspend").await.assert_ok();
    let reasons: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|record| &record["reason"]).collect();
    assert_eq!(reasons, ["Again", "Three invoices are unpaid"]);
}

/// What a database administrator switched off by hand comes back to what it was in, or to use.
#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_reactivate_brings_back_what_was_switched_off_by_hand() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let path = format!("{}/reactivate", at(plaza.id));
    for (status, back) in [("cancelled", "cancelled"), ("suspended", "active"), ("trialing", "trialing")] {
        let sql = "update organizations set is_active = false, subscription_status = $2 where id = $1";
        robin.world.admin().await.execute(sql, &[&plaza.id, &status]).await.unwrap();
        let organization = robin.post(&path, because("It was a mistake")).await.assert_ok();
        assert_eq!((&organization["status"], &organization["isActive"]), (&json!(back), &json!(true)), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn suspending_and_reactivating_take_a_reason_and_nothing_else() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let before = robin.get(at(plaza.id)).await.assert_ok();
    for verb in ["suspend", "reactivate"] {
        let path = format!("{}/{verb}", at(plaza.id));
        let members = [
            ("reason", json!("ab")),
            ("reason", json!("x".repeat(501))),
            ("reason", json!("a\0bc")),
            ("reason", json!(12345)),
            ("reason", Value::Null),
            ("until", json!("2030-01-01T00:00:00Z")),
        ];
        refuses(&robin, |body| Call::post(&path, body), &because("Unpaid"), &members).await;
        robin.post(&path, json!({})).await.assert_problem(422, "invalid");
    }
    assert_eq!(robin.get(at(plaza.id)).await.assert_ok(), before);
}
