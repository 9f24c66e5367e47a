//! `/v1/organization/alerts`, and who is told of them.

mod told;

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::forged::{ALL_PERMISSIONS, Context, Outcome, attempt};
use crate::support::{Call, Hotel, two_hotels};

const PATH: &str = "/v1/organization/alerts";

/// Lets the hotel have so much, whatever its plan says.
async fn allow(hotel: &Hotel, limit: &str, value: i64) {
    let sql = "insert into subscription_overrides (organization_id, name, value, reason)
               values ($1, $2, to_jsonb($3::bigint), 'A test')
               on conflict (organization_id, name) do update set value = excluded.value";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &limit, &value]).await.unwrap();
}

/// So many guests in one step.
async fn add_guests(hotel: &Hotel, count: i32) {
    let sql = "insert into guests (organization_id, id, full_name, email)
               select $1, app.uuid_v7(), 'G', gen_random_uuid() || '@example.com' from generate_series(1, $2)";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &count]).await.unwrap();
}

/// That the forecast passed a limit, as the functions that count say it.
async fn foretell(hotel: &Hotel, resource: &str) {
    let sql = "insert into usage_alerts (organization_id, id, resource, threshold, maximum, used, forecast,
                   period_start, period_end)
               values ($1, app.uuid_v7(), $2, 0, 5000, 3000, 5290, '2026-06-01', '2026-07-01')";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &resource]).await.unwrap();
}

fn path(alert: &Value) -> String {
    format!("{PATH}/{}/acknowledge", alert["id"].as_str().unwrap())
}

fn acknowledge(alert: &Value) -> Call {
    Call::new("POST".parse().unwrap(), path(alert))
}

/// Kinds and thresholds, in order.
fn kinds(alerts: &[Value]) -> Vec<(&str, Option<i64>)> {
    alerts.iter().map(|alert| (alert["kind"].as_str().unwrap(), alert["threshold"].as_i64())).collect()
}

