//! What the rival tries on messages.

use serde_json::json;
use uuid::Uuid;

use super::cases::{filter_finds_nothing, list_is_ones_own};
use super::scene::{Scene, id};
use crate::support::Call;

pub async fn messages_list(scene: &Scene) {
    let path = |id: &str| format!("/v1/conversations/{id}/messages");
    let nobody = scene.nobody.to_string();
    for theirs in [id(&scene.conversation), id(&scene.archived_conversation)] {
        scene.refused(404, "conversation_not_found", Call::get(path(theirs)), Call::get(path(&nobody))).await;
        let first = scene.plaza.get(format!("{}?limit=1", path(theirs))).await.assert_ok();
        let cursor = first["nextCursor"].as_str().expect("Plaza has a second page");
        for conversation in [theirs, id(&scene.own_conversation)] {
            let at = |cursor: &str| Call::get(format!("{}?limit=1&after={cursor}", path(conversation)));
            scene.refused(422, "invalid_cursor", at(cursor), at("AAAA")).await;
        }
    }
    let own = scene.breeze(Call::get(path(id(&scene.own_conversation)))).await.assert_ok();
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
}

pub async fn messages_search(scene: &Scene) {
    list_is_ones_own(scene, "/v1/messages/search?q=ear").await;
    let path = |wanted: &str| format!("/v1/messages/search?q={wanted}");
    for theirs in ["plaza", "ears+plaza", "%22ears+of+the+plaza%22", "alone+or+only"] {
        filter_finds_nothing(scene, path(theirs), path("chandelier")).await;
    }
    let both = scene.breeze(Call::get(path("plaza+or+breeze"))).await.assert_ok();
    assert_eq!(both["items"].as_array().unwrap().len(), 1);
}

pub async fn messages_create(scene: &Scene) {
    let nobody = scene.nobody.to_string();
    for key in [None, Some("Idempotency-Key")] {
        for sender in ["staff", "guest", "ai"] {
            let call = |id: &str| {
                let body = json!({"content": "Let me in", "senderType": sender});
                let call = Call::post(format!("/v1/conversations/{id}/messages"), &body);
                key.map_or(call.clone(), |name| call.header(name, &Uuid::now_v7().to_string()))
            };
            for theirs in [&scene.conversation, &scene.archived_conversation] {
                scene.refused(404, "conversation_not_found", call(id(theirs)), call(&nobody)).await;
            }
        }
    }
}
