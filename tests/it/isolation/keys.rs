//! An idempotency key of one hotel means nothing at another.

use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Scene, id};
use crate::openapi::operations;
use crate::support::Call;

/// A request of each hotel to an operation that takes a key.
fn bodies(scene: &Scene, operation: &str) -> Option<(Value, Value)> {
    let user = json!({"email": "gil@keys.example", "fullName": "Gil", "password": "correct horse"});
    let guest = json!({"email": "gil@keys.example", "fullName": "Gil"});
    let conversation = |guest: &Value| json!({"guestId": guest["id"], "channel": "email"});
    let message = json!({"content": "Good evening"});
    match operation {
        "invitations_create" => {
            let invitation = json!({"email": "hal@keys.example"});
            Some((invitation.clone(), invitation))
        }
        "users_create" => Some((user.clone(), user)),
        "departments_create" | "teams_create" | "properties_create" => {
            Some((json!({"name": "Keys"}), json!({"name": "Keys"})))
        }
        "roles_create" => {
            let role = json!({"name": "Keys", "permissions": ["guests.read"]});
            Some((role.clone(), role))
        }
        "guests_create" => Some((guest.clone(), guest)),
        "conversations_create" => Some((conversation(&scene.guest), conversation(&scene.own_guest))),
        "guest_shares_create" | "conversation_shares_create" => {
            let share = |user: Uuid| json!({"userId": user, "access": "read"});
            Some((share(scene.plaza.agent_id), share(scene.breeze.agent_id)))
        }
        "messages_create" => Some((message.clone(), message)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_one_hotel_means_nothing_at_another() {
    let scene = Scene::new().await;
    let keyed = operations()
        .into_iter()
        .filter(|operation| operation.parameters("header").any(|name| name == "Idempotency-Key"));
    for operation in keyed {
        let name = &operation.id;
        let Some((plazas, breezes)) = bodies(&scene, name) else { panic!("{name} takes a key and has no case here") };
        // What the path names: a guest or a conversation.
        let (theirs, own) = match operation.path.starts_with("/v1/guests/") {
            true => (&scene.guest, &scene.own_guest),
            false => (&scene.conversation, &scene.own_conversation),
        };
        let path = |resource: &Value| operation.path.replace("{id}", id(resource));
        let plazas = || Call::post(path(theirs), &plazas).header("Idempotency-Key", "one key");
        let breezes = || Call::post(path(own), &breezes).header("Idempotency-Key", "one key");

        let plazas_first = scene.plaza.call(plazas()).await.assert_created();
        let before = scene.everything_of_plaza().await;
        let breezes_first = scene.breeze(breezes()).await.assert_created();
        assert_ne!(plazas_first["id"], breezes_first["id"], "{name}");
        assert_eq!(scene.breeze(breezes()).await.assert_created(), breezes_first, "{name}: a repeat of Breeze's own");
        assert_eq!(scene.plaza.call(plazas()).await.assert_created(), plazas_first, "{name}: a repeat of Plaza's own");
        assert_eq!(scene.everything_of_plaza().await, before, "{name}");
    }
}
