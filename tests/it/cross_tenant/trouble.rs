//! What goes wrong, or changes, while requests are under way; in an order that the seed gives,
//! each after so many requests.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use stayzr::db::Client;
use uuid::Uuid;

use super::hotels::{AT_RISK, HOTELS, let_in};
use super::run::{Reader, Run};
use super::wire::{Reply, Wire};
use crate::support::{Call, Chance, World};

/// Requests between one trouble and the next: so many, and up to twice as many.
const EVERY: u64 = 200;
/// What was taken away comes back when so many more troubles were.
const LASTS: usize = 2;
/// Longer than a request may take, and shorter than PostgreSQL waits.
const LOCKED: Duration = Duration::from_millis(1800);
/// How often what has to come back is tried.
const TRIES: usize = 40;

/// What gives back what was taken.
enum Undo {
    Platform(&'static str, Call),
    Sql(&'static str, i32, Uuid),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Backends,
    Platform,
    Listener,
    Lock,
    Rotate,
    Suspend,
    Schedule,
    Plan,
    Override,
    Role,
    Manage,
    Disable,
    Sessions,
    Restart,
}

/// Each as often as it comes before all have come.
const PACK: [Kind; 20] = [
    Kind::Backends,
    Kind::Backends,
    Kind::Platform,
    Kind::Listener,
    Kind::Lock,
    Kind::Lock,
    Kind::Lock,
    Kind::Lock,
    Kind::Rotate,
    Kind::Suspend,
    Kind::Schedule,
    Kind::Plan,
    Kind::Override,
    Kind::Override,
    Kind::Role,
    Kind::Manage,
    Kind::Manage,
    Kind::Disable,
    Kind::Sessions,
    Kind::Restart,
];

struct Troubles<'a> {
    pack: Vec<Kind>,
    run: &'a Run,
    admin: Client,
    wires: Vec<Wire>,
    chance: Chance,
    undo: VecDeque<Undo>,
}

/// Makes trouble until the run is over, and then makes good.
pub async fn make(run: &Run, world: &World, chance: Chance) {
    let wires = run.servers.each.iter().map(|server| Wire::to(server.address)).collect();
    let mut troubles =
        Troubles { pack: Vec::new(), run, admin: world.admin().await, wires, chance, undo: VecDeque::new() };
    let mut next = EVERY;
    while !run.tally.is_over() {
        if run.drafted.load(Ordering::SeqCst) < next {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        next += EVERY + troubles.chance.below(EVERY);
        troubles.one().await;
        if troubles.undo.len() > LASTS {
            troubles.undo_one().await;
        }
    }
    while !troubles.undo.is_empty() {
        troubles.undo_one().await;
    }
}

impl Troubles<'_> {
    /// The next of a shuffled pack, so that no kind is long in coming.
    async fn one(&mut self) {
        if self.pack.is_empty() {
            self.pack = PACK.to_vec();
            for last in (1..self.pack.len()).rev() {
                self.pack.swap(last, self.chance.below(last as u64 + 1) as usize);
            }
        }
        let kind = match self.pack.pop().unwrap_or(Kind::Lock) {
            Kind::Backends => {
                let whose = "usename = 'stayzr_app' and application_name = 'stayzr'";
                self.kill("backends of hotels killed", whose).await
            }
            Kind::Platform => self.kill("backends of the platform killed", "usename = 'stayzr_platform'").await,
            Kind::Listener => self.kill("listeners cut", "application_name = 'stayzr listener'").await,
            Kind::Lock => self.lock().await,
            Kind::Rotate => self.rotate().await,
            Kind::Suspend => self.suspend().await,
            Kind::Schedule => self.schedule().await,
            Kind::Plan => self.change_plan().await,
            Kind::Override => self.set_limit().await,
            Kind::Role => self.change_role().await,
            Kind::Manage => self.manage().await,
            Kind::Disable => self.disable().await,
            Kind::Sessions => self.end_sessions().await,
            Kind::Restart => self.restart().await,
        };
        self.run.tally.trouble(kind);
    }

    async fn kill(&mut self, kind: &'static str, whose: &str) -> &'static str {
        let sql = format!(
            "select count(pg_terminate_backend(pid)) from (
                 select pid from pg_stat_activity where datname = current_database() and {whose}
                 order by md5(pid::text || $1) limit 2
             ) victim"
        );
        self.admin.query_one(&sql, &[&self.chance.below(1000).to_string()]).await.unwrap();
        kind
    }

    /// Nobody writes a table for a while, as when its indexes are made anew.
    async fn lock(&mut self) -> &'static str {
        let table = ["idempotency_keys", "idempotency_keys", "guests", "messages"][self.chance.below(4) as usize];
        // A request that waits for its turn may be the victim of a deadlock; then so may this.
        let _ = self.admin.batch_execute(&format!("begin; lock table {table} in share mode")).await;
        tokio::time::sleep(LOCKED).await;
        self.admin.batch_execute("rollback").await.unwrap();
        "tables locked"
    }

