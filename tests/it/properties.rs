//! `/v1/properties`

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::forged::{ALL_PERMISSIONS, Context, Outcome, attempt};
use crate::support::{Call, Hotel, two_hotels};

async fn make(hotel: &Hotel, name: &str) -> Value {
    hotel.post("/v1/properties", json!({"name": name})).await.assert_created()
}

fn path(property: &Value) -> String {
    format!("/v1/properties/{}", property["id"].as_str().unwrap())
}

async fn move_to(hotel: &Hotel, tier: &str) {
    let sql = "update organizations set subscription_tier = $2 where id = $1";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &tier]).await.unwrap();
}

async fn at_work(hotel: &Hotel) -> usize {
    hotel.walk("/v1/properties", 50).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let body = json!({"name": "Lake House", "address": "Seestraße 4", "timeZone": "Europe/Berlin"});
    let created = plaza.post("/v1/properties", body).await;
    let property = created.assert_created();
    assert_eq!(created.header("location"), path(&property));
    assert_eq!((&property["address"], &property["archivedAt"]), (&json!("Seestraße 4"), &Value::Null));
    let found = plaza.call_as_agent(Call::get(path(&property))).await;
    assert_eq!(found.assert_ok(), property);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(path(&property)).await.assert_problem(404, "property_not_found");
    assert_eq!(breeze.walk("/v1/properties", 5).await, Vec::<Value>::new());
    // Members read; who manages the hotel writes.
    for call in [
        Call::post("/v1/properties", &json!({"name": "Mine"})),
        Call::patch(path(&property), &json!({"name": "Mine"})),
        Call::delete(path(&property)),
    ] {
        plaza.call_as_agent(call).await.assert_problem(403, "permission_denied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_create_refuses_a_taken_name_and_is_done_once_for_a_key() {
    let (plaza, breeze) = two_hotels().await;
    let call = || Call::post("/v1/properties", &json!({"name": "Lake"})).header("Idempotency-Key", "k-1");
    assert_eq!(plaza.call(call()).await.assert_created(), plaza.call(call()).await.assert_created());
    plaza.post("/v1/properties", json!({"name": "LAKE"})).await.assert_problem(409, "properties_name_taken");
    breeze.post("/v1/properties", json!({"name": "LAKE"})).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_know_the_time_zones_that_hotels_do() {
    let (plaza, _) = two_hotels().await;
    let property = make(&plaza, "Lake").await;
    for zone in ["Europe/Nowhere", "+02:00", "CEST", "europe/berlin"] {
        let body = json!({"name": Uuid::now_v7(), "timeZone": zone});
        for answer in
            [plaza.post("/v1/properties", body).await, plaza.patch(path(&property), json!({"timeZone": zone})).await]
        {
            assert_eq!(answer.assert_problem(422, "invalid")["errors"][0]["field"], "/timeZone", "{zone}");
        }
        let sql = "update organizations set time_zone = $2 where id = $1";
        let refused = plaza.world.admin().await.execute(sql, &[&plaza.id, &zone]).await.unwrap_err();
        assert_eq!(refused.as_db_error().unwrap().constraint(), Some("organizations_time_zone_unknown"), "{zone}");
    }
    for zone in [json!("UTC"), json!("America/Bogota"), Value::Null] {
        let changed = plaza.patch(path(&property), json!({"timeZone": zone})).await.assert_ok();
        assert_eq!(changed["timeZone"], zone);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let property = make(&plaza, "Lake").await;
    let patch = json!({"name": "Lakeside", "address": "Seestraße 4"});
    let changed = plaza.call(Call::patch(path(&property), &patch).header("If-Match", "\"1\"")).await.assert_ok();
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Lakeside"), &json!(2)));
    plaza.call(Call::patch(path(&property), &patch).header("If-Match", "\"1\"")).await.assert_problem(412, "stale");
    plaza.patch(path(&property), json!({"name": null})).await.assert_problem(422, "invalid");
    breeze.patch(path(&property), json!({"name": "Mine"})).await.assert_problem(404, "property_not_found");
    let bare = plaza.patch(path(&property), json!({"address": null})).await.assert_ok();
    assert_eq!((&bare["name"], &bare["address"]), (&json!("Lakeside"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_archive_frees_the_name_and_ends_changes() {
    let (plaza, breeze) = two_hotels().await;
    let property = make(&plaza, "Lake").await;
    breeze.delete(path(&property)).await.assert_problem(404, "property_not_found");
    let stale = Call::delete(path(&property)).header("If-Match", "\"9\"");
    plaza.call(stale).await.assert_problem(412, "stale");
    for _ in 0..2 {
        plaza.delete(path(&property)).await.assert_status(204);
    }
    assert!(plaza.get(path(&property)).await.assert_ok()["archivedAt"].is_string());
    plaza.patch(path(&property), json!({"name": "X"})).await.assert_problem(409, "property_archived");
    assert_eq!(at_work(&plaza).await, 0);
    make(&plaza, "Lake").await;
    assert_eq!(plaza.walk("/v1/properties?archived=true", 1).await.len(), 2);
}

/// One property is on every plan. A second one takes the feature, however it comes about.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_the_feature_has_one_property_at_a_time() {
    let (plaza, breeze) = two_hotels().await;
    let kept = [make(&plaza, "Lake").await, make(&plaza, "Hill").await];
    move_to(&plaza, "starter").await;
    // What was there before stays, and changes.
    plaza.patch(path(&kept[0]), json!({"name": "Lakeside"})).await.assert_ok();
    plaza.post("/v1/properties", json!({"name": "Third"})).await.assert_problem(403, "feature_not_available");
    plaza.delete(path(&kept[0])).await.assert_status(204);
    plaza.post("/v1/properties", json!({"name": "Third"})).await.assert_problem(403, "feature_not_available");
    plaza.delete(path(&kept[1])).await.assert_status(204);
    let third = make(&plaza, "Third").await;
    // Two in one statement are two.
    let (world, id) = (&plaza.world, kept[0]["id"].as_str().unwrap());
    let context = Context::of(&world.sealer(), &plaza, plaza.admin_id, ALL_PERMISSIONS).statements();
    let app = world.app_client().await;
    plaza.delete(path(&third)).await.assert_status(204);
    let both = format!("begin; {context} insert into properties (name) values ('One'), ('Two')");
    assert_eq!(attempt(&app, &both).await, Outcome::refused("SZ002"));
    let third = make(&plaza, "Fourth").await;
    // One that was archived does not come back beside it, also not by hand; alone it does.
    let back = format!("begin; {context} update properties set archived_at = null where id = '{id}'");
    assert_eq!(attempt(&app, &back).await, Outcome::refused("SZ002"));
    plaza.delete(path(&third)).await.assert_status(204);
    assert_eq!(attempt(&app, &back).await, Outcome::Rows(1));
    // Another way to look at what others do at the same time would miss them.
    let begin = format!("begin isolation level repeatable read; {context}");
    let old = format!("{begin} insert into properties (name) values ('Old')");
    assert_eq!(attempt(&app, &old).await, Outcome::refused("25000"));
    make(&breeze, "Lake").await;
    make(&breeze, "Hill").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_first_properties_at_once_one_is_made() {
    let (plaza, breeze) = two_hotels().await;
    move_to(&plaza, "starter").await;
    let new = |number: usize| Call::post("/v1/properties", &json!({"name": format!("House {number}")}));
    for _ in 0..5 {
        let answers = join_all((0..16).map(|number| plaza.call(new(number)))).await;
        let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!((made.len(), at_work(&plaza).await), (1, 1));
        for answer in refused {
            answer.assert_problem(403, "feature_not_available");
        }
        plaza.delete(path(&made[0].json())).await.assert_status(204);
    }
    // The same past the server, each on a connection of its own.
    let context = Context::of(&plaza.world.sealer(), &plaza, plaza.admin_id, ALL_PERMISSIONS).statements();
    let clients = join_all((0..16).map(|_| plaza.world.app_client())).await;
    let tries = clients.iter().enumerate().map(|(number, client)| {
        let sql = format!("begin; {context} insert into properties (name) values ('House {number}'); commit");
        async move { client.batch_execute(&sql).await }
    });
    let made = join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!((made, at_work(&plaza).await), (1, 1));
    // Nobody waits for another hotel, and with the feature all are made.
    let answers = join_all((0..16).map(|number| breeze.call(new(number)))).await;
    assert!(answers.iter().all(|answer| answer.status == 201));
}

/// What makes it exact is the wait for whoever is making one: without it, two do not see each
/// other.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_a_property_waits_for_who_is_making_one() {
    let (plaza, breeze) = two_hotels().await;
    for hotel in [&plaza, &breeze] {
        move_to(hotel, "starter").await;
    }
    let world = &plaza.world;
    // The audit log has a wait of its own, later.
    let unaudited = "alter table properties disable trigger properties_audit";
    world.admin().await.batch_execute(unaudited).await.unwrap();
    let context = |hotel: &Hotel| {
        let context = Context::of(&world.sealer(), hotel, hotel.admin_id, ALL_PERMISSIONS);
        format!("begin; set local lock_timeout = '300ms'; {}", context.statements())
    };
    let insert = |name: &str| format!("insert into properties (name) values ('{name}')");
    let (first, second) = (world.app_client().await, world.app_client().await);
    first.batch_execute(&format!("{} {}", context(&plaza), insert("First"))).await.unwrap();
    let another = format!("{} {}", context(&plaza), insert("Second"));
    assert_eq!(attempt(&second, &another).await, Outcome::refused("55P03"));
    let rivals = format!("{} {}", context(&breeze), insert("Second"));
    assert_eq!(attempt(&second, &rivals).await, Outcome::Rows(1), "nobody waits for another hotel");
    let wait = "perform pg_advisory_xact_lock(properties, new.organization_id);";
    let function = include_str!("../../sql/functions/properties.sql");
    assert!(function.contains(wait));
    world.admin().await.batch_execute(&function.replace(wait, "")).await.unwrap();
    assert_eq!(attempt(&second, &another).await, Outcome::Rows(1), "and nothing else keeps the second one out");
}
