//! The hotels of a run, their members, and what each member signs in with.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::run::{Reader, Run};
use super::watch::Markers;
use super::wire::Wire;
use crate::invoices::invoiced;
use crate::support::{Call, Chance, PASSWORD, SuperAdmin, World};

/// Hotels beside the platform's own organization, which is the last of a run.
pub const HOTELS: usize = 4;
/// What a member signs in by; by their place in [`Hotel::members`].
const MEMBERS: [(&str, Way, &str, &str); 8] = [
    ("admin", Way::Session, "admin", "all"),
    ("manager", Way::Session, "manager", "all"),
    ("viewer", Way::Session, "viewer", "all"),
    ("own", Way::Session, "agent", "own"),
    ("team", Way::Session, "agent", "team"),
    ("department", Way::Session, "agent", "department"),
    ("key", Way::Key, "", ""),
    ("visitor", Way::Visit, "", ""),
];
pub const ADMIN: usize = 0;
/// The members whose roles, scopes and sessions may be taken away for a while.
pub const AT_RISK: std::ops::Range<usize> = 1..6;

/// How somebody gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With a password.
    Session,
    /// With an API key of the administrator's.
    Key,
    /// As a super admin who visits.
    Visit,
}

pub struct Hotel {
    /// Its number in the database.
    pub id: i32,
    pub slug: String,
    pub members: Vec<Member>,
    /// The next number for a name that only this hotel has not used yet.
    pub serial: AtomicU64,
    /// Made before the run began, so in no model.
    pub seeded: BTreeSet<Uuid>,
}

pub struct Member {
    pub label: &'static str,
    pub way: Way,
    /// The user; of a key, its maker.
    pub user: Uuid,
    email: String,
    credential: Mutex<Credential>,
    /// The next number for an idempotency key of this member. All count from zero: their keys are the same.
    pub keys: AtomicU64,
}

#[derive(Default, Clone)]
struct Credential {
    access: String,
    refresh: String,
}

impl Hotel {
    pub fn next_serial(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::SeqCst)
    }
}

/// Makes the hotels, and the platform's organization last.
pub async fn found(world: &Arc<World>, markers: &Markers) -> (Vec<Hotel>, SuperAdmin) {
    let mut hotels = Vec::new();
    let admin = world.admin().await;
    for number in 0..HOTELS {
        let hotel = world.hotel(&format!("hotel-{number}")).await;
        let words = markers.of(number);
        let name = "update organizations set name = $2, settings = jsonb_build_object('motto', $2::text) where id = $1";
        admin.execute(name, &[&hotel.id, &words.house]).await.unwrap();
        invoiced(&hotel, 2).await;
        let alert = "insert into usage_alerts (organization_id, id, resource, threshold, maximum, used, period_start,
                         period_end)
                     values ($1, app.uuid_v7(), 'guests', 80, 10, 8, now(), now() + interval '1 day')";
        admin.execute(alert, &[&hotel.id]).await.unwrap();
        let department = "insert into departments (organization_id, id, name) values ($1, app.uuid_v7(), $2)
                          returning id";
        let department: Uuid = admin.query_one(department, &[&hotel.id, &words.house]).await.unwrap().get(0);
        let team = "insert into teams (organization_id, id, department_id, name) values ($1, app.uuid_v7(), $2, $3)
                    returning id";
        let team: Uuid = admin.query_one(team, &[&hotel.id, &department, &words.house]).await.unwrap().get(0);
        let mut members = Vec::new();
        for (label, way, role, scope) in MEMBERS {
            let email = format!("{label}.{}@{}.example", words.house, hotel.slug);
            let user = match way {
                Way::Visit => Uuid::nil(),
                Way::Key => hotel.admin_id,
                Way::Session => {
                    let person = "insert into users (organization_id, email, full_name, is_org_admin, data_scope,
                                      password_hash)
                                  select $1, $2, $3, $4, $5, password_hash from users where id = $6
                                  returning id";
                    let values: [&(dyn postgres_types::ToSql + Sync); 6] = [
                        &hotel.id,
                        &email,
                        &format!("{label} of {}", words.house),
                        &(role == "admin"),
                        &scope,
                        &hotel.admin_id,
                    ];
                    let user: Uuid = admin.query_one(person, &values).await.unwrap().get(0);
                    let roles = "insert into user_roles (organization_id, user_id, role_id)
                                 select $1, $2, id from roles where organization_id = $1 and built_in = $3";
                    admin.execute(roles, &[&hotel.id, &user, &role]).await.unwrap();
                    let join = "insert into team_members (organization_id, team_id, user_id) values ($1, $2, $3)";
                    admin.execute(join, &[&hotel.id, &team, &user]).await.unwrap();
                    user
                }
            };
            members.push(Member::new(label, way, user, email));
        }
        let rename = "update users set full_name = full_name || ' ' || $2 where organization_id = $1 and id = any ($3)";
        admin.execute(rename, &[&hotel.id, &words.house, &vec![hotel.admin_id, hotel.agent_id]]).await.unwrap();
        hotels.push(Hotel {
            id: hotel.id,
            slug: hotel.slug,
            members,
            serial: AtomicU64::new(0),
            seeded: [team].into(),
        });
    }
    let robin = world.platform().await;
    let home = &robin.home;
    let name = "update organizations set name = $2 where id = $1";
    admin.execute(name, &[&home.id, &markers.of(HOTELS).house]).await.unwrap();
    let person = |name: &str| format!("{name}@{}.example", home.slug);
    hotels.push(Hotel {
        id: home.id,
        slug: home.slug.clone(),
        members: vec![
            Member::new("super admin", Way::Session, robin.id, person("admin")),
            Member::new("clerk", Way::Session, home.agent_id, person("agent")),
        ],
        serial: AtomicU64::new(0),
        seeded: BTreeSet::new(),
    });
    (hotels, robin)
}