    async fn rotate(&mut self) -> &'static str {
        let forget = self.chance.below(4) == 0;
        self.run.servers.rotate_keys(forget).await;
        if forget { "keys replaced" } else { "keys rotated" }
    }

    async fn restart(&mut self) -> &'static str {
        let number = self.chance.below(self.run.servers.each.len() as u64) as usize;
        let kill = self.chance.below(2) == 0;
        self.run.servers.restart(number, if kill { "-KILL" } else { "-TERM" }).await;
        if kill { "servers killed" } else { "servers restarted" }
    }

    fn some_hotel(&mut self) -> (usize, i32, String) {
        let hotel = self.chance.below(HOTELS as u64) as usize;
        let reason = format!("{} has its reasons", self.run.markers.of(hotel).house);
        (hotel, self.run.hotels[hotel].id, reason)
    }

    async fn suspend(&mut self) -> &'static str {
        let (_, id, reason) = self.some_hotel();
        let path = |verb: &str| format!("/v1/platform/organizations/{id}/{verb}");
        let body = json!({"reason": reason});
        self.ask("platform_organizations_suspend", Call::post(path("suspend"), &body)).await;
        self.undo.push_back(Undo::Platform("platform_organizations_reactivate", Call::post(path("reactivate"), &body)));
        "hotels suspended"
    }

    async fn schedule(&mut self) -> &'static str {
        let (_, id, reason) = self.some_hotel();
        let path = format!("/v1/platform/organizations/{id}/schedule-deletion");
        let at = (chrono::Utc::now() + chrono::Duration::days(30)).to_rfc3339();
        let body = json!({"deleteAt": at, "reason": reason});
        self.ask("platform_organizations_schedule", Call::post(&path, &body)).await;
        self.undo.push_back(Undo::Platform("platform_organizations_unschedule", Call::delete(path)));
        "deletions scheduled"
    }

    async fn change_plan(&mut self) -> &'static str {
        let (_, id, reason) = self.some_hotel();
        let path = format!("/v1/platform/organizations/{id}/subscription");
        let tier = ["starter", "professional"][self.chance.below(2) as usize];
        let to = |tier: &str| Call::patch(&path, &json!({"tier": tier, "status": "active", "reason": reason}));
        self.ask("platform_subscriptions_update", to(tier)).await;
        self.undo.push_back(Undo::Platform("platform_subscriptions_update", to("enterprise")));
        "plans changed"
    }

    async fn set_limit(&mut self) -> &'static str {
        let (_, id, reason) = self.some_hotel();
        let (name, value) = [
            ("maxGuests", json!(40)),
            ("maxMessagesPerMonth", json!(60)),
            ("maxActiveConversations", json!(20)),
            ("apiAccess", json!(false)),
            ("advancedAnalytics", json!(false)),
            ("smsIntegration", json!(false)),
        ][self.chance.below(6) as usize]
            .clone();
        let path = format!("/v1/platform/organizations/{id}/subscription/overrides/{name}");
        let put = Call::new(poem::http::Method::PUT, &path).json(&json!({"value": value, "reason": reason}));
        self.ask("platform_subscriptions_override", put).await;
        self.undo.push_back(Undo::Platform("platform_subscriptions_restore", Call::delete(path)));
        "limits and features overridden"
    }

    /// What super admins do of a day, and nobody takes back.
    async fn manage(&mut self) -> &'static str {
        let (hotel, _, reason) = self.some_hotel();
        let (known, chance) = (&self.run.known, &mut self.chance);
        let nobody = Uuid::nil();
        let invoice = known.id(hotel, "invoices", chance).unwrap_or(nobody);
        let number = self.chance.below(1_000_000);
        let because = json!({"reason": reason});
        let (operation, call) = match self.chance.below(5) {
            0 => {
                let path = format!("/v1/platform/invoices/{invoice}/pay");
                ("platform_invoices_pay", Call::post(path, &because))
            }
            1 => {
                let path = format!("/v1/platform/invoices/{invoice}/void");
                ("platform_invoices_void", Call::post(path, &because))
            }
            2 => {
                let tier = json!({"limits": {"maxUsers": 5 + number % 20}});
                ("platform_tiers_update", Call::patch("/v1/platform/tiers/starter", &tier))
            }
            3 => {
                let admin = json!({"email": format!("olga@new-{number}.example")});
                let body = json!({"slug": format!("new-{number}"), "name": "Another house", "firstAdmin": admin});
                ("platform_organizations_create", Call::post("/v1/platform/organizations", &body))
            }
            _ => {
                let id = self.run.hotels[hotel].id;
                let name = json!({"name": format!("{} {number}", self.run.markers.of(hotel).house)});
                ("platform_organizations_update", Call::patch(format!("/v1/platform/organizations/{id}"), &name))
            }
        };
        self.ask(operation, call).await;
        "affairs of super admins"
    }

    fn some_member(&mut self) -> (i32, Uuid) {
        let hotel = &self.run.hotels[self.chance.below(HOTELS as u64) as usize];
        let member = AT_RISK.start + self.chance.below(AT_RISK.len() as u64) as usize;
        (hotel.id, hotel.members[member].user)
    }

    /// Another role and another sight of things.
    async fn change_role(&mut self) -> &'static str {
        let (hotel, user) = self.some_member();
        let roles = "with gone as (delete from user_roles where organization_id = $1 and user_id = $2 returning 1)
                     update users set data_scope = case data_scope when 'own' then 'all' else 'own' end
                     where organization_id = $1 and id = $2";
        self.sql(roles, hotel, user).await;
        let give = "insert into user_roles (organization_id, user_id, role_id)
                    select organization_id, $2, id from roles where organization_id = $1 and built_in = 'manager'
                    on conflict do nothing";
        self.undo.push_back(Undo::Sql(give, hotel, user));
        "roles and scopes changed"
    }

    async fn disable(&mut self) -> &'static str {
        let (hotel, user) = self.some_member();
        self.sql("update users set status = 'disabled' where organization_id = $1 and id = $2", hotel, user).await;
        let back = "update users set status = 'active' where organization_id = $1 and id = $2";
        self.undo.push_back(Undo::Sql(back, hotel, user));
        "members disabled"
    }

    async fn end_sessions(&mut self) -> &'static str {
        let (hotel, user) = self.some_member();
        let end = "update sessions set ended_at = now(), end_reason = 'ended'
                   where organization_id = $1 and user_id = $2 and ended_at is null";
        self.sql(end, hotel, user).await;
        "sessions ended"
    }

    /// Against requests that hold what it needs it may lose, and tries again.
    async fn sql(&self, sql: &str, hotel: i32, user: Uuid) {
        for _ in 0..TRIES {
            match self.admin.execute(sql, &[&hotel, &user]).await {
                Ok(_) => return,
                Err(error) => assert!(error.code().is_some_and(|code| code.code().starts_with("40")), "{error:?}"),
            }
        }
        panic!("never: {sql}");
    }

    async fn ask(&mut self, operation: &str, call: Call) -> Option<Reply> {
        let number = self.chance.below(self.wires.len() as u64) as usize;
        let wire = &mut self.wires[number];
        if !let_in(self.run, HOTELS, 0, wire, &mut self.chance).await {
            return None;
        }
        let robin = &self.run.hotels[HOTELS].members[0];
        let token = robin.token().await;
        let id = format!("h{HOTELS}-trouble-{:08}", self.chance.below(100_000_000));
        let call = call.header("Authorization", &format!("Bearer {token}")).header("X-Request-Id", &id);
        let reply = self.run.ask(wire, operation, &call, Reader::Platform).await.ok()?;
        if reply.status == 401 {
            robin.forget(&token).await;
        }
        Some(reply)
    }

    async fn undo_one(&mut self) {
        match self.undo.pop_front() {
            Some(Undo::Sql(sql, hotel, user)) => self.sql(sql, hotel, user).await,
            Some(Undo::Platform(operation, call)) => {
                let mut last = None;
                for _ in 0..TRIES {
                    let reply = self.ask(operation, call.clone()).await;
                    // Back, or given back by somebody else meanwhile.
                    if reply.as_ref().is_some_and(|reply| reply.status < 300 || matches!(reply.status, 404 | 409)) {
                        return;
                    }
                    last = reply;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                let told = last.map(|reply| serde_json::from_slice::<Value>(&reply.body).unwrap_or_default());
                self.run.tally.found(format!("{operation} never works: {told:?}"));
            }
            None => {}
        }
    }
}
