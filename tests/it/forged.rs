//! I5: the tenant context cannot be forged. Whoever holds the password of `stayzr_app`,
//! or injects SQL, gets everything here but the key that seals.

mod contexts;
mod escapes;
mod inside;
mod invitations;
mod passwords;
mod questions;
mod reach;
mod roles;

use std::sync::Arc;

use serde_json::json;
use stayzr::db::Client;
use stayzr::tenancy::Sealer;
use tokio_postgres::SimpleQueryMessage;
use uuid::Uuid;

use crate::support::{Call, Hotel, World, two_hotels};

/// What an administrator of a hotel holds.
pub(crate) const ALL_PERMISSIONS: &str = "guests.read,guests.write,conversations.read,conversations.write,conversations.assign,\
                               messages.send,shares.manage,users.read,organization.read,users.manage,roles.manage,\
                               organization.manage,subscription.read,subscription.manage,audit.read,analytics.read,\
                               data.export";
/// What everybody else holds.
const AGENT_PERMISSIONS: &str =
    "guests.read,guests.write,conversations.read,conversations.write,messages.send,users.read,organization.read";

/// The tables that hold hotels' rows.
const TENANT_TABLES: [&str; 14] = [
    "organizations",
    "users",
    "departments",
    "teams",
    "team_members",
    "roles",
    "user_roles",
    "properties",
    "guests",
    "conversations",
    "messages",
    "shares",
    "audit_log",
    "idempotency_keys",
];

/// A context as it is set: what the settings say, and what the seal says about them.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) organization: String,
    pub(crate) user: String,
    pub(crate) actor: String,
    pub(crate) via: String,
    pub(crate) sees_all: String,
    pub(crate) teams: String,
    pub(crate) own_teams: String,
    pub(crate) permissions: String,
    pub(crate) seal: String,
}

impl Context {
    /// A true one.
    pub(crate) fn of(sealer: &Sealer, hotel: &Hotel, user: Uuid, permissions: &str) -> Context {
        let mut context = Context {
            organization: hotel.id.to_string(),
            user: user.to_string(),
            actor: String::new(),
            via: String::new(),
            sees_all: "true".into(),
            teams: String::new(),
            own_teams: String::new(),
            permissions: permissions.into(),
            seal: String::new(),
        };
        context.seal = sealer.seal(&context.text());
        context
    }

    /// None at all.
    fn none() -> Context {
        let empty = String::new;
        Context {
            organization: empty(),
            user: empty(),
            actor: empty(),
            via: empty(),
            sees_all: empty(),
            teams: empty(),
            own_teams: empty(),
            permissions: empty(),
            seal: empty(),
        }
    }

    /// What a seal is made over. Written out here once more, because it is a format
    /// that the server and the database have to agree on.
    pub(crate) fn text(&self) -> String {
        let Context { organization, user, actor, via, sees_all, teams, own_teams, permissions, .. } = self;
        let fields = [organization, user, actor, via, sees_all, teams, own_teams, permissions].map(String::as_str);
        format!("context\n{}\nrequest\naddress", fields.join("\n"))
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Context)) -> Context {
        change(&mut self);
        self
    }

    /// As PostgreSQL is told it.
    pub(crate) fn statements(&self) -> String {
        let whole = format!("{}{}", self.seal, &self.text()["context".len()..]);
        format!("set local \"app.context\" = {};", literal(&whole))
    }
}

/// What came of it: how many rows there were to read or were touched, or the SQLSTATE.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Rows(u64),
    Refused(String),
}

impl Outcome {
    pub(crate) fn refused(sqlstate: &str) -> Outcome {
        Outcome::Refused(sqlstate.to_owned())
    }
}

/// Two hotels full of rows, and somebody with the password of `stayzr_app`.
struct Scene {
    plaza: Hotel,
    breeze: Hotel,
    /// Rows of the plaza: guest, conversation, message.
    guest: Uuid,
    conversation: Uuid,
    message: Uuid,
    sealer: Sealer,
    app: Client,
}

impl Scene {
    async fn set() -> Scene {
        let (plaza, breeze) = two_hotels().await;
        let mut ids = Vec::new();
        for hotel in [&breeze, &plaza] {
            let guest = hotel.create_guest(&format!("secret@{}.example", hotel.slug)).await;
            let conversation = hotel.create_conversation(&guest).await;
            let message = hotel.create_message(&conversation, &format!("A secret of {}", hotel.slug)).await;
            ids =
                [guest, conversation, message].iter().map(|row| row["id"].as_str().unwrap().parse().unwrap()).collect();
            let name = json!({"name": format!("A secret of {}", hotel.slug)});
            hotel.post("/v1/departments", name.clone()).await.assert_created();
            hotel.post("/v1/properties", name.clone()).await.assert_created();
            let team = hotel.post("/v1/teams", name).await.assert_created()["id"].as_str().unwrap().to_owned();
            let member = format!("/v1/teams/{team}/members/{}", hotel.agent_id);
            hotel.call(Call::new("PUT".parse().unwrap(), member)).await.assert_status(204);
            let role = hotel.get("/v1/roles?limit=1").await.assert_ok()["items"][0]["id"].clone();
            let held = json!({"roleIds": [role]});
            hotel.patch(format!("/v1/users/{}", hotel.agent_id), held).await.assert_ok();
            let key = "insert into idempotency_keys (organization_id, user_id, operation, key, request_hash, response)
                       values ($1, $2, 'secret', 'secret', sha256('secret'), '{}')";
            let world: &Arc<World> = &hotel.world;
            world.admin().await.execute(key, &[&hotel.id, &hotel.admin_id]).await.unwrap();
        }
        let (sealer, app) = (plaza.world.sealer(), plaza.world.app_client().await);
        Scene { plaza, breeze, guest: ids[0], conversation: ids[1], message: ids[2], sealer, app }
    }

    /// The administrator's true context at the breeze, the only one the intruder may have.
    fn at_breeze(&self) -> Context {
        Context::of(&self.sealer, &self.breeze, self.breeze.admin_id, ALL_PERMISSIONS)
    }

    fn at_plaza(&self) -> Context {
        Context::of(&self.sealer, &self.plaza, self.plaza.admin_id, ALL_PERMISSIONS)
    }

    /// Tries it as `stayzr_app` in a transaction of its own, which is rolled back.
    async fn attempt(&self, context: &Context, sql: &str) -> Outcome {
        attempt(&self.app, &format!("begin; {} {sql}", context.statements())).await
    }
}

/// Runs it and rolls back.
pub(crate) async fn attempt(client: &Client, sql: &str) -> Outcome {
    let result = client.simple_query(sql).await;
    client.batch_execute("rollback").await.expect("the connection lives");
    match result {
        Ok(messages) => {
            let rows = messages.iter().filter(|message| matches!(message, SimpleQueryMessage::Row(_))).count() as u64;
            let touched = messages.iter().rev().find_map(|message| match message {
                SimpleQueryMessage::CommandComplete(count) => Some(*count),
                _ => None,
            });
            Outcome::Rows(rows.max(touched.unwrap_or(0)))
        }
        Err(error) => Outcome::Refused(error.code().unwrap_or_else(|| panic!("{sql}: {error}")).code().to_owned()),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
