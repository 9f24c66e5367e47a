//! `/v1/audit-log`, what gets into it, and that nothing gets out of it unseen.

mod cascade;
mod chain;
mod everything;
mod partitions;
mod records;
mod tampering;

use std::sync::Arc;

use serde_json::{Value, json};
use stayzr::audit_log::{Fault, Head, verify};
use stayzr::db::Client;

use crate::support::{Call, Cluster, Hotel, World, connect, sealed_context, two_hotels};

/// The heads and the faults, as `stayzr audit-log verify` has them.
async fn verified(world: &Arc<World>) -> (Vec<Head>, Vec<Fault>) {
    let (mut heads, mut faults) = (Vec::new(), Vec::new());
    let mut platform = as_role(world, "stayzr_platform").await;
    let count = verify(&mut platform, |head| heads.push(head), |fault| faults.push(fault)).await.unwrap();
    assert_eq!(count, faults.len() as u64);
    (heads, faults)
}

async fn as_role(world: &Arc<World>, role: &str) -> Client {
    connect(&Cluster::get().config(role, &world.database)).await
}

/// The context of the hotel's administrator.
fn member(hotel: &Hotel) -> String {
    let permissions = "users.manage,roles.manage,organization.manage,audit.read";
    sealed_context(&hotel.world, &hotel.id.to_string(), hotel.admin_id, None, "", permissions)
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_log_list_shows_ones_own_hotels_records_newest_first() {
    let (plaza, breeze) = two_hotels().await;
    let user = json!({"email": "nora@example.com", "fullName": "Nora", "password": "correct horse"});
    let call = Call::post("/v1/users", &user).header("X-Request-Id", "create-0001");
    let user = plaza.call(call).await.assert_created();

    let page = plaza.get("/v1/audit-log?limit=2").await.assert_ok();
    let record = &page["items"][0];
    assert_eq!(record["action"], "users_create");
    assert_eq!(record["resource"], "users");
    assert_eq!(record["resourceId"], user["id"]);
    assert_eq!(record["actorUserId"], plaza.admin_id.to_string());
    assert_eq!(record["actorKind"], "user");
    assert_eq!(record["requestId"], "create-0001");
    assert_eq!(record["outcome"], "done");
    assert_eq!(record["changes"]["full_name"], json!({"before": null, "after": "Nora"}));
    assert_eq!(record["reason"], Value::Null);
    assert_eq!(record["hash"].as_str().unwrap().len(), 64);
    let before = &page["items"][1];
    assert_eq!(before["sequence"].as_i64().unwrap() + 1, record["sequence"].as_i64().unwrap());
    let first = plaza.walk("/v1/audit-log", 50).await.pop().unwrap();
    assert_eq!(first["actorKind"], "administrator", "who made the hotel");

    let (heads, _) = verified(&plaza.world).await;
    let head = heads.iter().find(|head| head.organization_id == plaza.id).unwrap();
    assert_eq!((record["sequence"].as_i64(), record["hash"].as_str()), (Some(head.sequence), Some(&*head.hash)));
    let breezes = breeze.walk("/v1/audit-log", 3).await;
    assert!(!breezes.is_empty() && breezes.iter().all(|record| record["resourceId"] != user["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_log_list_pages_through_everything_once_whatever_is_asked_for() {
    let (plaza, breeze) = two_hotels().await;
    for name in ["Ada", "Bo", "Cy"] {
        plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"fullName": name})).await.assert_ok();
        plaza.patch("/v1/organization", json!({"name": name})).await.assert_ok();
        breeze.patch("/v1/organization", json!({"name": name})).await.assert_ok();
    }
    let all = plaza.walk("/v1/audit-log", 200).await;
    let sequences: Vec<i64> = all.iter().map(|record| record["sequence"].as_i64().unwrap()).collect();
    assert_eq!(sequences, (1..=all.len() as i64).rev().collect::<Vec<_>>());
    assert_eq!(plaza.walk("/v1/audit-log", 2).await, all);

    // A plus in a query is a space.
    let moment = all[2]["createdAt"].as_str().unwrap().replace('+', "%2B");
    let (admin, agent) = (plaza.admin_id, plaza.agent_id);
    let by_admin = |record: &Value| record["actorUserId"] == admin.to_string();
    let of_agent = |record: &Value| record["resourceId"] == agent.to_string();
    let when = |record: &Value| record["createdAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let then = when(&all[2]);
    type Filter<'a> = (String, Box<dyn Fn(&Value) -> bool + 'a>);
    let filters: Vec<Filter<'_>> = vec![
        (format!("actorUserId={admin}"), Box::new(by_admin)),
        ("action=users_update".into(), Box::new(|record| record["action"] == "users_update")),
        ("resource=organizations".into(), Box::new(|record| record["resource"] == "organizations")),
        (format!("resourceId={agent}"), Box::new(of_agent)),
        (format!("resourceId={agent}&actorUserId={admin}"), Box::new(|r| of_agent(r) && by_admin(r))),
        (format!("resource=users&actorUserId={admin}"), Box::new(|r| by_admin(r) && r["resource"] == "users")),
        (format!("from={moment}"), Box::new(|record| when(record) >= then)),
        (format!("to={moment}"), Box::new(|record| when(record) < then)),
        ("outcome=done".into(), Box::new(|_| true)),
    ];
    for (query, wanted) in filters {
        let expected: Vec<Value> = all.iter().filter(|record| wanted(record)).cloned().collect();
        assert!(!expected.is_empty(), "{query} finds something");
        assert_eq!(plaza.walk(&format!("/v1/audit-log?{query}"), 2).await, expected, "{query}");
    }
    for query in
        ["outcome=refused", "action=nothing", "resource=guests", "resourceId=none", "from=2999-01-01T00:00:00Z"]
    {
        let found = plaza.walk(&format!("/v1/audit-log?{query}"), 2).await;
        assert_eq!(found, Vec::<Value>::new(), "{query}");
    }
    for query in ["outcome=perhaps", "actorUserId=admin", "from=yesterday", "to=", "action="] {
        plaza.get(format!("/v1/audit-log?{query}")).await.assert_problem(422, "invalid");
    }
    // A cursor goes with its filters.
    let cursor = plaza.get("/v1/audit-log?limit=1").await.assert_ok()["nextCursor"].as_str().unwrap().to_owned();
    let other = format!("/v1/audit-log?limit=1&resource=users&after={cursor}");
    plaza.get(other).await.assert_problem(422, "invalid_cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_log_list_needs_audit_read_and_the_table_asks_again() {
    let (plaza, _) = two_hotels().await;
    let answer = plaza.call_as_agent(Call::get("/v1/audit-log")).await;
    let problem = answer.assert_problem(403, "permission_denied");
    assert_eq!(problem["detail"], "This needs the permission audit.read.");

    let app = plaza.world.app_client().await;
    let id = plaza.id.to_string();
    for (permissions, sees) in [("users.read,users.manage", false), ("audit.read", true)] {
        let context = sealed_context(&plaza.world, &id, plaza.agent_id, None, "", permissions);
        app.batch_execute(&format!("begin; {context}")).await.unwrap();
        let count: i64 = app.query_one("select count(*) from audit_log", &[]).await.unwrap().get(0);
        app.batch_execute("rollback").await.unwrap();
        assert_eq!(count > 0, sees, "{permissions}");
    }
}
