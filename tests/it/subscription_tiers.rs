//! `/v1/subscription-tiers`: what is on offer.

use serde_json::json;

use crate::platform_grants::two_hotels_and_the_platform;

#[tokio::test(flavor = "multi_thread")]
async fn subscription_tiers_list_shows_the_version_on_offer_and_no_other() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let tiers = plaza.get("/v1/subscription-tiers").await.assert_ok();
    let names: Vec<_> = tiers["items"].as_array().unwrap().iter().map(|tier| &tier["name"]).collect();
    assert_eq!(names, ["starter", "professional", "enterprise"]);
    assert_eq!(tiers["nextCursor"], json!(null));
    let starter = &tiers["items"][0];
    assert_eq!((&starter["version"], &starter["monthlyPrice"]), (&json!(1), &json!("49.00")));
    assert_eq!((&starter["limits"]["maxUsers"], &starter["limits"]["maxStorageGB"]), (&json!(5), &json!(5)));
    assert_eq!(starter["features"]["emailIntegration"], true);
    assert_eq!(tiers["items"][2]["limits"]["maxUsers"], json!(null));
    for platforms in ["hotels", "versions"] {
        assert!(starter.get(platforms).is_none(), "{platforms} is the platform's own business");
    }

    let patch = json!({"monthlyPrice": "55.5", "limits": {"maxUsers": 7}, "overagePrice": "1.20"});
    robin.patch("/v1/platform/tiers/starter", patch).await.assert_ok();
    let tiers = plaza.get("/v1/subscription-tiers").await.assert_ok();
    let starter = &tiers["items"][0];
    assert_eq!((&starter["version"], &starter["monthlyPrice"]), (&json!(2), &json!("55.50")));
    assert_eq!((&starter["limits"]["maxUsers"], &starter["overagePrice"]), (&json!(7), &json!("1.20")));

    // It says nothing about oneself, and takes the permission all the same.
    let agent = plaza.call_as_agent(crate::support::Call::get("/v1/subscription-tiers")).await;
    agent.assert_problem(403, "permission_denied");
}