/// A token of a new colleague with exactly these permissions.
async fn colleague(hotel: &Hotel, permissions: &[&str]) -> (Uuid, String) {
    let role = json!({"name": Uuid::now_v7(), "permissions": permissions});
    let role = hotel.post("/v1/roles", role).await.assert_created();
    let email = format!("{}@colleagues.example", Uuid::now_v7());
    let user = json!({"email": email, "fullName": "C", "password": "long enough", "roleIds": [role["id"]]});
    let user = hotel.post("/v1/users", user).await.assert_created();
    let id: Uuid = user["id"].as_str().unwrap().parse().unwrap();
    (id, hotel.fresh_token(id).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_alerts_list_shows_ones_own_newest_first() {
    let (plaza, breeze) = two_hotels().await;
    allow(&plaza, "maxGuests", 10).await;
    add_guests(&plaza, 8).await;
    add_guests(&plaza, 2).await;
    foretell(&plaza, "messages").await;
    let all = plaza.walk(PATH, 50).await;
    assert_eq!(kinds(&all)[0], ("forecast", None));
    let mut guests = kinds(&all[1..]);
    guests.sort_unstable();
    assert_eq!(guests, [("threshold", Some(80)), ("threshold", Some(90)), ("threshold", Some(100))]);
    assert_eq!(all[3]["threshold"], 80, "the first is the last");
    assert_eq!((&all[0]["limit"], &all[0]["used"], &all[0]["forecast"]), (&json!(5000), &json!(3000), &json!(5290)));
    assert_eq!((&all[3]["limit"], &all[3]["used"], &all[3]["forecast"]), (&json!(10), &json!(8), &Value::Null));
    assert_eq!((&all[0]["acknowledgedAt"], &all[0]["acknowledgedBy"]), (&Value::Null, &Value::Null));
    let usage = plaza.get("/v1/organization/usage").await.assert_ok();
    assert_eq!(all[3]["periodEnd"], usage["resources"][1]["periodEnd"]);
    for limit in [1, 2, 3] {
        assert_eq!(plaza.walk(PATH, limit).await, all);
    }
    plaza.call(acknowledge(&all[3])).await.assert_ok();
    for (query, shown) in [
        ("?resource=guests", 3),
        ("?resource=messages", 1),
        ("?resource=storage", 0),
        ("?acknowledged=true", 1),
        ("?acknowledged=false", 3),
        ("?acknowledged=false&resource=guests", 2),
    ] {
        assert_eq!(plaza.walk(&format!("{PATH}{query}"), 1).await.len(), shown, "{query}");
    }
    let page = plaza.get(format!("{PATH}?limit=1")).await.assert_ok();
    let cursor = page["nextCursor"].as_str().unwrap();
    plaza.get(format!("{PATH}?resource=guests&after={cursor}")).await.assert_problem(422, "invalid_cursor");
    plaza.get(format!("{PATH}?resource=rooms")).await.assert_problem(422, "invalid");
    assert_eq!(breeze.walk(PATH, 50).await, Vec::<Value>::new());
    plaza.call_as_agent(Call::get(PATH)).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_alerts_acknowledge_is_done_once_and_keeps_the_first() {
    let (plaza, breeze) = two_hotels().await;
    foretell(&plaza, "messages").await;
    let alert = plaza.walk(PATH, 50).await.remove(0);
    let (reader, manager) =
        (colleague(&plaza, &["subscription.read"]).await, colleague(&plaza, &["subscription.manage"]).await);
    let with = |token: &str| acknowledge(&alert).header("Authorization", &format!("Bearer {token}"));
    breeze.call(acknowledge(&alert)).await.assert_problem(404, "usage_alert_not_found");
    with(&reader.1).send(&plaza.world).await.assert_problem(403, "permission_denied");
    let visitor = plaza.world.platform().await;
    let reading = visitor.visit(&plaza, false).await;
    reading.call(acknowledge(&alert)).await.assert_problem(403, "permission_denied");

    // Who manages need not hold the permission to read, too.
    let first = with(&manager.1).send(&plaza.world).await.assert_ok();
    assert_eq!(first["acknowledgedBy"], json!(manager.0));
    assert!(first["acknowledgedAt"].is_string());
    for again in [
        plaza.call(acknowledge(&alert)).await,
        with(&manager.1).send(&plaza.world).await,
        visitor.visit(&plaza, true).await.call(acknowledge(&alert)).await,
    ] {
        assert_eq!(again.assert_ok(), first);
    }
    assert_eq!(plaza.walk(PATH, 50).await, [first]);

    // Of many at once one is first, and everybody is told who.
    foretell(&plaza, "guests").await;
    let alert = plaza.walk(&format!("{PATH}?acknowledged=false"), 50).await.remove(0);
    let tokens: Vec<String> = [&plaza.admin_token, &manager.1].into_iter().cycle().take(16).cloned().collect();
    let answers = join_all(
        tokens
            .iter()
            .map(|token| acknowledge(&alert).header("Authorization", &format!("Bearer {token}")).send(&plaza.world)),
    )
    .await;
    let kept = plaza.walk(&format!("{PATH}?resource=guests"), 50).await.remove(0);
    assert!(kept["acknowledgedBy"].is_string());
    assert!(answers.iter().all(|answer| answer.assert_ok() == kept), "{kept}");
}

/// There is nobody at the hotel in whose name it would be; the visit's record has the name.
#[tokio::test(flavor = "multi_thread")]
async fn usage_alerts_acknowledge_on_a_visit_is_in_nobodys_name() {
    let (plaza, _) = two_hotels().await;
    foretell(&plaza, "messages").await;
    let alert = plaza.walk(PATH, 50).await.remove(0);
    let robin = plaza.world.platform().await;
    let answer = robin.visit(&plaza, true).await.call(acknowledge(&alert)).await;
    let acknowledged = answer.assert_ok();
    assert!(acknowledged["acknowledgedAt"].is_string());
    assert_eq!(acknowledged["acknowledgedBy"], Value::Null);
    let record = robin.record_of(answer.header("x-request-id")).await;
    assert_eq!((&record["action"], &record["actor_user_id"]), (&json!("usage_alerts_acknowledge"), &json!(robin.id)));
    assert!(record["changes"].to_string().contains("acknowledged_at"), "{record}");
}

/// With a true context and SQL of one's own.
#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_acknowledged_in_ones_own_name_and_not_changed_otherwise() {
    let (plaza, breeze) = two_hotels().await;
    for hotel in [&plaza, &breeze] {
        foretell(hotel, "messages").await;
    }
    let app = plaza.world.app_client().await;
    let sealer = plaza.world.sealer();
    let at = |permissions: &str| Context::of(&sealer, &plaza, plaza.admin_id, permissions).statements();
    let all = at(ALL_PERMISSIONS);
    let set = |what: &str| format!("update usage_alerts set {what}");
    let own = format!("acknowledged_at = now(), acknowledged_by = '{}'", plaza.admin_id);
    for (context, sql, outcome) in [
        (&all, set(&own), Outcome::Rows(1)),
        (&at("subscription.manage"), set(&own), Outcome::Rows(1)),
        (&at("subscription.read"), set(&own), Outcome::Rows(0)),
        (&at(""), set(&own), Outcome::Rows(0)),
        (&at(""), "select id from usage_alerts".into(), Outcome::Rows(0)),
        // In nobody's name, another's, at another time.
        (&all, set("acknowledged_at = now()"), Outcome::refused("42501")),
        (&all, set(&own.replace(&plaza.admin_id.to_string(), &plaza.agent_id.to_string())), Outcome::refused("42501")),
        (&all, set(&own.replace("now()", "'2020-01-01'")), Outcome::refused("42501")),
        (&all, set("mailed_at = now()"), Outcome::refused("42501")),
        (&all, set("maximum = 1"), Outcome::refused("42501")),
        (&all, "select mailed_at from usage_alerts".into(), Outcome::refused("42501")),
        (&all, "delete from usage_alerts".into(), Outcome::refused("42501")),
        (&all, "insert into usage_alerts (resource) values ('guests')".into(), Outcome::refused("42501")),
        // Twice, or taken back.
        (&all, format!("{}; {}", set(&own), set(&own)), Outcome::Rows(0)),
        (&all, format!("{}; {}", set(&own), set("acknowledged_at = null")), Outcome::Rows(0)),
    ] {
        assert_eq!(attempt(&app, &format!("begin; {context} {sql}")).await, outcome, "{sql}");
    }
}

/// Who holds the password of `stayzr_app` neither takes an alert nor learns whom it goes to.
#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_taken_by_servers_only() {
    let (plaza, breeze) = two_hotels().await;
    foretell(&plaza, "messages").await;
    let app = plaza.world.app_client().await;
    let seal = |text: String| plaza.world.sealer().seal(&text);
    let claim = |seal: &str| format!("select hotel from app.claim_usage_alerts({}, '{seal}')", plaza.id);
    let whose = |seal: &str| format!("select organization_id from app.organizations_to_alert('{seal}')");
    let (of_plaza, of_all) = (seal(format!("claim_usage_alerts\n{}", plaza.id)), seal("organizations_to_alert".into()));
    for (sql, outcome) in [
        (claim(""), Outcome::refused("SZ100")),
        (claim("k1.1.x"), Outcome::refused("SZ101")),
        (claim(&seal(format!("claim_usage_alerts\n{}", breeze.id))), Outcome::refused("SZ101")),
        (claim(&of_all), Outcome::refused("SZ101")),
        (whose(""), Outcome::refused("SZ100")),
        (whose(&of_plaza), Outcome::refused("SZ101")),
        ("select * from app.subscription_managers(1)".into(), Outcome::refused("42501")),
        (whose(&of_all), Outcome::Rows(1)),
        (claim(&of_plaza), Outcome::Rows(1)),
    ] {
        assert_eq!(attempt(&app, &format!("begin; {sql}")).await, outcome, "{sql}");
    }
}