impl Member {
    fn new(label: &'static str, way: Way, user: Uuid, email: String) -> Member {
        Member { label, way, user, email, credential: Mutex::default(), keys: AtomicU64::new(0) }
    }

    /// What signs a member in.
    pub fn credentials(&self, slug: &str) -> Value {
        json!({"organization": slug, "email": self.email, "password": PASSWORD})
    }

    /// The token or key; empty while there is none.
    pub async fn token(&self) -> String {
        self.credential.lock().await.access.clone()
    }

    pub async fn refresh_token(&self) -> String {
        self.credential.lock().await.refresh.clone()
    }

    /// That one is good no more.
    pub async fn forget(&self, token: &str) {
        let mut credential = self.credential.lock().await;
        if credential.access == token {
            credential.access.clear();
        }
    }
}

/// Gets a member in again, if they are out. Tells whether they are in.
pub async fn let_in(run: &Run, hotel: usize, member: usize, wire: &mut Wire, chance: &mut Chance) -> bool {
    let house = &run.hotels[hotel];
    let who = &house.members[member];
    let mut credential = who.credential.lock().await;
    if !credential.access.is_empty() {
        return true;
    }
    let id = format!("h{hotel}-in-{:08}", chance.below(100_000_000));
    let named = |call: Call, token: &str| {
        let call = call.header("X-Request-Id", &id);
        if token.is_empty() { call } else { call.header("Authorization", &format!("Bearer {token}")) }
    };
    let answered = match who.way {
        Way::Session => {
            let refresh = std::mem::take(&mut credential.refresh);
            let call = if !refresh.is_empty() && chance.below(2) == 0 {
                ("auth_refresh", Call::post("/v1/auth/refresh", &json!({"refreshToken": refresh})))
            } else {
                ("auth_login", Call::post("/v1/auth/login", &who.credentials(&house.slug)))
            };
            run.ask(wire, call.0, &named(call.1, ""), Reader::Hotel(hotel)).await
        }
        Way::Key => {
            let admin = house.members[ADMIN].token().await;
            let name = format!("{} {}", run.markers.of(hotel).house, chance.below(1_000_000));
            let permissions =
                ["guests.read", "guests.write", "conversations.read", "conversations.write", "messages.send"];
            let call = Call::post("/v1/api-keys", &json!({"name": name, "permissions": permissions}));
            run.ask(wire, "api_keys_create", &named(call, &admin), Reader::Hotel(hotel)).await
        }
        Way::Visit => {
            let robin = run.hotels[HOTELS].members[ADMIN].token().await;
            let reason = format!("{} calls for help", run.markers.of(hotel).house);
            let body = json!({"organizationId": house.id, "reason": reason, "write": true, "minutes": 30});
            let call = Call::post("/v1/platform/switch-organization", &body);
            let call = call.header("X-Request-Id", &format!("h{HOTELS}-{}", &id[3..]));
            let call = call.header("Authorization", &format!("Bearer {robin}"));
            run.ask(wire, "platform_grants_create", &call, Reader::Platform).await
        }
    };
    let Ok(reply) = answered else { return false };
    let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    if reply.status >= 300 {
        return false;
    }
    let access = if who.way == Way::Key { text("secret") } else { text("accessToken") };
    *credential = Credential { access, refresh: text("refreshToken") };
    if credential.access.is_empty() {
        run.tally.found(format!("{} of {} was let in without a token: {answer}", who.label, house.slug));
    }
    true
}
