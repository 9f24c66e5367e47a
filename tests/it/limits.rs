//! Limits are exact, whoever writes, however many at once, and whatever becomes of them.

mod crashes;
mod downgrade;
mod dry_run;
mod locks;
mod periods;
mod races;

use std::sync::Arc;

use stayzr::db::Client;
use uuid::Uuid;

use crate::support::{Hotel, World, connect, sealed_context};

/// Everything a member could hold.
const PERMISSIONS: &str = "guests.read,guests.write,conversations.read,conversations.write,conversations.assign,\
                           messages.send,users.read,users.manage,subscription.read";

/// What is counted, and the limit that holds it.
const METERED: [(&str, &str); 5] = [
    ("users", "maxUsers"),
    ("guests", "maxGuests"),
    ("conversations", "maxActiveConversations"),
    ("messages", "maxMessagesPerMonth"),
    ("storage", "maxStorageGB"),
];

/// A hotel with a guest, a conversation with them and a message in it.
struct Scene {
    hotel: Hotel,
    guest: Uuid,
    conversation: Uuid,
    message: Uuid,
}

impl Scene {
    async fn set() -> Scene {
        let world = World::new().await;
        let hotel = world.hotel("grand-plaza").await;
        let admin = world.admin().await;
        let guest = "insert into guests (organization_id, id, full_name, email)
                     values ($1, app.uuid_v7(), 'Ada', 'ada@example.com') returning id";
        let guest: Uuid = admin.query_one(guest, &[&hotel.id]).await.unwrap().get(0);
        let conversation = "insert into conversations (organization_id, id, guest_id, channel)
                            values ($1, app.uuid_v7(), $2, 'email') returning id";
        let conversation: Uuid = admin.query_one(conversation, &[&hotel.id, &guest]).await.unwrap().get(0);
        let message = "insert into messages (organization_id, id, conversation_id, sender_type, content)
                       values ($1, app.uuid_v7(), $2, 'guest', 'Hello?') returning id";
        let message: Uuid = admin.query_one(message, &[&hotel.id, &conversation]).await.unwrap().get(0);
        Scene { hotel, guest, conversation, message }
    }

    fn world(&self) -> &Arc<World> {
        &self.hotel.world
    }

    /// A connection of the application.
    async fn app(&self) -> Client {
        let client = self.world().app_client().await;
        // On a busy machine a crowd that takes turns is not through within what a request has.
        let patience =
            "set statement_timeout = '90s'; set lock_timeout = '90s'; set idle_in_transaction_session_timeout = '90s'";
        client.batch_execute(patience).await.unwrap();
        client
    }

    /// What begins a transaction of a member.
    fn begin(&self) -> String {
        let context =
            sealed_context(self.world(), &self.hotel.id.to_string(), self.hotel.admin_id, None, "", PERMISSIONS);
        format!("begin; {context}")
    }

    /// Writes one more of what is counted: of storage a tenth of a gigabyte.
    fn one_more(&self, resource: &str) -> String {
        let Scene { guest, conversation, message, .. } = self;
        let name = Uuid::now_v7();
        match resource {
            "users" => format!("insert into users (email, full_name) values ('{name}@example.com', 'U')"),
            "guests" => format!("insert into guests (email, full_name) values ('{name}@example.com', 'G')"),
            "conversations" => format!("insert into conversations (guest_id, channel) values ('{guest}', 'email')"),
            "messages" => format!(
                "insert into messages (conversation_id, sender_type, content) values ('{conversation}', 'guest', 'Hi')"
            ),
            "storage" => format!(
                "insert into attachments (message_id, file_name, media_type, size_bytes, sha256)
                 values ('{message}', 'a.png', 'image/png', 100000000, sha256('{name}'))"
            ),
            other => panic!("{other} is not counted"),
        }
    }

    /// Lets the hotel have so much, whatever its plan says.
    async fn allow(&self, limit: &str, value: i64) {
        let sql = "insert into subscription_overrides (organization_id, name, value, reason)
                   values ($1, $2, to_jsonb($3::bigint), 'A test')
                   on conflict (organization_id, name) do update set value = excluded.value";
        self.world().admin().await.execute(sql, &[&self.hotel.id, &limit, &value]).await.unwrap();
    }

    /// What the counters say.
    async fn used(&self, resource: &str) -> i64 {
        let sql = "select used from feature_usage where organization_id = $1 and resource = $2 and is_open";
        self.world().admin().await.query_one(sql, &[&self.hotel.id, &resource]).await.unwrap().get(0)
    }

    /// What the counters say that the rows do not.
    async fn differences(&self, fix: bool) -> Vec<stayzr::usage::Difference> {
        let mut found = Vec::new();
        let config = crate::support::Cluster::get().config("stayzr_platform", &self.world().database);
        let count = stayzr::usage::reconcile(&mut connect(&config).await, fix, |one| found.push(one)).await.unwrap();
        assert_eq!(count, found.len() as u64);
        found
    }
}
