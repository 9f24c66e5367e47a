//! The rival at departments, teams, their members and roles.

use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::{filter_finds_nothing, list_is_ones_own, refused_at_every_version};
use super::scene::{Scene, id};
use crate::support::Call;

/// A name taken at Plaza is free at Breeze, and nobody chooses the hotel.
pub async fn name_is_free(scene: &Scene, path: &str, theirs: &Value) {
    let body = json!({"name": theirs["name"]});
    // The name itself is a secret of Plaza's, so this answer is not searched for it.
    let made = scene.breeze.post(path, body.clone()).await.assert_created();
    scene.breeze.delete(format!("{path}/{}", id(&made))).await.assert_status(204);
    let mut told = body;
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(Call::post(path, &told)).await.assert_problem(422, "invalid");
}

pub async fn departments_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/departments").await;
}

pub async fn departments_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/departments/{id}"));
    scene.refused(404, "department_not_found", call(id(&scene.department)), call(&scene.nobody.to_string())).await;
}

pub async fn departments_create(scene: &Scene) {
    name_is_free(scene, "/v1/departments", &scene.department).await;
}

pub async fn departments_update(scene: &Scene) {
    for body in [json!({"name": "Mine"}), json!({})] {
        let call = |id: &str| Call::patch(format!("/v1/departments/{id}"), &body);
        refused_at_every_version(scene, "department_not_found", &[id(&scene.department)], call).await;
    }
}

/// One with teams, which Plaza itself could not delete: Breeze does not even learn that.
pub async fn departments_delete(scene: &Scene) {
    let call = |id: &str| Call::delete(format!("/v1/departments/{id}"));
    refused_at_every_version(scene, "department_not_found", &[id(&scene.department)], call).await;
}

pub async fn teams_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/teams").await;
    let path = |id: &str| format!("/v1/teams?departmentId={id}");
    filter_finds_nothing(scene, path(id(&scene.department)), path(&scene.nobody.to_string())).await;
}

pub async fn teams_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/teams/{id}"));
    scene.refused(404, "team_not_found", call(id(&scene.team)), call(&scene.nobody.to_string())).await;
}

pub async fn teams_create(scene: &Scene) {
    name_is_free(scene, "/v1/teams", &scene.team).await;
    for key in [None, Some("Idempotency-Key")] {
        let call = |department: &str| {
            let call = Call::post("/v1/teams", &json!({"name": "Into theirs", "departmentId": department}));
            key.map_or(call.clone(), |name| call.header(name, &Uuid::now_v7().to_string()))
        };
        let nobodys = call(&scene.nobody.to_string());
        scene.refused(404, "department_not_found", call(id(&scene.department)), nobodys).await;
    }
}

pub async fn teams_update(scene: &Scene) {
    for body in [json!({"name": "Mine"}), json!({"departmentId": null}), json!({})] {
        let call = |id: &str| Call::patch(format!("/v1/teams/{id}"), &body);
        refused_at_every_version(scene, "team_not_found", &[id(&scene.team)], call).await;
    }
    let path = format!("/v1/teams/{}", id(&scene.own_team));
    let moved = |department: &str| Call::patch(&path, &json!({"departmentId": department}));
    let nobodys = moved(&scene.nobody.to_string());
    scene.refused(404, "department_not_found", moved(id(&scene.department)), nobodys).await;
}

pub async fn teams_delete(scene: &Scene) {
    let call = |id: &str| Call::delete(format!("/v1/teams/{id}"));
    refused_at_every_version(scene, "team_not_found", &[id(&scene.team)], call).await;
}

pub async fn team_members_list(scene: &Scene) {
    let path = |id: &str| format!("/v1/teams/{id}/members");
    let nobody = scene.nobody.to_string();
    scene.refused(404, "team_not_found", Call::get(path(id(&scene.team))), Call::get(path(&nobody))).await;
    let plazas = scene.plaza.get(format!("{}?limit=1", path(id(&scene.team)))).await.assert_ok();
    let cursor = plazas["nextCursor"].as_str().expect("Plaza has a second page");
    let at = |cursor: &str| Call::get(format!("{}?limit=1&after={cursor}", path(id(&scene.own_team))));
    scene.refused(422, "invalid_cursor", at(cursor), at("AAAA")).await;
    let own = scene.breeze(Call::get(path(id(&scene.own_team)))).await.assert_ok();
    assert_eq!(own["items"].as_array().unwrap().len(), 2);
}

pub async fn roles_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/roles").await;
}

pub async fn roles_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/roles/{id}"));
    for theirs in [&scene.role, &scene.built_in_role] {
        scene.refused(404, "role_not_found", call(id(theirs)), call(&scene.nobody.to_string())).await;
    }
}

pub async fn roles_create(scene: &Scene) {
    let body = json!({"name": scene.role["name"], "permissions": ["guests.read"]});
    let made = scene.breeze.post("/v1/roles", body.clone()).await.assert_created();
    scene.breeze.delete(format!("/v1/roles/{}", id(&made))).await.assert_status(204);
    let mut told = body;
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(Call::post("/v1/roles", &told)).await.assert_problem(422, "invalid");
}

/// One that everybody has and nobody changes is another one at each hotel.
pub async fn roles_update(scene: &Scene) {
    let theirs = [id(&scene.role), id(&scene.built_in_role)];
    for body in [json!({"name": "Mine"}), json!({"permissions": []}), json!({})] {
        let call = |id: &str| Call::patch(format!("/v1/roles/{id}"), &body);
        refused_at_every_version(scene, "role_not_found", &theirs, call).await;
    }
}

pub async fn roles_delete(scene: &Scene) {
    let theirs = [id(&scene.role), id(&scene.built_in_role)];
    refused_at_every_version(scene, "role_not_found", &theirs, |id| Call::delete(format!("/v1/roles/{id}"))).await;
}

async fn refused_membership(scene: &Scene, method: &str) {
    let call = |team: &str, user: Uuid| Call::new(method.parse().unwrap(), format!("/v1/teams/{team}/members/{user}"));
    let (nobody, own, theirs) = (scene.nobody.to_string(), id(&scene.own_team), id(&scene.team));
    for user in [scene.plaza.agent_id, scene.breeze.agent_id, scene.nobody] {
        scene.refused(404, "team_not_found", call(theirs, user), call(&nobody, user)).await;
    }
    let nobodys = call(own, scene.nobody);
    scene.refused(404, "user_not_found", call(own, scene.plaza.agent_id), nobodys).await;
}

pub async fn team_members_add(scene: &Scene) {
    refused_membership(scene, "PUT").await;
}

pub async fn team_members_remove(scene: &Scene) {
    refused_membership(scene, "DELETE").await;
}
