//! The platform: its own organization, its super admins and their visits to hotels.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Call, Hotel, World, walk};

/// A super admin of the platform, signed in.
#[derive(Clone)]
pub struct SuperAdmin {
    pub world: Arc<World>,
    /// The platform's own organization. Its `admin` is a super admin too, its `agent` is none.
    pub home: Hotel,
    pub id: Uuid,
    pub token: String,
}

/// A super admin's visit to a hotel.
#[derive(Clone)]
pub struct Visit {
    pub world: Arc<World>,
    pub grant_id: Uuid,
    pub token: String,
}

impl World {
    /// The platform's own organization, `stayzr`, with a super admin. Once a world.
    pub async fn platform(self: &Arc<Self>) -> SuperAdmin {
        let home = self.hotel("stayzr").await;
        let promote = "update users set is_super_admin = true where organization_id = $1 and id = $2";
        self.admin().await.execute(promote, &[&home.id, &home.admin_id]).await.unwrap();
        SuperAdmin { world: self.clone(), id: home.admin_id, token: home.admin_token.clone(), home }
    }
}

impl SuperAdmin {
    /// Another super admin.
    pub async fn colleague(&self) -> SuperAdmin {
        let insert = "insert into users (organization_id, email, full_name, is_super_admin)
                      values ($1, gen_random_uuid() || '@stayzr.example', 'Colleague', true) returning id";
        let id = self.world.admin().await.query_one(insert, &[&self.home.id]).await.unwrap().get(0);
        SuperAdmin { id, token: self.home.fresh_token(id).await, ..self.clone() }
    }

    /// Calls with the super admin's own token.
    pub async fn call(&self, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.token)).send(&self.world).await
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

    /// Switches to a hotel.
    pub async fn visit(&self, hotel: &Hotel, write: bool) -> Visit {
        let body = json!({"organizationId": hotel.id, "reason": "The hotel asked for help", "write": write});
        let switched = self.post("/v1/platform/switch-organization", body).await.assert_created();
        Visit {
            world: self.world.clone(),
            grant_id: switched["grant"]["id"].as_str().unwrap().parse().unwrap(),
            token: switched["accessToken"].as_str().unwrap().to_owned(),
        }
    }

    /// The records that a request of that id left in every log, as JSON.
    pub async fn records_of(&self, request_id: &str) -> Vec<Value> {
        let sql = "select to_jsonb(a) from audit_log a where request_id = $1 order by organization_id, sequence";
        let rows = self.world.admin().await.query(sql, &[&request_id]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The one record that a request of that id left.
    pub async fn record_of(&self, request_id: &str) -> Value {
        let mut records = self.records_of(request_id).await;
        assert_eq!(records.len(), 1, "{request_id}: {records:?}");
        records.remove(0)
    }

    /// Every row of a list, page by page, in order. The path has its filters already.
    pub async fn walk(&self, path: &str, limit: usize) -> Vec<Value> {
        walk(async |path| self.get(path).await, path, limit).await
    }
}

impl Visit {
    /// Calls with the visit's token.
    pub async fn call(&self, call: Call) -> Answer {
        self.call_at(&self.world, call).await
    }

    /// The same at another server.
    pub async fn call_at(&self, world: &World, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.token)).send(world).await
    }

    pub async fn get(&self, path: impl Into<String>) -> Answer {
        self.call(Call::get(path)).await
    }

    pub async fn post(&self, path: impl Into<String>, body: Value) -> Answer {
        self.call(Call::post(path, &body)).await
    }
}
