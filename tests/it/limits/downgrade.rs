//! A lower plan than a hotel has filled: allowed, said, and nothing lost.

use serde_json::json;

use super::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_downgrade_below_what_is_used_says_so_and_blocks_only_growth() {
    let scene = Scene::set().await;
    let (hotel, admin) = (&scene.hotel, scene.world().admin().await);
    let many = "insert into users (organization_id, id, email, full_name)
                select $1, app.uuid_v7(), 'u' || n || '@example.com', 'U' from generate_series(1, 6) n";
    admin.execute(many, &[&hotel.id]).await.unwrap();
    let subscription = "/v1/organization/subscription";
    assert_eq!(hotel.get(subscription).await.assert_ok()["over"], json!([]));

    let scheduled = hotel.patch(subscription, json!({"tier": "starter"})).await.assert_ok();
    let end = scheduled["period"]["endsAt"].clone();
    assert_eq!((&scheduled["tier"], &scheduled["scheduledChange"]["at"]), (&json!("enterprise"), &end));
    let over = |from| json!([{"limit": "maxUsers", "used": 8.0, "allowed": 5, "from": from}]);
    assert_eq!(scheduled["over"], over(end));
    let user =
        |name: &str| json!({"email": format!("{name}@example.com"), "fullName": "U", "password": "correct horse"});
    hotel.post("/v1/users", user("before")).await.assert_created();

    // The period is over: in force, though nobody has moved it into place.
    let past = "update organizations set next_tier_at = now() - interval '1 second' where id = $1";
    admin.execute(past, &[&hotel.id]).await.unwrap();
    let now = hotel.get(subscription).await.assert_ok();
    assert_eq!(now["tier"], "starter");
    assert_eq!(now["over"], json!([{"limit": "maxUsers", "used": 9.0, "allowed": 5, "from": null}]));
    let problem = hotel.post("/v1/users", user("after")).await.assert_problem(403, "users_limit_exceeded");
    assert_eq!((&problem["limit"], &problem["used"]), (&json!(5), &json!(9)));
    assert_eq!(problem["availableIn"], json!(["professional", "enterprise"]));
    assert_eq!(hotel.walk("/v1/users", 50).await.len(), 9, "nobody is gone");
    // Up again at once.
    hotel.patch(subscription, json!({"tier": "professional"})).await.assert_ok();
    hotel.post("/v1/users", user("after")).await.assert_created();
    assert_eq!(scene.differences(false).await, []);
}
