//! `/v1/platform/audit-log`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::repository::read;
use crate::support::{Call, Cluster, SuperAdmin, World, connect};

const PATH: &str = "/v1/platform/audit-log";

/// The ids of the records that the database has, newest first, and which of them a statement's `where` leaves.
async fn expected(robin: &SuperAdmin, condition: &str) -> Vec<Uuid> {
    let sql = format!("select id from audit_log where {condition} order by created_at desc, id desc");
    robin.world.admin().await.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

fn ids(rows: &[Value]) -> Vec<Uuid> {
    rows.iter().map(|row| row["record"]["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_log_list_shows_every_hotel_s_records_by_filter() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    for hotel in [&plaza, &breeze] {
        for name in ["New", "Newer"] {
            hotel.patch(format!("/v1/users/{}", hotel.agent_id), json!({"fullName": name})).await.assert_ok();
        }
        robin.visit(hotel, false).await.get("/v1/guests").await.assert_ok();
    }
    let sql = "select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from audit_log
               where action = 'users_update' order by created_at desc limit 1";
    let moment: String = robin.world.admin().await.query_one(sql, &[]).await.unwrap().get(0);
    // Reading is on record as well: what these lists leave themselves is another request's.
    let reading = "action <> 'platform_audit_log_list'";
    let (of_plaza, of_robin) = (format!("organization_id = {}", plaza.id), format!("actor_user_id = '{}'", robin.id));
    for (filter, condition) in [
        (String::new(), "true".to_owned()),
        (format!("organizationId={}", plaza.id), of_plaza.clone()),
        (format!("organizationId={}", i32::MAX), "false".into()),
        (format!("actorUserId={}", robin.id), of_robin.clone()),
        (format!("actorUserId={}", Uuid::now_v7()), "false".into()),
        ("action=users_update".into(), "action = 'users_update'".into()),
        (format!("organizationId={}&actorUserId={}", plaza.id, robin.id), format!("{of_plaza} and {of_robin}")),
        (format!("organizationId={}&action=users_update", plaza.id), format!("{of_plaza} and action = 'users_update'")),
        (format!("actorUserId={}&action=guests_list", robin.id), format!("{of_robin} and action = 'guests_list'")),
        (format!("from={moment}"), format!("created_at >= '{moment}'")),
        (format!("to={moment}"), format!("created_at < '{moment}'")),
        (format!("to={moment}&organizationId={}", plaza.id), format!("created_at < '{moment}' and {of_plaza}")),
        (format!("from={moment}&to={moment}"), "false".into()),
    ] {
        let expected = expected(&robin, &format!("{reading} and {condition}")).await;
        for limit in [3, 200] {
            let mut rows = robin.walk(&format!("{PATH}?{filter}"), limit).await;
            rows.retain(|row| row["record"]["action"] != "platform_audit_log_list");
            assert_eq!(ids(&rows), expected, "{filter} by {limit}");
        }
    }
    // As the hotel itself sees them.
    let own = plaza.get("/v1/audit-log?action=users_update").await.assert_ok();
    let path = format!("{PATH}?organizationId={}&action=users_update", plaza.id);
    let found = robin.get(path).await.assert_ok();
    let records: Vec<Value> = found["items"].as_array().unwrap().iter().map(|row| row["record"].clone()).collect();
    assert_eq!(json!(records), own["items"]);
    assert_eq!(found["items"][0]["organizationId"], plaza.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_log_list_is_on_record_in_the_hotel_it_reads() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    for (request, query, organization) in [
        ("read-one-hotel", format!("?organizationId={}", plaza.id), plaza.id),
        ("read-them-all", String::new(), robin.home.id),
        ("read-nobody-s", format!("?organizationId={}", i32::MAX), robin.home.id),
    ] {
        robin.call(Call::get(format!("{PATH}{query}")).header("X-Request-Id", request)).await.assert_ok();
        let record = robin.record_of(request).await;
        assert_eq!(
            (&record["organization_id"], &record["action"]),
            (&json!(organization), &json!("platform_audit_log_list"))
        );
    }
    let cursor = robin.get(format!("{PATH}?limit=1")).await.assert_ok()["nextCursor"].clone();
    let cursor = cursor.as_str().unwrap();
    for other in ["action=users_update", &format!("organizationId={}", plaza.id), "from=2026-01-01T00:00:00Z"] {
        robin.get(format!("{PATH}?{other}&after={cursor}")).await.assert_problem(422, "invalid_cursor");
    }
    for wrong in
        ["organizationId=x", "organizationId=2147483648", "actorUserId=2", "action=", "from=now", "outcome=done"]
    {
        robin.get(format!("{PATH}?{wrong}")).await.assert_status(422);
    }
}

/// However long the logs are, the first page of each list is read from an index.
#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_log_list_reads_an_index() {
    let world = World::new().await;
    let robin = world.platform().await;
    let admin = world.admin().await;
    let fill =
        "insert into organizations (slug, name) select 'hotel-' || n, 'Hotel ' || n from generate_series(1, 40) n;
                insert into audit_log (organization_id, actor_user_id, actor_kind, action, resource)
                select 1 + n % 41, md5((n % 300)::text)::uuid, 'user', 'action_' || n % 100, 'users'
                from generate_series(1, 8000) n;
                vacuum analyze";
    for statement in fill.split(';') {
        admin.batch_execute(statement).await.unwrap();
    }
    let platform = connect(&Cluster::get().config("stayzr_platform", &world.database)).await;
    let first = "51, '9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '1970-01-01', '9999-12-31'";
    for mode in ["auto", "force_generic_plan"] {
        for (query, arguments, condition) in [
            ("list", String::new(), "(ROW(created_at, id) <"),
            ("list_by_action", ", 'action_7'".into(), "(action ="),
            ("list_by_actor", format!(", '{}', null", robin.id), "(actor_user_id ="),
            ("list_by_organization", ", 7, null, null".into(), "(organization_id ="),
        ] {
            let text = read(&format!("sql/queries/platform_audit_log/{query}.sql"));
            platform.batch_execute(&format!("set plan_cache_mode = {mode}; prepare q as {text}")).await.unwrap();
            let plan = platform.simple_query(&format!("explain execute q({first}{arguments})")).await.unwrap();
            let lines = plan.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
                _ => None,
            });
            let plan = lines.collect::<Vec<_>>().join("\n");
            // A partition's columns go by the partition's name for the table.
            let plain = plan.replace("a_1.", "").replace("a_2.", "").replace("a.", "");
            let found = plain.lines().any(|line| line.contains("Index Cond") && line.contains(condition));
            assert!(found, "{query} under {mode} looks for {condition}:\n{plan}");
            platform.batch_execute("deallocate q").await.unwrap();
        }
    }
}
