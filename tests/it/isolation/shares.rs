//! What the rival tries at the shares of Plaza's guests and conversations; a function has
//! the name of the operation.

use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Scene, id};
use crate::support::Call;

/// A kind of thing that is shared: its path, the code of its absence, Plaza's and Breeze's.
struct Kind<'a> {
    path: &'static str,
    absent: &'static str,
    theirs: &'a Value,
    own: &'a Value,
}

impl Kind<'_> {
    fn guests(scene: &Scene) -> Kind<'_> {
        Kind { path: "/v1/guests", absent: "guest_not_found", theirs: &scene.guest, own: &scene.own_guest }
    }

    fn conversations(scene: &Scene) -> Kind<'_> {
        let (theirs, own) = (&scene.conversation, &scene.own_conversation);
        Kind { path: "/v1/conversations", absent: "conversation_not_found", theirs, own }
    }

    fn shares_of(&self, id: &str) -> String {
        format!("{}/{id}/shares", self.path)
    }

    async fn list(&self, scene: &Scene) {
        let call = |id: &str| Call::get(self.shares_of(id));
        let nobody = scene.nobody.to_string();
        scene.refused(404, self.absent, call(id(self.theirs)), call(&nobody)).await;
        let own = scene.breeze(call(id(self.own))).await.assert_ok();
        assert_ne!(own["items"], json!([]), "Breeze sees its own share");
        let first = scene.plaza.get(format!("{}?limit=1", self.shares_of(id(self.theirs)))).await.assert_ok();
        let cursor = first["nextCursor"].as_str().expect("Plaza has a second page");
        for id in [id(self.theirs), id(self.own)] {
            let at = |cursor: &str| Call::get(format!("{}?limit=1&after={cursor}", self.shares_of(id)));
            scene.refused(422, "invalid_cursor", at(cursor), at("AAAA")).await;
        }
    }

    async fn create(&self, scene: &Scene) {
        let nobody = scene.nobody.to_string();
        for key in [None, Some("Idempotency-Key")] {
            let call = |id: &str, with: Value| {
                let call = Call::post(self.shares_of(id), &with);
                key.map_or(call.clone(), |name| call.header(name, &Uuid::now_v7().to_string()))
            };
            let user = |user: Uuid| json!({"userId": user, "access": "write"});
            let team = |team: Uuid| json!({"teamId": team, "access": "write"});
            // Plaza's row, shared with oneself; then one's own, shared with somebody of Plaza's.
            let oneself = || user(scene.breeze.admin_id);
            let (theirs, nobodys) = (call(id(self.theirs), oneself()), call(&nobody, oneself()));
            scene.refused(404, self.absent, theirs, nobodys).await;
            let own = |with: Value| call(id(self.own), with);
            scene.refused(404, "user_not_found", own(user(scene.plaza.agent_id)), own(user(scene.nobody))).await;
            scene.refused(404, "team_not_found", own(team(scene.shared_team)), own(team(scene.nobody))).await;
        }
    }

    async fn delete(&self, scene: &Scene) {
        let shares = scene.plaza.get(self.shares_of(id(self.theirs))).await.assert_ok();
        let share = id(&shares["items"][0]).to_owned();
        let nobody = scene.nobody.to_string();
        for version in [None, Some("*"), Some("\"1\""), Some("\"2\"")] {
            let call = |resource: &str, share: &str| {
                let call = Call::delete(format!("{}/{share}", self.shares_of(resource)));
                version.map_or(call.clone(), |version| call.header("If-Match", version))
            };
            // Plaza's share of Plaza's row, and as if it were one of one's own row.
            for resource in [id(self.theirs), id(self.own)] {
                scene.refused(404, "share_not_found", call(resource, &share), call(resource, &nobody)).await;
                scene.refused(404, "share_not_found", call(resource, &share), call(&nobody, &share)).await;
            }
        }
    }
}

pub async fn guest_shares_list(scene: &Scene) {
    Kind::guests(scene).list(scene).await;
}

pub async fn guest_shares_create(scene: &Scene) {
    Kind::guests(scene).create(scene).await;
}

pub async fn guest_shares_delete(scene: &Scene) {
    Kind::guests(scene).delete(scene).await;
}

pub async fn conversation_shares_list(scene: &Scene) {
    Kind::conversations(scene).list(scene).await;
}

pub async fn conversation_shares_create(scene: &Scene) {
    Kind::conversations(scene).create(scene).await;
}

pub async fn conversation_shares_delete(scene: &Scene) {
    Kind::conversations(scene).delete(scene).await;
}
