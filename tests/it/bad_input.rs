//! Requests that cannot be right: each is a precise 4xx, never a 5xx, and writes nothing.

mod address;
mod body;
mod headers;
mod socket;

use serde_json::{Value, json};

use crate::support::{Answer, Call, Hotel, two_hotels};

/// A hotel with a guest, a conversation and a message, and its rival.
struct Scene {
    plaza: Hotel,
    breeze: Hotel,
    guest: String,
    conversation: String,
    before: Vec<(String, String)>,
}

impl Scene {
    async fn new() -> Scene {
        let (plaza, breeze) = two_hotels().await;
        let guest = plaza.create_guest("ada@example.com").await;
        let conversation = plaza.create_conversation(&guest).await;
        plaza.create_message(&conversation, "Welcome!").await;
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let before = plaza.world.contents().await;
        Scene { guest: id(&guest), conversation: id(&conversation), before, plaza, breeze }
    }

    fn guest_path(&self) -> String {
        format!("/v1/guests/{}", self.guest)
    }

    fn messages_path(&self) -> String {
        format!("/v1/conversations/{}/messages", self.conversation)
    }

    /// Every operation that takes a body, with one that it accepts.
    fn writes(&self) -> Vec<(Call, Value)> {
        let conversation = format!("/v1/conversations/{}", self.conversation);
        let user = format!("/v1/users/{}", self.plaza.agent_id);
        let write = |method: &str, path: String, body: Value| (Call::new(method.parse().unwrap(), path), body);
        vec![
            write("POST", "/v1/guests".into(), json!({"fullName": "Bo", "email": "bo@example.com", "preferences": {}})),
            write("PATCH", self.guest_path(), json!({"fullName": "Bo", "notes": "n", "preferences": {"a": 1}})),
            write("POST", "/v1/conversations".into(), json!({"guestId": self.guest, "channel": "sms", "subject": "s"})),
            write("PATCH", conversation, json!({"status": "closed", "subject": "s"})),
            write("POST", self.messages_path(), json!({"senderType": "guest", "content": "Hi"})),
            write(
                "POST",
                "/v1/users".into(),
                json!({"email": "n@example.com", "fullName": "N", "password": "long enough", "isOrgAdmin": false, "dataScope": "own", "roleIds": []}),
            ),
            write(
                "PATCH",
                user,
                json!({"fullName": "N", "status": "active", "isOrgAdmin": false, "dataScope": "own", "roleIds": []}),
            ),
            write("POST", "/v1/departments".into(), json!({"name": "N"})),
            write("POST", "/v1/roles".into(), json!({"name": "N", "permissions": ["guests.read"]})),
            write("POST", "/v1/teams".into(), json!({"name": "N"})),
            write("POST", "/v1/properties".into(), json!({"name": "N", "address": "A", "timeZone": "UTC"})),
            write("PATCH", "/v1/organization".into(), json!({"name": "N", "settings": {"a": 1}})),
        ]
    }

    async fn refused(&self, call: Call, status: u16, code: &str) -> Answer {
        let what = format!("{} {}", call.method, call.path);
        let answer = self.plaza.call(call).await;
        assert_eq!(answer.status, status, "{what}: {}", String::from_utf8_lossy(&answer.body));
        answer.assert_problem(status, code);
        answer
    }

    /// 422 with that field in `errors`.
    async fn refused_field(&self, call: Call, field: &str) -> Answer {
        let what = format!("{} {} {:?}", call.method, call.path, call.body.as_deref().map(String::from_utf8_lossy));
        let answer = self.refused(call, 422, "invalid").await;
        let error = &answer.json()["errors"][0];
        assert_eq!(error["field"], field, "{what}: {error}");
        assert!(!error["detail"].as_str().unwrap().is_empty(), "{what}");
        answer
    }

    async fn assert_nothing_written(&self) {
        assert_eq!(self.plaza.world.contents().await, self.before);
    }
}
