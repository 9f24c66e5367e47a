//! Without a token, and without the permission, at every operation that says it needs one.

use std::collections::BTreeSet;

use serde_json::json;
use stayzr::auth::Permissions;
use uuid::Uuid;

use super::scene::Scene;
use crate::openapi::{Operation, document, operations};
use crate::support::{Call, PASSWORD};

/// A well-formed call of an operation, for an id that need not be there.
fn call(operation: &Operation, id: Uuid) -> Call {
    let path = operation.path.replace("{id}", &id.to_string());
    assert!(!path.contains('{'), "{}: every placeholder is filled", operation.id);
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

#[tokio::test(flavor = "multi_thread")]
async fn no_agent_does_what_takes_a_permission_agents_lack() {
    let scene = Scene::new().await;
    let before = scene.everything_of_plaza().await;
    let held: Vec<&str> = Permissions::of_member(false).names().collect();
    let mut refused = Vec::new();
    for operation in secured() {
        let Some(permission) = operation.permission() else { continue };
        if held.contains(&&*permission) {
            continue;
        }
        let answer = scene.plaza.call_as_agent(call(&operation, scene.plaza.agent_id)).await;
        assert_eq!(answer.json()["code"], json!("permission_denied"), "{}: {}", operation.id, answer.json());
        let problem = answer.assert_problem(403, "permission_denied");
        assert_eq!(problem["detail"], format!("This needs the permission {permission}."), "{}", operation.id);
        // Who may not do it learns nothing about what is there, either.
        let nobodys = scene.plaza.call_as_agent(call(&operation, scene.nobody)).await;
        assert_eq!(answer.without_request_id(), nobodys.without_request_id(), "{}", operation.id);
        refused.push(operation.id);
    }
    assert_eq!(scene.everything_of_plaza().await, before);
    let wanted = [
        "invitations_create",
        "invitations_get",
        "invitations_list",
        "invitations_resend",
        "invitations_revoke",
        "organizations_update",
        "users_create",
        "users_update",
    ];
    let wanted: BTreeSet<String> = wanted.map(str::to_owned).into();
    assert_eq!(refused.into_iter().collect::<BTreeSet<_>>(), wanted, "what agents may not do");
}

/// The other way round: an operation that says less than it asks for is found here.
#[tokio::test(flavor = "multi_thread")]
async fn every_agent_does_what_takes_a_permission_agents_hold() {
    let scene = Scene::new().await;
    let held: Vec<&str> = Permissions::of_member(false).names().collect();
    for operation in secured() {
        if operation.permission().is_none_or(|permission| held.contains(&&*permission)) {
            // Signed in anew for each, because some of them sign out.
            let bearer = format!("Bearer {}", scene.plaza.fresh_token(scene.plaza.agent_id).await);
            let call = call(&operation, scene.nobody).header("Authorization", &bearer);
            let answer = call.send(scene.world()).await;
            assert!(![401, 403].contains(&answer.status.as_u16()), "{}: {}", operation.id, answer.json());
        }
    }
}
