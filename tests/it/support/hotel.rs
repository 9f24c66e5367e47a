//! A hotel that calls the API.

use std::sync::Arc;

use poem::http::{Method, Uri};
use poem::{Endpoint, Request};
use serde_json::{Value, json};
use stayzr::auth::hash_password;
use uuid::Uuid;

use super::{Answer, World, walk};

/// The password of everybody in the tests.
pub const PASSWORD: &str = "stayzr-tests";

/// A hotel, its people and their tokens.
#[derive(Clone)]
pub struct Hotel {
    pub world: Arc<World>,
    pub slug: String,
    pub id: i32,
    pub admin_id: Uuid,
    pub agent_id: Uuid,
    pub admin_token: String,
    pub agent_token: String,
}

/// One request to come.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

impl Call {
    /// Of that method to that path.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Call { method, path: path.into(), headers: Vec::new(), body: None }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Call::new(Method::GET, path)
    }

    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Call::new(Method::POST, path).json(body)
    }

    pub fn patch(path: impl Into<String>, body: &Value) -> Self {
        Call::new(Method::PATCH, path).json(body)
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Call::new(Method::DELETE, path)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    /// The same with other bytes for a body, of the same content type.
    pub fn replace_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it as it is, without a token.
    pub async fn send(self, world: &World) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path.parse::<Uri>().expect("a path"));
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = match self.body {
            Some(body) => request.body(body),
            None => request.finish(),
        };
        let response = world.endpoint.call(request).await.expect("the outermost layer answers every error");
        Answer::read(response).await
    }
}

impl Hotel {
    pub(super) async fn create(world: &Arc<World>, slug: &str) -> Hotel {
        let admin = world.admin().await;
        let hash = hash_password(PASSWORD).unwrap();
        let row = admin
            .query_one(
                "insert into organizations (slug, name, subscription_tier, subscription_status)
                 values ($1, initcap(replace($1, '-', ' ')), 'enterprise', 'active') returning id, tenant_id",
                &[&slug],
            )
            .await
            .unwrap();
        let (id, tenant_id): (i32, Uuid) = (row.get(0), row.get(1));
        let mut people = Vec::new();
        for (name, is_admin) in [("admin", true), ("agent", false)] {
            let row = admin
                .query_one(
                    "insert into users (organization_id, email, full_name, is_org_admin, password_hash)
                     values ($1, $2, $3, $4, $5) returning id",
                    &[&id, &format!("{name}@{slug}.example"), &format!("{name} of {slug}"), &is_admin, &hash],
                )
                .await
                .unwrap();
            let user: Uuid = row.get(0);
            if !is_admin {
                let role = "insert into user_roles (organization_id, user_id, role_id)
                            select organization_id, $2, id from roles where organization_id = $1 and built_in = 'agent'";
                admin.execute(role, &[&id, &user]).await.unwrap();
            }
            people.push((user, world.token_of(&admin, id, tenant_id, user).await));
        }
        let (agent_id, agent_token) = people.pop().unwrap();
        let (admin_id, admin_token) = people.pop().unwrap();
        Hotel { world: world.clone(), slug: slug.into(), id, admin_id, agent_id, admin_token, agent_token }
    }

    /// What `admin` or `agent` signs in with.
    pub fn credentials(&self, name: &str) -> Value {
        json!({"organization": self.slug, "email": format!("{name}@{}.example", self.slug), "password": PASSWORD})
    }

    /// Signs in as `admin` or `agent`; the tokens.
    pub async fn sign_in(&self, name: &str) -> Value {
        Call::post("/v1/auth/login", &self.credentials(name)).send(&self.world).await.assert_ok()
    }

    /// A token of a new session, past the limit on attempts to sign in.
    pub async fn fresh_token(&self, user: Uuid) -> String {
        self.world.token_of(&self.world.admin().await, self.id, Uuid::nil(), user).await
    }

    /// Calls as the administrator.
    pub async fn call(&self, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.admin_token)).send(&self.world).await
    }

    /// Calls as the agent, who is no administrator.
    pub async fn call_as_agent(&self, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.agent_token)).send(&self.world).await
    }

    pub async fn get(&self, path: impl Into<String>) -> Answer {
        self.call(Call::get(path)).await
    }

    pub async fn post(&self, path: impl Into<String>, body: Value) -> Answer {
        self.call(Call::post(path, &body)).await
    }

    pub async fn patch(&self, path: impl Into<String>, body: Value) -> Answer {
        self.call(Call::patch(path, &body)).await
    }

    pub async fn delete(&self, path: impl Into<String>) -> Answer {
        self.call(Call::delete(path)).await
    }

    /// Every row of a list, page by page, in order. The path has its filters already.
    pub async fn walk(&self, path: &str, limit: usize) -> Vec<Value> {
        walk(async |path| self.get(path).await, path, limit).await
    }

    /// A team without members.
    pub async fn create_team(&self, name: &str) -> Uuid {
        let sql = "insert into teams (organization_id, id, name) values ($1, $2, $3)";
        let id = Uuid::now_v7();
        self.world.admin().await.execute(sql, &[&self.id, &id, &name]).await.unwrap();
        id
    }

    /// Registers a guest; its JSON.
    pub async fn create_guest(&self, email: &str) -> Value {
        let answer = self.post("/v1/guests", json!({"fullName": format!("Guest {email}"), "email": email})).await;
        answer.assert_created()
    }

    /// Begins a conversation with a guest; its JSON.
    pub async fn create_conversation(&self, guest: &Value) -> Value {
        let body = json!({"guestId": guest["id"], "channel": "whatsapp", "subject": "Late arrival"});
        self.post("/v1/conversations", body).await.assert_created()
    }

    /// Writes a message; its JSON.
    pub async fn create_message(&self, conversation: &Value, content: &str) -> Value {
        let path = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
        self.post(path, json!({"content": content})).await.assert_created()
    }
}
