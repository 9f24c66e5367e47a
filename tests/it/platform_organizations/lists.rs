//! Lists of hotels.

use serde_json::{Value, json};

use super::{PATH, at, because};
use crate::support::repository::read;
use crate::support::{Cluster, Hotel, SuperAdmin, World, connect};

/// Seven hotels of which each sort makes another order.
async fn scene() -> (SuperAdmin, Vec<Hotel>) {
    let world = World::new().await;
    let robin = world.platform().await;
    let mut hotels = Vec::new();
    for slug in ["grand-plaza", "sea-breeze", "alpine-lodge", "grand-hotel", "zoo-inn", "m-house"] {
        hotels.push(world.hotel(slug).await);
    }
    let admin = world.admin().await;
    // By name: the names are another order than the slugs, with a tie.
    for (slug, name, users, hours) in [
        ("stayzr", "Stayzr", 0, None),
        ("grand-plaza", "Émile's", 3, Some(5)),
        ("sea-breeze", "breeze", 3, Some(1)),
        ("alpine-lodge", "Zermatt Alpine", 1, None),
        ("grand-hotel", "breeze", 0, Some(30)),
        ("zoo-inn", "Grandma's", 7, Some(2)),
        ("m-house", "50%_off", 2, None),
    ] {
        let sql = "with hotel as (update organizations set name = $2 where slug = $1 returning id)
                   insert into users (organization_id, email, full_name, status)
                   select id, n || '@example.com', 'User', case n when 1 then 'disabled' else 'active' end
                   from hotel, generate_series(1, $3) n";
        admin.execute(sql, &[&slug, &name, &users]).await.unwrap();
        let Some(hours) = hours else { continue };
        let hotel = hotels.iter().find(|hotel| hotel.slug == slug).unwrap();
        for guest in ["a@example.com", "b@example.com"] {
            hotel.create_conversation(&hotel.create_guest(guest).await).await;
        }
        let sql = "update conversations set activity_at = now() + make_interval(hours => $2) where id = (
                       select id from conversations where organization_id = $1 limit 1)";
        admin.execute(sql, &[&hotel.id, &hours]).await.unwrap();
    }
    // Who was deleted does not count.
    let sql =
        "update users set status = 'deleted', deleted_at = now() where full_name = 'User' and email = '7@example.com'";
    admin.execute(sql, &[]).await.unwrap();
    (robin, hotels)
}

