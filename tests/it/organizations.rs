//! `/v1/organization`

use serde_json::json;

use crate::support::{Call, two_hotels};

#[tokio::test(flavor = "multi_thread")]
async fn organizations_get_shows_ones_own_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    for (hotel, slug, name) in [(&plaza, "grand-plaza", "Grand Plaza"), (&breeze, "sea-breeze", "Sea Breeze")] {
        let answer = hotel.get("/v1/organization").await;
        let organization = answer.assert_ok();
        assert_eq!(organization["id"], hotel.id);
        assert_eq!(organization["slug"], slug);
        assert_eq!(organization["name"], name);
        assert_eq!(organization["subscriptionTier"], "enterprise");
        assert_eq!(organization["subscriptionStatus"], "active");
        assert_eq!(organization["isActive"], true);
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!(hotel.call_as_agent(Call::get("/v1/organization")).await.assert_ok(), organization);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_update_merges_the_settings_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let rival = breeze.get("/v1/organization").await.assert_ok();
    let settings = json!({"timeZone": "Europe/Berlin", "quiet": {"from": "22:00", "to": "07:00"}});
    plaza.patch("/v1/organization", json!({"settings": settings})).await.assert_ok();

    let patch = json!({"name": "Grand Plaza Hotel", "settings": {"timeZone": null, "quiet": {"from": "23:00"}}});
    let call = || Call::patch("/v1/organization", &patch).header("If-Match", "\"2\"");
    let answer = plaza.call(call()).await;
    let changed = answer.assert_ok();
    assert_eq!(answer.header("etag"), "\"3\"");
    assert_eq!(changed["name"], "Grand Plaza Hotel");
    assert_eq!(changed["settings"], json!({"quiet": {"from": "23:00", "to": "07:00"}}));
    assert_eq!(changed["version"], 3);

    plaza.call(call()).await.assert_problem(412, "stale");
    let any = Call::patch("/v1/organization", &json!({})).header("If-Match", "*");
    assert_eq!(plaza.call(any).await.assert_ok()["version"], 4);
    for removed in [json!({"name": null}), json!({"settings": null})] {
        plaza.patch("/v1/organization", removed).await.assert_problem(422, "invalid");
    }
    assert_eq!(breeze.get("/v1/organization").await.assert_ok(), rival);
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_update_is_for_administrators_and_leaves_the_plan_alone() {
    let (plaza, breeze) = two_hotels().await;
    let before = plaza.world.contents().await;
    let rename = Call::patch("/v1/organization", &json!({"name": "Mine"}));
    let problem = plaza.call_as_agent(rename).await.assert_problem(403, "permission_denied");
    assert!(problem["detail"].as_str().unwrap().contains("organization.manage"));
    for (field, value) in [
        ("subscriptionTier", json!("enterprise")),
        ("subscriptionStatus", json!("active")),
        ("isActive", json!(true)),
        ("slug", json!("sea-breeze")),
        ("id", json!(breeze.id)),
        ("organizationId", json!(breeze.id)),
    ] {
        let problem = plaza.patch("/v1/organization", json!({field: value})).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], format!("/{field}"));
    }
    assert_eq!(plaza.world.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_update_is_written_to_the_audit_log() {
    let (plaza, breeze) = two_hotels().await;
    let call = Call::patch("/v1/organization", &json!({"name": "Renamed"})).header("X-Request-Id", "rename-0001");
    plaza.call(call).await.assert_ok();
    breeze.call_as_agent(Call::patch("/v1/organization", &json!({"name": "X"}))).await.assert_status(403);

    let admin = plaza.world.admin().await;
    let rows = admin
        .query(
            "select organization_id, actor_user_id, request_id, resource_id, changes from audit_log
             where action = 'organizations_update'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<_, i32>(0), plaza.id);
    assert_eq!(rows[0].get::<_, uuid::Uuid>(1), plaza.admin_id);
    assert_eq!(rows[0].get::<_, &str>(2), "rename-0001");
    assert_eq!(rows[0].get::<_, &str>(3), plaza.id.to_string());
    let expected = json!({"name": {"before": "Grand Plaza", "after": "Renamed"}});
    assert_eq!(rows[0].get::<_, serde_json::Value>(4), expected);
}
