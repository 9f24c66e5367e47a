//! `/v1/platform/usage`

use serde_json::{Value, json};

use crate::support::{Call, Hotel, SuperAdmin, World};

const PATH: &str = "/v1/platform/usage";

async fn allow(hotel: &Hotel, limit: &str, value: i64) {
    let sql = "insert into subscription_overrides (organization_id, name, value, reason)
               values ($1, $2, to_jsonb($3::bigint), 'A test')";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &limit, &value]).await.unwrap();
}

/// Five hotels of which each sort makes another order, and the platform, which is as it is.
async fn scene() -> (SuperAdmin, Vec<Hotel>) {
    let world = World::new().await;
    let robin = world.platform().await;
    let mut hotels = Vec::new();
    for (slug, messages, hours, limits) in [
        ("grand-plaza", 1, Some(1), vec![("maxUsers", 4), ("maxGuests", 10)]),
        ("sea-breeze", 6, Some(3), vec![("maxMessagesPerMonth", 7)]),
        ("alpine-lodge", 4, Some(2), vec![("maxUsers", 4), ("maxGuests", 1)]),
        // Beyond what it may, and idle since it was made.
        ("zoo-inn", 0, None, vec![("maxUsers", 1)]),
        ("m-house", 2, Some(4), vec![]),
    ] {
        let hotel = world.hotel(slug).await;
        if let Some(hours) = hours {
            let conversation = hotel.create_conversation(&hotel.create_guest("ada@example.com").await).await;
            for _ in 0..messages {
                hotel.create_message(&conversation, "Hello?").await;
            }
            let sql =
                "update conversations set activity_at = now() + make_interval(hours => $2) where organization_id = $1";
            world.admin().await.execute(sql, &[&hotel.id, &hours]).await.unwrap();
        }
        for (limit, value) in limits {
            allow(&hotel, limit, value).await;
        }
        hotels.push(hotel);
    }
    (robin, hotels)
}

fn slugs(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_usage_list_sorts_and_goes_on_from_page_to_page() {
    let (robin, _) = scene().await;
    let by_share = ["zoo-inn", "alpine-lodge", "sea-breeze", "grand-plaza"];
    for (query, order) in [
        ("", &by_share[..]),
        ("?sort=-share", &by_share[..]),
        ("?sort=-size", &["sea-breeze", "alpine-lodge", "m-house", "grand-plaza"][..]),
        ("?sort=-activity", &["m-house", "sea-breeze", "alpine-lodge", "grand-plaza", "zoo-inn", "stayzr"][..]),
        ("?minimumShare=0.857&sort=-activity", &["sea-breeze", "alpine-lodge", "zoo-inn"][..]),
        ("?minimumShare=0.8572", &["zoo-inn", "alpine-lodge"][..]),
        ("?minimumShare=0", &by_share[..]),
    ] {
        let all = robin.walk(&format!("{PATH}{query}"), 200).await;
        assert_eq!(slugs(&all)[..order.len()], *order, "{query}");
        // Two without a limit and two without a message are in whatever order, and the same on every page.
        let rest = if query.contains("minimumShare") { order.len() } else { 6 };
        assert_eq!(all.len(), rest, "{query}");
        for limit in [1, 2, 5] {
            assert_eq!(robin.walk(&format!("{PATH}{query}"), limit).await, all, "{query} by {limit}");
        }
    }
    let page = robin.get(format!("{PATH}?limit=1")).await.assert_ok();
    let cursor = page["nextCursor"].as_str().unwrap();
    for query in ["?sort=-size", "?minimumShare=0.5", "?sort=-activity"] {
        robin.get(format!("{PATH}{query}&after={cursor}")).await.assert_problem(422, "invalid_cursor");
    }
    for query in ["?minimumShare=-1", "?minimumShare=NaN", "?minimumShare=much", "?sort=share"] {
        robin.get(format!("{PATH}{query}")).await.assert_problem(422, "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_usage_list_says_of_each_hotel_what_the_hotel_is_told() {
    let (robin, hotels) = scene().await;
    let rows = robin.walk(PATH, 50).await;
    for hotel in &hotels {
        let row = rows.iter().find(|row| row["organizationId"] == hotel.id).unwrap();
        let own = hotel.get("/v1/organization/usage").await.assert_ok();
        let mut highest = Value::Null;
        for told in own["resources"].as_array().unwrap() {
            let listed = row["resources"].as_array().unwrap();
            let listed = listed.iter().find(|one| one["resource"] == told["resource"]).unwrap();
            for member in ["used", "limit", "share"] {
                assert_eq!(listed[member], told[member], "{}: {member} of {}", hotel.slug, told["resource"]);
            }
            if told["share"].as_f64() > highest.as_f64() {
                highest = told["share"].clone();
            }
        }
        assert_eq!(row["share"], highest, "{row}");
        assert_eq!((&row["slug"], &row["tier"]), (&json!(hotel.slug), &json!("enterprise")));
    }
    let share = |slug: &str| rows.iter().find(|row| row["slug"] == slug).unwrap()["share"].clone();
    assert_eq!((share("zoo-inn"), share("sea-breeze"), share("m-house")), (json!(2.0), json!(0.8571), Value::Null));
    let idle = rows.iter().find(|row| row["slug"] == "zoo-inn").unwrap();
    assert_eq!(idle["lastActivityAt"], Value::Null);
    // A downgrade whose moment has come counts, whether or not anything has moved it into place.
    let sql = "update organizations set next_tier = 'starter', next_tier_version = 1, next_tier_at = now()
               where id = $1";
    robin.world.admin().await.execute(sql, &[&hotels[4].id]).await.unwrap();
    let rows = robin.walk(PATH, 50).await;
    let row = rows.iter().find(|row| row["slug"] == "m-house").unwrap();
    assert_eq!((&row["tier"], &row["share"]), (&json!("starter"), &json!(0.4)), "two users of five: {row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_usage_list_is_for_super_admins_and_on_record() {
    let (robin, hotels) = scene().await;
    let answer = robin.get(PATH).await;
    answer.assert_ok();
    let record = robin.record_of(answer.header("x-request-id")).await;
    assert_eq!(record["action"], "platform_usage_list");
    let hotel = &hotels[0];
    hotel.get(PATH).await.assert_problem(403, "permission_denied");
    robin.visit(hotel, true).await.call(Call::get(PATH)).await.assert_problem(403, "permission_denied");
}
