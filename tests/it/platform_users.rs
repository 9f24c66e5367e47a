//! `/v1/platform/users`

use serde_json::{Value, json};

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::repository::read;
use crate::support::{Call, Cluster, World, connect};

const PATH: &str = "/v1/platform/users";

fn emails(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["email"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_users_list_shows_every_hotel_s_users_newest_first() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let admin = robin.world.admin().await;
    // At several hotels at once, the same address.
    let sql = "insert into users (organization_id, email, full_name) values ($1, 'nora@example.com', 'Nora Berg')";
    for hotel in [plaza.id, breeze.id] {
        admin.execute(sql, &[&hotel]).await.unwrap();
    }
    let sql = "update users set status = 'deleted', deleted_at = now() where organization_id = $1 and id = $2";
    admin.execute(sql, &[&breeze.id, &breeze.agent_id]).await.unwrap();
    let expected: Vec<String> = admin
        .query("select email from users where status <> 'deleted' order by created_at desc, id desc", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(expected.len(), 7);
    for limit in [1, 2, 7, 50] {
        assert_eq!(emails(&robin.walk(PATH, limit).await), expected, "by {limit}");
    }
    let found = robin.walk(&format!("{PATH}?search=NORA@"), 1).await;
    let at: Vec<&Value> = found.iter().map(|user| &user["organizationSlug"]).collect();
    assert_eq!(at, ["sea-breeze", "grand-plaza"]);
    assert_eq!(found[1]["organizationId"], plaza.id);
    let robins = robin.walk(&format!("{PATH}?search=admin@stayzr"), 50).await;
    let [own] = &*robins else { panic!("one") };
    let expected = json!({
        "id": robin.id, "organizationId": robin.home.id, "organizationSlug": "stayzr",
        "email": "admin@stayzr.example", "fullName": "admin of stayzr", "isOrgAdmin": true, "isSuperAdmin": true,
        "status": "active", "createdAt": own["createdAt"],
    });
    assert_eq!(*own, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_users_list_searches_and_filters() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    robin.colleague().await;
    plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"status": "disabled"})).await.assert_ok();
    breeze.patch(format!("/v1/users/{}", breeze.agent_id), json!({"fullName": "Éva 50%_ Nagy"})).await.assert_ok();
    for (filter, count) in [
        ("search=admin", 3),
        ("search=ADMIN%20of", 3),
        ("search=admin@grand-plaza.example", 1),
        ("search=%C3%89VA%2050%25", 1),
        ("search=%25", 0),
        ("search=_", 0),
        ("search=gmin", 0),
        ("status=disabled", 1),
        ("status=active", 6),
        ("superAdmin=true", 2),
        ("superAdmin=false", 5),
        ("superAdmin=true&search=admin", 1),
        ("superAdmin=true&search=colleague", 1),
        ("superAdmin=true&status=disabled", 0),
        ("superAdmin=false&search=admin", 2),
        ("status=disabled&search=agent", 1),
        ("status=active&search=agent", 2),
    ] {
        for limit in [1, 50] {
            let found = robin.walk(&format!("{PATH}?{filter}"), limit).await;
            assert_eq!(found.len(), count, "{filter}: {:?}", emails(&found));
        }
    }
    let cursor = robin.get(format!("{PATH}?limit=1&search=admin")).await.assert_ok()["nextCursor"].clone();
    let cursor = cursor.as_str().unwrap();
    for other in ["", "search=agent&", "search=admin&status=active&", "superAdmin=true&search=admin&"] {
        robin.get(format!("{PATH}?{other}after={cursor}")).await.assert_problem(422, "invalid_cursor");
    }
    for wrong in ["status=deleted", "superAdmin=1", "search=", "search=%00", "limit=0", "email=x"] {
        robin.get(format!("{PATH}?{wrong}")).await.assert_status(422);
    }
    robin.call(Call::post(PATH, &json!({}))).await.assert_problem(405, "method_not_allowed");
}

/// However many users there are, a search looks its beginning up; and a list walks an index.
#[tokio::test(flavor = "multi_thread")]
async fn platform_users_list_searches_by_index() {
    let world = World::new().await;
    world.platform().await;
    let admin = world.admin().await;
    let fill = "insert into organizations (slug, name, subscription_tier)
         select 'hotel-' || n, 'Hotel ' || n, 'enterprise' from generate_series(1, 40) n;
                insert into users (organization_id, email, full_name, created_at)
                select o.id, md5(o.id || '-' || n) || '@example.com', md5(n || '/' || o.id) || ' Berg',
                    now() - n * interval '1 hour'
                from organizations o, generate_series(1, 500) n;
                vacuum analyze";
    for statement in fill.split(';') {
        admin.batch_execute(statement).await.unwrap();
    }
    let platform = connect(&Cluster::get().config("stayzr_platform", &world.database)).await;
    let first = "51, '9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    for mode in ["auto", "force_generic_plan", "force_custom_plan"] {
        for (query, arguments, indexes) in [
            ("search", "null, null, 'abc12'", vec!["users_across_email", "users_across_name"]),
            ("list", "null, null", vec!["users_across_newest"]),
            ("list_super_admins", "null, null", vec!["users_super_admins"]),
            ("list_super_admins", "null, 'admin'", vec!["users_super_admins"]),
        ] {
            let text = read(&format!("sql/queries/platform_users/{query}.sql"));
            let prepare = format!("set plan_cache_mode = {mode}; prepare q as {text}");
            platform.batch_execute(&prepare).await.unwrap();
            let plan = platform.simple_query(&format!("explain execute q({first}, {arguments})")).await.unwrap();
            let lines = plan.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
                _ => None,
            });
            let plan = lines.collect::<Vec<_>>().join("\n");
            for index in indexes {
                assert!(plan.contains(index), "{query} under {mode} goes by {index}:\n{plan}");
            }
            assert!(!plan.contains("Seq Scan on users"), "{query} under {mode}:\n{plan}");
            platform.batch_execute("deallocate q").await.unwrap();
        }
    }
}
