//! The rival asks why, about people and things of Plaza's.

use serde_json::json;
use uuid::Uuid;

use super::scene::{Scene, id};
use crate::support::Call;

pub async fn access_explain(scene: &Scene) {
    let ask = |body| Call::post("/v1/access/explain", &body);
    for question in [json!({"operation": "guests_list"}), json!({"permission": "users.manage"})] {
        let about = |user: Uuid| {
            let mut body = question.clone();
            body["userId"] = json!(user);
            ask(body)
        };
        for theirs in [scene.plaza.admin_id, scene.plaza.agent_id] {
            scene.refused(404, "user_not_found", about(theirs), about(scene.nobody)).await;
        }
    }
    let nobody = scene.nobody.to_string();
    for (kind, theirs, code) in [
        ("guest", [&scene.guest, &scene.archived_guest], "guest_not_found"),
        ("conversation", [&scene.conversation, &scene.archived_conversation], "conversation_not_found"),
    ] {
        for operation in [format!("{kind}s_get"), format!("{kind}s_update")] {
            let about = |user: Uuid, id: &str| {
                ask(json!({"userId": user, "operation": operation, "resource": {"type": kind, "id": id}}))
            };
            for theirs in theirs {
                // Of Breeze's own, and of Plaza's owner of it.
                for user in [scene.breeze.admin_id, scene.breeze.agent_id] {
                    scene.refused(404, code, about(user, id(theirs)), about(user, &nobody)).await;
                }
                let (theirs, nobodys) = (about(scene.plaza.agent_id, id(theirs)), about(scene.nobody, &nobody));
                scene.refused(404, "user_not_found", theirs, nobodys).await;
            }
        }
    }
    let mut told = json!({"userId": scene.breeze.agent_id, "operation": "guests_list"});
    scene.breeze(ask(told.clone())).await.assert_ok();
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(ask(told)).await.assert_problem(422, "invalid");
}
