//! What users hold: roles, a data scope, teams.

use serde_json::{Value, json};
use uuid::Uuid;

use super::nora;
use crate::support::{Call, Hotel, eventually, two_hotels};

async fn role(hotel: &Hotel, name: &str) -> Value {
    let body = json!({"name": name, "permissions": ["guests.read"]});
    let role = hotel.post("/v1/roles", body).await.assert_created();
    json!({"id": role["id"], "name": role["name"]})
}

fn ids(roles: &[&Value]) -> Value {
    roles.iter().map(|role| role["id"].clone()).collect()
}

fn with(mut user: Value, field: &str, value: Value) -> Value {
    user[field] = value;
    user
}

#[tokio::test(flavor = "multi_thread")]
async fn users_create_makes_an_agent_unless_said() {
    let (plaza, _) = two_hotels().await;
    let (desk, night) = (role(&plaza, "Desk").await, role(&plaza, "Night").await);
    let names =
        |user: &Value| user["roles"].as_array().unwrap().iter().map(|role| role["name"].clone()).collect::<Value>();
    let mut number = 0;
    for (field, value, roles) in [
        ("fullName", json!("X"), json!(["Agent"])),
        ("isOrgAdmin", json!(true), json!([])),
        ("roleIds", json!([]), json!([])),
        ("roleIds", ids(&[&night, &desk]), json!(["Desk", "Night"])),
    ] {
        number += 1;
        let user = with(with(nora(), "email", json!(format!("n{number}@example.com"))), field, value);
        let user = plaza.post("/v1/users", user).await.assert_created();
        assert_eq!(names(&user), roles);
        assert_eq!((&user["teamIds"], &user["dataScope"]), (&json!([]), &json!("all")));
        let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
        assert_eq!(plaza.get(path).await.assert_ok(), user);
    }
    let narrow = with(nora(), "dataScope", json!("team"));
    assert_eq!(plaza.post("/v1/users", narrow).await.assert_created()["dataScope"], "team");
    let lost = with(with(nora(), "email", json!("lost@example.com")), "roleIds", json!([Uuid::now_v7()]));
    plaza.post("/v1/users", lost).await.assert_problem(404, "role_not_found");
    assert_eq!(plaza.walk("/v1/users?search=lost", 5).await, Vec::<Value>::new(), "nobody without the role");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_update_replaces_the_roles_and_sets_the_data_scope() {
    let (plaza, breeze) = two_hotels().await;
    let (desk, night) = (role(&plaza, "Desk").await, role(&plaza, "Night").await);
    let theirs = role(&breeze, "Desk").await;
    let path = format!("/v1/users/{}", plaza.agent_id);
    let team = plaza.post("/v1/teams", json!({"name": "Shift"})).await.assert_created();
    let member = format!("/v1/teams/{}/members/{}", team["id"].as_str().unwrap(), plaza.agent_id);
    plaza.call(Call::new("PUT".parse().unwrap(), member)).await.assert_status(204);

    let both = plaza.patch(&path, json!({"roleIds": ids(&[&night, &desk]), "dataScope": "own"})).await.assert_ok();
    assert_eq!(both["roles"], json!([desk, night]));
    assert_eq!((&both["dataScope"], &both["teamIds"]), (&json!("own"), &json!([team["id"]])));
    assert_eq!(both["version"], 2, "a change of roles is a change");
    for path in [
        path.clone(),
        "/v1/users".into(),
        "/v1/users?sort=fullName".into(),
        "/v1/users?search=agent".into(),
        "/v1/users?search=agent&sort=fullName".into(),
    ] {
        let answer = plaza.get(&path).await.assert_ok();
        let shown = match answer["items"].as_array() {
            Some(items) => items.iter().find(|item| item["id"] == both["id"]).unwrap().clone(),
            None => answer,
        };
        assert_eq!(shown, both, "{path}");
    }
    for refused in [json!([Uuid::now_v7()]), ids(&[&desk, &theirs])] {
        plaza.patch(&path, json!({"roleIds": refused, "fullName": "X"})).await.assert_problem(404, "role_not_found");
    }
    for (refused, field) in [
        (json!(["x"]), "/roleIds/0"),
        (ids(&[&desk, &desk]), "/roleIds/1"),
        (json!(vec![Uuid::now_v7(); 51]), "/roleIds"),
    ] {
        let problem = plaza.patch(&path, json!({"roleIds": refused})).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    assert_eq!(plaza.get(&path).await.assert_ok(), both);
    assert_eq!(plaza.patch(&path, json!({"roleIds": ids(&[&night])})).await.assert_ok()["roles"], json!([night]));
    assert_eq!(plaza.patch(&path, json!({"roleIds": []})).await.assert_ok()["roles"], json!([]));
}

/// Sets that are written at once come one after the other: in the end there is one of them, whole.
#[tokio::test(flavor = "multi_thread")]
async fn users_update_replaces_the_roles_exactly_when_two_do_it_at_once() {
    let (plaza, _) = two_hotels().await;
    let mut roles = Vec::new();
    for number in 0..6 {
        roles.push(role(&plaza, &format!("Role {number}")).await);
    }
    let path = format!("/v1/users/{}", plaza.agent_id);
    let sets = [[0, 1, 2], [2, 3, 4], [1, 4, 5], [0, 3, 5]].map(|set| set.map(|index| roles[index].clone()));
    for _ in 0..15 {
        let writes =
            sets.iter().map(|set| plaza.patch(&path, json!({"roleIds": ids(&set.iter().collect::<Vec<_>>())})));
        for (answer, set) in futures_util::future::join_all(writes).await.iter().zip(&sets) {
            assert_eq!(answer.assert_ok()["roles"], json!(set));
        }
        let held = plaza.get(&path).await.assert_ok()["roles"].clone();
        assert!(sets.iter().any(|set| json!(set) == held), "{held} is none of the sets");
    }
}

/// Who waits for a role has not the hotel's log in hand yet, which whoever has the role may
/// need next: each would wait for the other.
#[tokio::test(flavor = "multi_thread")]
async fn users_update_waits_for_a_role_before_it_takes_the_audit_log() {
    let (plaza, _) = two_hotels().await;
    let (role, path) = (role(&plaza, "Desk").await, format!("/v1/users/{}", plaza.agent_id));
    let (mut rival, watch) = (plaza.world.admin().await, plaza.world.admin().await);
    let rival = rival.transaction().await.unwrap();
    let id: Uuid = role["id"].as_str().unwrap().parse().unwrap();
    rival.execute("select from roles where id = $1 for update", &[&id]).await.unwrap();
    let (given, ()) = tokio::join!(plaza.patch(&path, json!({"roleIds": ids(&[&role])})), async {
        let waits = "select from pg_stat_activity
                     where datname = current_database() and usename = 'stayzr_app' and wait_event_type = 'Lock'";
        eventually("the change waits", async || !watch.query(waits, &[]).await.unwrap().is_empty()).await;
        rival.execute("delete from roles where id = $1", &[&id]).await.unwrap();
        rival.commit().await.unwrap();
    });
    given.assert_problem(404, "role_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_update_and_a_role_deleted_at_once_leave_nobody_with_no_role() {
    let (plaza, _) = two_hotels().await;
    let path = format!("/v1/users/{}", plaza.agent_id);
    for round in 0..15 {
        let role = role(&plaza, &format!("Role {round}")).await;
        let role_path = format!("/v1/roles/{}", role["id"].as_str().unwrap());
        let (given, gone) =
            tokio::join!(plaza.patch(&path, json!({"roleIds": ids(&[&role])})), plaza.delete(&role_path));
        match gone.status.as_u16() {
            204 => drop(given.assert_problem(404, "role_not_found")),
            _ => {
                gone.assert_problem(409, "role_in_use");
                assert_eq!(given.assert_ok()["roles"], json!([role]));
            }
        }
        plaza.patch(&path, json!({"roleIds": []})).await.assert_ok();
    }
}