fn slugs(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

/// As the database has them, without a word of ours.
async fn sorted(robin: &SuperAdmin, order: &str) -> Vec<String> {
    let sql = format!("select slug from organizations o order by {order}");
    robin.world.admin().await.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_list_sorts_and_goes_on_from_page_to_page() {
    let (robin, _) = scene().await;
    let size =
        "(select count(*) from users u where organization_id = o.id and status <> 'deleted') desc, tenant_id desc";
    let activity =
        "coalesce((select max(activity_at) from conversations where organization_id = o.id), created_at) desc,
                    tenant_id desc";
    for (sort, order) in [
        ("", "created_at desc, tenant_id desc"),
        ("?sort=-createdAt", "created_at desc, tenant_id desc"),
        ("?sort=name", "lower(name) collate \"C\", tenant_id"),
        ("?sort=-userCount", size),
        ("?sort=-lastActivityAt", activity),
    ] {
        let expected = sorted(&robin, order).await;
        assert_eq!(expected.len(), 7);
        for limit in [1, 2, 3, 7, 50] {
            let rows = robin.walk(&format!("{PATH}{sort}"), limit).await;
            assert_eq!(slugs(&rows), expected, "{sort} by {limit}");
        }
    }
    let first = robin.get(format!("{PATH}?sort=-userCount&limit=1")).await.assert_ok();
    let zoo = &first["items"][0];
    assert_eq!((&zoo["slug"], &zoo["userCount"]), (&json!("zoo-inn"), &json!(8)), "six, the admin and the agent");
    assert_eq!(*zoo, robin.get(at(i32::try_from(zoo["id"].as_i64().unwrap()).unwrap())).await.assert_ok());
    assert!(zoo["lastActivityAt"].is_string());

    // A cursor goes with its order and its filters.
    let cursor = first["nextCursor"].as_str().unwrap();
    for other in ["", "?sort=name", "?sort=-userCount&search=a", "?sort=-userCount&tier=starter"] {
        let joint = if other.is_empty() { '?' } else { '&' };
        let path = format!("{PATH}{other}{joint}after={cursor}");
        robin.get(path).await.assert_problem(422, "invalid_cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_list_finds_by_name_or_slug() {
    let (robin, _) = scene().await;
    for (search, expected) in [
        ("grand", vec!["grand-hotel", "grand-plaza", "zoo-inn"]),
        ("GRAND", vec!["grand-hotel", "grand-plaza", "zoo-inn"]),
        ("grand-p", vec!["grand-plaza"]),
        ("breeze", vec!["grand-hotel", "sea-breeze"]),
        ("zermatt%20a", vec!["alpine-lodge"]),
        ("%C3%89mile", vec!["grand-plaza"]),
        ("50%25_", vec!["m-house"]),
        ("%25", vec![]),
        ("_", vec![]),
        ("lodge", vec![]),
        ("m-house", vec!["m-house"]),
    ] {
        for sort in ["-createdAt", "name", "-userCount", "-lastActivityAt"] {
            let rows = robin.walk(&format!("{PATH}?search={search}&sort={sort}"), 2).await;
            let mut found = slugs(&rows);
            found.sort_unstable();
            assert_eq!(found, expected, "{search} by {sort}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_list_filters() {
    let (robin, hotels) = scene().await;
    robin.patch(at(hotels[0].id), json!({"tier": "starter", "status": "past_due"})).await.assert_ok();
    robin.post(format!("{}/suspend", at(hotels[1].id)), because("Unpaid")).await.assert_ok();
    for (filter, expected) in [
        ("slug=zoo-inn", vec!["zoo-inn"]),
        ("slug=zoo", vec![]),
        ("tier=starter", vec!["grand-plaza"]),
        ("tier=platinum", vec![]),
        ("status=past_due", vec!["grand-plaza"]),
        ("status=suspended", vec!["sea-breeze"]),
        ("status=past_due&tier=enterprise", vec![]),
        ("status=past_due&search=grand", vec!["grand-plaza"]),
    ] {
        for sort in ["-createdAt", "name", "-userCount", "-lastActivityAt"] {
            let found = robin.walk(&format!("{PATH}?{filter}&sort={sort}"), 2).await;
            assert_eq!(slugs(&found), expected, "{filter} by {sort}");
        }
    }
    assert_eq!(robin.walk(&format!("{PATH}?status=active"), 50).await.len(), 5);
    for wrong in ["sort=size", "status=asleep", "search=", "limit=0", "limit=201", "search=%00", "name=x", "after=AAAA"]
    {
        robin.get(format!("{PATH}?{wrong}")).await.assert_status(422);
    }
}

/// When a hotel was last active is one look into an index, however much it has talked.
#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_list_looks_the_last_activity_up() {
    let world = World::new().await;
    world.platform().await;
    let admin = world.admin().await;
    let fill = "insert into organizations (slug, name, subscription_tier)
         select 'hotel-' || n, 'Hotel ' || n, 'enterprise' from generate_series(1, 20) n;
                insert into guests (organization_id, id, full_name, email)
                select id, gen_random_uuid(), 'Ada', 'ada@example.com' from organizations;
                insert into conversations (organization_id, id, guest_id, channel)
                select organization_id, gen_random_uuid(), id, 'email' from guests, generate_series(1, 1000);
                vacuum analyze";
    for statement in fill.split(';') {
        admin.batch_execute(statement).await.unwrap_or_else(|error| panic!("{error:?}"));
    }
    let platform = connect(&Cluster::get().config("stayzr_platform", &world.database)).await;
    let page = |key: &str| format!("51, {key}, 'ffffffff-ffff-ffff-ffff-ffffffffffff', null, null, null, null");
    for mode in ["auto", "force_generic_plan"] {
        for (query, arguments) in [
            ("get", "2".to_owned()),
            ("list", page("'9999-12-31'")),
            ("list_by_name", page("''")),
            ("list_by_size", page("9223372036854775807")),
            ("list_by_activity", page("'9999-12-31'")),
        ] {
            let text = read(&format!("sql/queries/platform_organizations/{query}.sql"));
            platform.batch_execute(&format!("set plan_cache_mode = {mode}; prepare q as {text}")).await.unwrap();
            let plan = platform.simple_query(&format!("explain execute q({arguments})")).await.unwrap();
            let lines = plan.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
                _ => None,
            });
            let plan = lines.collect::<Vec<_>>().join("\n");
            assert!(plan.contains("using conversations_recent"), "{query} under {mode}:\n{plan}");
            assert!(!plan.contains("Scan on conversations"), "{query} under {mode}:\n{plan}");
            platform.batch_execute("deallocate q").await.unwrap();
        }
    }
}
