//! `/v1/roles`

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};
use stayzr::auth::Permission;

use crate::openapi::document;
use crate::support::repository::read;
use crate::support::{Call, Hotel, eventually, two_hotels};

async fn make(hotel: &Hotel, name: &str, permissions: &[&str]) -> Value {
    hotel.post("/v1/roles", json!({"name": name, "permissions": permissions})).await.assert_created()
}

fn path(role: &Value) -> String {
    format!("/v1/roles/{}", role["id"].as_str().unwrap())
}

async fn built_in(hotel: &Hotel, name: &str) -> Value {
    hotel.walk("/v1/roles", 50).await.into_iter().find(|role| role["builtIn"] == name).expect("a built-in role")
}

fn all() -> Vec<&'static str> {
    Permission::ALL.iter().map(|permission| permission.name()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    // Named in any order, kept in the order of the list.
    let role = make(&plaza, "Concierge", &["messages.send", "guests.read"]).await;
    assert_eq!(role["permissions"], json!(["guests.read", "messages.send"]));
    assert_eq!((&role["builtIn"], &role["description"]), (&Value::Null, &Value::Null));
    let found = plaza.call_as_agent(Call::get(path(&role))).await;
    assert_eq!(found.assert_ok(), role);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(path(&role)).await.assert_problem(404, "role_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_create_refuses_a_taken_name_and_is_done_once_for_a_key() {
    let (plaza, breeze) = two_hotels().await;
    let body = json!({"name": "Concierge", "permissions": []});
    let call = || Call::post("/v1/roles", &body).header("Idempotency-Key", "k-1");
    assert_eq!(plaza.call(call()).await.assert_created(), plaza.call(call()).await.assert_created());
    for name in ["CONCIERGE", "agent"] {
        let again = json!({"name": name, "permissions": []});
        plaza.post("/v1/roles", again).await.assert_problem(409, "roles_name_taken");
    }
    breeze.post("/v1/roles", body).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_create_and_update_refuse_what_is_no_list_of_permissions() {
    let (plaza, _) = two_hotels().await;
    let role = make(&plaza, "Concierge", &["guests.read"]).await;
    let crowd: Vec<&str> = all().into_iter().cycle().take(10_000).collect();
    for (permissions, field) in [
        (json!(["guests.read", "guests.own"]), "/permissions/1"),
        (json!(["guests.read", "audit.read", "guests.read"]), "/permissions/2"),
        (json!(["guests.read", 5]), "/permissions/1"),
        (json!([null]), "/permissions/0"),
        (json!([["guests.read"]]), "/permissions/0"),
        (json!("guests.read"), "/permissions"),
        (json!({}), "/permissions"),
        (json!(crowd), "/permissions"),
        (json!(["roles.manage", "guests.read"]), "/permissions"),
        (Value::Null, "/permissions"),
    ] {
        let body = json!({"name": "New", "permissions": permissions});
        let (create, update) = (Call::post("/v1/roles", &body), Call::patch(path(&role), &body));
        for call in [create, update] {
            let began = Instant::now();
            let problem = plaza.call(call).await.assert_problem(422, "invalid");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
            assert!(began.elapsed().as_secs() < 2, "refused without being worked through");
        }
    }
    assert_eq!(plaza.get(path(&role)).await.assert_ok(), role);
    make(&plaza, "Both", &["roles.manage", "users.manage"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let role = make(&plaza, "Concierge", &["guests.read"]).await;
    let patch = json!({"description": "At the desk", "permissions": ["messages.send", "guests.write"]});
    let changed = plaza.call(Call::patch(path(&role), &patch).header("If-Match", "\"1\"")).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.assert_ok();
    assert_eq!(changed["name"], "Concierge");
    assert_eq!(changed["permissions"], json!(["guests.write", "messages.send"]), "a list replaces the list");
    plaza.call(Call::patch(path(&role), &patch).header("If-Match", "\"1\"")).await.assert_problem(412, "stale");
    let bare = plaza.patch(path(&role), json!({"description": null})).await.assert_ok();
    assert_eq!((&bare["description"], &bare["permissions"]), (&Value::Null, &changed["permissions"]));
    plaza.patch(path(&role), json!({"name": "Agent"})).await.assert_problem(409, "roles_name_taken");
    breeze.patch(path(&role), json!({"name": "Mine"})).await.assert_problem(404, "role_not_found");
    let by_agent = Call::patch(path(&role), &json!({"permissions": all()}));
    plaza.call_as_agent(by_agent).await.assert_problem(403, "permission_denied");
    assert_eq!(plaza.get(path(&role)).await.assert_ok(), bare);
}

/// Who holds it is known to the server already, and would be for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn another_list_of_permissions_holds_at_once_for_who_holds_the_role() {
    let (plaza, _) = two_hotels().await;
    let role = make(&plaza, "Concierge", &["guests.read"]).await;
    let hold = async |roles: Value| {
        plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"roleIds": roles})).await.assert_ok();
    };
    let list = async || plaza.call_as_agent(Call::get("/v1/guests")).await.status;
    assert_eq!(list().await, 200);
    hold(json!([])).await;
    eventually("that there is no role is heard of", async || list().await == 403).await;
    hold(json!([role["id"]])).await;
    eventually("the role is heard of", async || list().await == 200).await;
    plaza.patch(path(&role), json!({"permissions": ["audit.read"]})).await.assert_ok();
    eventually("the other list is heard of", async || list().await == 403).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_are_built_in_do_not_change() {
    let (plaza, _) = two_hotels().await;
    for name in ["admin", "manager", "agent", "viewer"] {
        let role = built_in(&plaza, name).await;
        for version in ["*", "\"1\"", "\"9\""] {
            let patch = Call::patch(path(&role), &json!({"permissions": all()})).header("If-Match", version);
            plaza.call(patch).await.assert_problem(409, "role_built_in");
            let delete = Call::delete(path(&role)).header("If-Match", version);
            plaza.call(delete).await.assert_problem(409, "role_built_in");
        }
        assert_eq!(plaza.get(path(&role)).await.assert_ok(), role);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_delete_refuses_one_that_is_held() {
    let (plaza, breeze) = two_hotels().await;
    let role = make(&plaza, "Concierge", &["guests.read"]).await;
    let admin = plaza.world.admin().await;
    let hold =
        "insert into user_roles (organization_id, user_id, role_id) select $1, $2, id from roles where id::text = $3";
    admin.execute(hold, &[&plaza.id, &plaza.agent_id, &role["id"].as_str().unwrap()]).await.unwrap();
    plaza.delete(path(&role)).await.assert_problem(409, "role_in_use");
    admin.execute("delete from user_roles where role_id::text = $1", &[&role["id"].as_str().unwrap()]).await.unwrap();
    breeze.delete(path(&role)).await.assert_problem(404, "role_not_found");
    plaza.call(Call::delete(path(&role)).header("If-Match", "\"2\"")).await.assert_problem(412, "stale");
    plaza.delete(path(&role)).await.assert_status(204);
    plaza.delete(path(&role)).await.assert_problem(404, "role_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_list_shows_the_built_in_ones_and_pages_through_everything_once() {
    let (plaza, _) = two_hotels().await;
    for number in 0..5 {
        make(&plaza, &format!("Role {number}"), &[]).await;
    }
    let rows = plaza.walk("/v1/roles", 4).await;
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!((rows.len(), ids.len()), (9, 9));
    assert_eq!(rows.iter().filter(|row| row["builtIn"].is_string()).count(), 4);
    assert_eq!(rows[0]["name"], "Role 4");
}

/// One closed list: in the code, in the database, in the document and in the introduction.
#[tokio::test(flavor = "multi_thread")]
async fn the_permissions_and_the_built_in_roles_are_the_same_everywhere() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let in_database = async |call: &str| {
        let row = admin.query_one(&format!("select {call}"), &[]).await.unwrap();
        row.get::<_, Vec<String>>(0)
    };
    assert_eq!(in_database("app.all_permissions()").await, all());
    assert_eq!(document()["components"]["schemas"]["Permission"]["enum"], json!(all()));

    let introduction = read("openapi/introduction.md");
    let agent = in_database("app.built_in_permissions('agent')").await;
    for (name, title) in [("admin", "Admin"), ("manager", "Manager"), ("agent", "Agent"), ("viewer", "Viewer")] {
        let held = in_database(&format!("app.built_in_permissions('{name}')")).await;
        assert_eq!(built_in(&plaza, name).await["permissions"], json!(held), "{name}");
        let ticked = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let may = match name {
            "admin" => "everything".to_owned(),
            "manager" => {
                let beyond: Vec<String> = held.iter().filter(|name| !agent.contains(name)).cloned().collect();
                assert!(agent.iter().all(|name| held.contains(name)));
                format!("what agents may, and {}", ticked(&beyond))
            }
            _ => ticked(&held),
        };
        let row = format!("| {title} | {may} |");
        assert!(introduction.lines().any(|line| line == row), "openapi/introduction.md should have:\n{row}");
    }
    assert_eq!(in_database("app.built_in_permissions('admin')").await, all());
}
