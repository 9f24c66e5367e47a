//! Without a token, and without the permission, at every operation that says it needs one.

use serde_json::json;
use stayzr::auth::Permissions;
use uuid::Uuid;

use super::scene::Scene;
use crate::openapi::{Operation, document, operations};
use crate::support::{Answer, Call, PASSWORD};

/// A well-formed call of an operation, for an id that need not be there.
fn call(operation: &Operation, id: Uuid) -> Call {
    // What is named by a number is a hotel, and this number is nobody's.
    let numbered = operation.path.starts_with("/v1/platform/organizations/");
    let id = if numbered { i32::MAX.to_string() } else { id.to_string() };
    let path = operation.path.replace("{id}", &id).replace("{userId}", &id).replace("{shareId}", &id);
    let path = path.replace("{name}", "maxUsers");
    assert!(!path.contains('{'), "{}: every placeholder is filled", operation.id);
    let path = path + &operation.needed_query();
    let call = Call::new(operation.method.to_uppercase().parse().unwrap(), path);
    match operation.example(&document()) {
        // The one of the example is nobody's here.
        Some(_) if operation.id == "auth_change_password" => {
            call.json(&json!({"currentPassword": PASSWORD, "newPassword": PASSWORD}))
        }
        Some(example) => call.json(&example),
        None => call,
    }
}

fn secured() -> Vec<Operation> {
    let secured: Vec<_> = operations().into_iter().filter(Operation::is_secured).collect();
    assert!(secured.len() > 15, "most operations need a token");
    secured
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secured_operation_is_reached_without_a_token() {
    let scene = Scene::new().await;
    let before = scene.everything_of_plaza().await;
    for operation in secured() {
        // With an id that is there and one that is not: nobody learns which is which.
        let answers = [scene.plaza.admin_id, scene.nobody].map(|id| {
            let call = call(&operation, id);
            async {
                (scene.stranger(call.clone()).await, scene.stranger(call.header("Authorization", "Bearer x")).await)
            }
        });
        let [(without, with_nonsense), (nobodys, _)] =
            futures_util::future::join_all(answers).await.try_into().unwrap();
        for answer in [&without, &with_nonsense] {
            assert_eq!(answer.json()["code"], json!("unauthenticated"), "{}: {}", operation.id, answer.json());
            answer.assert_problem(401, "unauthenticated");
        }
        scene.assert_same(&without, &nobodys);
    }
    assert_eq!(scene.everything_of_plaza().await, before);
}

/// A user of Plaza's who holds exactly these permissions; their token.
async fn holder_of(scene: &Scene, permissions: &[&str]) -> (Uuid, String) {
    let admin = scene.world().admin().await;
    let user = "with role as (
                    insert into roles (organization_id, id, name, permissions)
                    values ($1, gen_random_uuid(), gen_random_uuid()::text, $2) returning id
                ), holder as (
                    insert into users (organization_id, id, email, full_name)
                    values ($1, gen_random_uuid(), gen_random_uuid() || '@example.com', 'Holder') returning id
                )
                insert into user_roles (organization_id, user_id, role_id)
                select $1, holder.id, role.id from holder, role returning user_id";
    // In one statement the keys are looked at before the rows they point at are there.
    let user: Uuid = admin.query_one(user, &[&scene.plaza.id, &permissions]).await.unwrap().get(0);
    (user, scene.plaza.fresh_token(user).await)
}

async fn call_with(scene: &Scene, token: &str, call: Call) -> Answer {
    call.header("Authorization", &format!("Bearer {token}")).send(scene.world()).await
}

/// I11: every operation that says it needs a permission is refused without it, whether
/// what it is about is there or not.
#[tokio::test(flavor = "multi_thread")]
async fn no_operation_is_done_without_its_permission() {
    let scene = Scene::new().await;
    let (user, none) = holder_of(&scene, &[]).await;
    let every: Vec<&str> = Permissions::all().names().collect();
    let before = scene.everything_of_plaza().await;
    let mut refused = 0;
    for operation in secured() {
        let Some(permission) = operation.permission() else { continue };
        let answer = call_with(&scene, &none, call(&operation, scene.plaza.agent_id)).await;
        assert_eq!(answer.json()["code"], json!("permission_denied"), "{}: {}", operation.id, answer.json());
        let problem = answer.assert_problem(403, "permission_denied");
        assert_eq!(problem["detail"], format!("This needs the permission {permission}."), "{}", operation.id);
        // Who may not do it learns nothing about what is there, either.
        let nobodys = call_with(&scene, &none, call(&operation, scene.nobody)).await;
        assert_eq!(answer.without_request_id(), nobodys.without_request_id(), "{}", operation.id);
        refused += 1;
    }
    assert!(refused > 30, "most operations need a permission");
    // What is for super admins is for no administrator of a hotel.
    for operation in secured().into_iter().filter(Operation::is_super_admins) {
        let administrator = &scene.plaza.admin_token;
        let answer = call_with(&scene, administrator, call(&operation, scene.plaza.agent_id)).await;
        answer.assert_problem(403, "permission_denied");
        let nobodys = call_with(&scene, administrator, call(&operation, scene.nobody)).await;
        assert_eq!(answer.without_request_id(), nobodys.without_request_id(), "{}", operation.id);
    }
    assert_eq!(scene.everything_of_plaza().await, before);

    // All but that one are not enough either.
    for permission in &every {
        let mut others: Vec<&str> = every.iter().filter(|other| *other != permission).copied().collect();
        // No role has it without the other.
        others.retain(|other| *other != "roles.manage" || *permission != "users.manage");
        let token = holder_of(&scene, &others).await.1;
        for operation in secured().into_iter().filter(|operation| operation.permission().as_deref() == Some(permission))
        {
            let answer = call_with(&scene, &token, call(&operation, user)).await;
            assert_eq!(answer.json()["code"], json!("permission_denied"), "{}: {}", operation.id, answer.json());
        }
    }
}

/// The other way round: an operation that says less than it asks for is found here.
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_done_with_the_permission_it_names_alone() {
    let scene = Scene::new().await;
    for permission in Permissions::all().names().map(Some).chain([None]) {
        let mut held: Vec<&str> = permission.into_iter().collect();
        // The one permission that goes only together with another.
        if permission == Some("roles.manage") {
            held.push("users.manage");
        }
        // The example of a patch takes the owner away, which is assigning.
        if permission == Some("conversations.write") {
            held.push("conversations.assign");
        }
        let (user, _) = holder_of(&scene, &held).await;
        for operation in secured() {
            if operation.permission().as_deref() != permission || operation.is_super_admins() {
                continue;
            }
            // Signed in anew for each, because some of them sign out.
            let token = scene.plaza.fresh_token(user).await;
            let answer = call_with(&scene, &token, call(&operation, scene.nobody)).await;
            // What the body of the example grants is another matter.
            let code = answer.json()["code"].clone();
            let denied = ["permission_denied", "unauthenticated"].map(|code| json!(code)).contains(&code);
            assert!(!denied, "{} with {held:?}: {}", operation.id, answer.json());
        }
    }
}
