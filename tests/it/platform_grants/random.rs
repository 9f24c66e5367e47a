//! A thousand requests of every kind, and a model of the records they leave: exactly those.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stayzr::audit_log::verify;
use uuid::Uuid;

use super::{switch, two_hotels_and_the_platform};
use crate::support::{Answer, Call, Chance, Cluster, Hotel, SuperAdmin, Visit, connect};

const REQUESTS_EACH: usize = 500;
/// A server has heard by then that a visit is over.
const HEARD: Duration = Duration::from_secs(1);

/// What a record says: action, resource, its id, hotel, outcome, who, by which grant.
type Record = (String, String, Option<String>, i32, String, Uuid, Option<Uuid>);

/// A super admin who does whatever comes to mind, and writes down what that leaves.
struct Visitor {
    admin: SuperAdmin,
    hotels: [Hotel; 2],
    guests: [Value; 2],
    visits: Vec<(usize, bool, Visit)>,
    over: Vec<(Instant, Visit)>,
    expected: BTreeMap<String, Record>,
    answers: BTreeMap<u16, usize>,
    chance: Chance,
    number: usize,
    name: &'static str,
}

/// One request to come and what it leaves.
struct Plan {
    call: Call,
    status: u16,
    action: &'static str,
    resource: &'static str,
    resource_id: Option<String>,
    outcome: &'static str,
}

fn plan(call: Call, status: u16, action: &'static str, resource: &'static str, outcome: &'static str) -> Plan {
    Plan { call, status, action, resource, resource_id: None, outcome }
}

impl Plan {
    fn of(self, id: impl ToString) -> Plan {
        Plan { resource_id: Some(id.to_string()), ..self }
    }
}

impl Visitor {
    fn pick(&mut self, bound: usize) -> usize {
        usize::try_from(self.chance.below(bound as u64)).unwrap()
    }

    /// Sends it, with an id that its record is found by.
    async fn send(&mut self, token: &str, call: Call) -> (String, Answer) {
        self.number += 1;
        let request = format!("{}-{:05}", self.name, self.number);
        let call = call.header("X-Request-Id", &request).header("Authorization", &format!("Bearer {token}"));
        let answer = call.send(&self.admin.world).await;
        *self.answers.entry(answer.status.as_u16()).or_default() += 1;
        (request, answer)
    }

    async fn expect(&mut self, token: &str, plan: Plan, organization: i32, grant: Option<Uuid>) -> Answer {
        let what = format!("{:?}", plan.call);
        let (request, answer) = self.send(token, plan.call).await;
        assert_eq!(answer.status.as_u16(), plan.status, "{what}: {}", answer.json());
        let (action, resource) = (plan.action.into(), plan.resource.into());
        let record = (action, resource, plan.resource_id, organization, plan.outcome.to_owned(), self.admin.id, grant);
        self.expected.insert(request, record);
        answer
    }

    /// Something across hotels.
    async fn across(&mut self) {
        let (home, token) = (self.admin.home.id, self.admin.token.clone());
        let switch_path = "/v1/platform/switch-organization";
        let grants = "platform_grants";
        let nobody = Uuid::now_v7();
        let plan = match self.pick(11) {
            0 => plan(Call::get("/v1/platform/grants?limit=3"), 200, "platform_grants_list", grants, "done"),
            1 => plan(Call::get("/v1/platform/grants?limit=0"), 422, "platform_grants_list", grants, "refused"),
            2 => plan(Call::get("/v1/platform/grants?who=me"), 422, "platform_grants_list", grants, "refused"),
            3 => plan(Call::post(switch_path, &switch(i32::MAX)), 404, "platform_grants_create", grants, "done"),
            4 => plan(Call::post(switch_path, &json!({"write": 1})), 422, "platform_grants_create", grants, "refused"),
            5 => {
                let call = Call::new("DELETE".parse().unwrap(), format!("/v1/platform/grants/{nobody}"));
                plan(call, 404, "platform_grants_end", grants, "done").of(nobody)
            }
            6 => plan(Call::delete("/v1/platform/grants/odd"), 422, "platform_grants_end", grants, "refused").of("odd"),
            7 => plan(Call::get("/v1/platform/nothing"), 404, "route_not_found", "route", "refused"),
            8 => plan(Call::patch("/v1/platform/grants", &json!({})), 405, "method_not_allowed", "route", "refused"),
            9 if !self.visits.is_empty() => {
                let index = self.pick(self.visits.len());
                let (hotel, _, visit) = self.visits.swap_remove(index);
                let call = Call::delete(format!("/v1/platform/grants/{}", visit.grant_id));
                let plan = plan(call, 204, "platform_grants_end", grants, "done").of(visit.grant_id);
                self.expect(&token, plan, self.hotels[hotel].id, None).await;
                self.over.push((Instant::now(), visit));
                return;
            }
            _ => return self.begin().await,
        };
        self.expect(&token, plan, home, None).await;
    }

    /// Something about one hotel, or about them all, without a visit.
    async fn over_hotels(&mut self) {
        let (home, token, hotel) = (self.admin.home.id, self.admin.token.clone(), self.pick(2));
        let hotel = self.hotels[hotel].id;
        let all = "/v1/platform/organizations";
        let path = |id: i32| format!("{all}/{id}");
        let because = json!({"reason": "Ticket 4711"});
        let noun = "platform_organizations";
        let one = |call: Call, status: u16, action: &'static str| plan(call, status, action, noun, "done").of(hotel);
        let (about, plan) = match self.pick(10) {
            0 => (hotel, one(Call::get(path(hotel)), 200, "platform_organizations_get")),
            1 => {
                let call = Call::patch(path(hotel), &json!({"name": format!("Hotel {}", self.number)}));
                (hotel, one(call, 200, "platform_organizations_update"))
            }
            2 => {
                let call = Call::patch(path(hotel), &json!({"name": "Mine"})).header("If-Match", "\"0\"");
                (hotel, one(call, 412, "platform_organizations_update"))
            }
            3 => {
                let call = Call::post(format!("{}/suspend", path(hotel)), &because);
                (hotel, one(call, 200, "platform_organizations_suspend"))
            }
            4 => {
                let call = Call::post(format!("{}/reactivate", path(hotel)), &because);
                (hotel, one(call, 200, "platform_organizations_reactivate"))
            }
            5 => {
                let call = Call::post(format!("{}/suspend", path(home)), &because);
                (home, plan(call, 409, "platform_organizations_suspend", noun, "refused").of(home))
            }
            6 => {
                let body = json!({"slug": "sea-breeze", "name": "Mine", "firstAdmin": {"email": "eve@example.com"}});
                (home, plan(Call::post(all, &body), 409, "platform_organizations_create", noun, "refused"))
            }
            7 => {
                let call = Call::get(format!("{all}?sort=-userCount&limit=2"));
                (home, plan(call, 200, "platform_organizations_list", noun, "done"))
            }
            8 => {
                let call = Call::get("/v1/platform/users?search=admin");
                (home, plan(call, 200, "platform_users_list", "platform_users", "done"))
            }
            _ => {
                let call = Call::get(format!("/v1/platform/audit-log?organizationId={hotel}&limit=5"));
                (hotel, plan(call, 200, "platform_audit_log_list", "platform_audit_log", "done"))
            }
        };
        self.expect(&token, plan, about, None).await;
    }

    async fn begin(&mut self) {
        let (hotel, write, token) = (self.pick(2), self.pick(2) == 1, self.admin.token.clone());
        let mut body = switch(self.hotels[hotel].id);
        body["write"] = json!(write);
        let call = Call::post("/v1/platform/switch-organization", &body);
        let plan = plan(call, 201, "platform_grants_create", "platform_grants", "done");
        let made = self.expect(&token, plan, self.hotels[hotel].id, None).await.json();
        let visit = Visit {
            world: self.admin.world.clone(),
            grant_id: made["grant"]["id"].as_str().unwrap().parse().unwrap(),
            token: made["accessToken"].as_str().unwrap().to_owned(),
        };
        self.visits.push((hotel, write, visit));
    }

    /// Something on a visit.
    async fn inside(&mut self) {
        if self.visits.is_empty() {
            return self.begin().await;
        }
        let index = self.pick(self.visits.len());
        let (hotel, write, visit) = self.visits[index].clone();
        let id = |guest: &Value| guest["id"].as_str().unwrap().to_owned();
        let (own, others) = (id(&self.guests[hotel]), id(&self.guests[1 - hotel]));
        let guest = json!({"fullName": "Bo", "email": format!("{}@example.com", Uuid::now_v7())});
        let taken = json!({"fullName": "Bo", "email": self.guests[hotel]["email"]});
        let path = |id: &str| format!("/v1/guests/{id}");
        // Who may not write is refused whatever it would have come to.
        let writes = |call: Call, status: u16, action: &'static str, resource: &'static str, outcome: &'static str| {
            let (status, outcome) = if write { (status, outcome) } else { (403, "refused") };
            plan(call, status, action, resource, outcome)
        };
        let plan = match self.pick(19) {
            0 => plan(Call::get("/v1/guests"), 200, "guests_list", "guests", "done"),
            1 => plan(Call::new("HEAD".parse().unwrap(), "/v1/guests"), 200, "guests_list", "guests", "done"),
            2 => plan(Call::get(path(&own)), 200, "guests_get", "guests", "done").of(&own),
            3 => plan(Call::get(path(&others)), 404, "guests_get", "guests", "done").of(&others),
            4 => plan(Call::get("/v1/auth/me"), 200, "auth_me", "auth", "done"),
            5 => plan(Call::get("/v1/audit-log?limit=1"), 200, "audit_log_list", "audit_log", "done"),
            6 => plan(Call::get("/v1/guests?after=odd"), 422, "guests_list", "guests", "refused"),
            7 => plan(Call::get(path("odd")), 422, "guests_get", "guests", "refused").of("odd"),
            8 => plan(Call::get("/v1/nothing"), 404, "route_not_found", "route", "refused"),
            9 => plan(Call::delete("/v1/guests"), 405, "method_not_allowed", "route", "refused"),
            10 => plan(Call::get("/v1/platform/grants"), 403, "permission_denied", "route", "refused"),
            11 => plan(Call::post("/v1/auth/logout", &json!({})), 403, "auth_logout", "auth", "refused"),
            12 => plan(Call::post("/v1/guests", &json!({"fullName": 1})), 422, "guests_create", "guests", "refused"),
            13 => writes(Call::post("/v1/guests", &guest), 201, "guests_create", "guests", "done"),
            14 => {
                let key = Uuid::now_v7().to_string();
                let call = Call::post("/v1/guests", &guest).header("Idempotency-Key", &key);
                let first = writes(call.clone(), 201, "guests_create", "guests", "done");
                self.expect(&visit.token, first, self.hotels[hotel].id, Some(visit.grant_id)).await;
                writes(call, 201, "guests_create", "guests", "done")
            }
            15 => writes(Call::post("/v1/guests", &taken), 409, "guests_create", "guests", "refused"),
            16 => {
                let name = json!({"name": format!("Hotel {}", self.number)});
                writes(Call::patch("/v1/organization", &name), 200, "organizations_update", "organizations", "done")
            }
            17 => {
                let body = json!({"notes": format!("note {}", self.number)});
                writes(Call::patch(path(&own), &body), 200, "guests_update", "guests", "done").of(&own)
            }
            _ => {
                let call = Call::post("/v1/auth/switch-back", &json!({}));
                let plan = plan(call, 204, "auth_switch_back", "auth_switch", "done");
                self.expect(&visit.token, plan, self.hotels[hotel].id, Some(visit.grant_id)).await;
                self.visits.swap_remove(index);
                self.over.push((Instant::now(), visit));
                return;
            }
        };
        self.expect(&visit.token, plan, self.hotels[hotel].id, Some(visit.grant_id)).await;
    }

    /// With a token whose visit is over: nobody comes in. What `refused.rs` says of that is another record.
    async fn after(&mut self) {
        let over = self.over.iter().find(|(since, _)| since.elapsed() > HEARD).map(|(_, visit)| visit.token.clone());
        let Some(token) = over else { return self.inside().await };
        let (_, answer) = self.send(&token, Call::get("/v1/guests")).await;
        answer.assert_problem(401, "unauthenticated");
    }

    async fn run(mut self) -> Visitor {
        while self.number < REQUESTS_EACH {
            match self.pick(12) {
                0..4 => self.across().await,
                4..6 => self.over_hotels().await,
                6..11 => self.inside().await,
                _ => self.after().await,
            }
        }
        self
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_requests_leave_exactly_the_records_they_should() {
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let guests = [plaza.create_guest("ada@example.com").await, breeze.create_guest("ada@example.com").await];
    let kim = robin.colleague().await;
    let visitor = |admin: &SuperAdmin, name: &'static str, seed: u64| Visitor {
        admin: admin.clone(),
        hotels: [plaza.clone(), breeze.clone()],
        guests: guests.clone(),
        visits: Vec::new(),
        over: Vec::new(),
        expected: BTreeMap::new(),
        answers: BTreeMap::new(),
        chance: Chance::new(seed),
        number: 0,
        name,
    };
    let (robins, kims) = (visitor(&robin, "robin", seed), visitor(&kim, "kim", seed.wrapping_add(1)));
    let (robins, kims) = tokio::join!(tokio::spawn(robins.run()), tokio::spawn(kims.run()));
    let (mut robins, kims) = (robins.unwrap(), kims.unwrap());
    eprintln!("answers by status: {:?} and {:?}", robins.answers, kims.answers);
    robins.expected.extend(kims.expected);

    let admin = robin.world.admin().await;
    let sql = "select request_id, action, resource, resource_id, organization_id, outcome, actor_user_id, grant_id,
                      count(*) over (partition by request_id)
               from audit_log where actor_kind = 'super_admin' and action <> 'visit_over' order by request_id";
    let mut found = BTreeMap::new();
    for row in admin.query(sql, &[]).await.unwrap() {
        let (request, times): (String, i64) = (row.get(0), row.get(8));
        assert_eq!(times, 1, "{request} is on record once");
        let record: Record =
            (row.get(1), row.get(2), row.get(3), row.get(4), row.get(5), row.get(6), row.get::<_, Option<Uuid>>(7));
        found.insert(request, record);
    }
    let lacking: Vec<_> = robins.expected.iter().filter(|(request, _)| !found.contains_key(*request)).collect();
    assert!(lacking.is_empty(), "not on record: {lacking:?}");
    assert_eq!(found, robins.expected);
    assert!(found.len() > 9 * REQUESTS_EACH / 5, "nearly every request leaves one");

    let mut platform = connect(&Cluster::get().config("stayzr_platform", &robin.world.database)).await;
    let mut faults = Vec::new();
    verify(&mut platform, |_| (), |fault| faults.push(fault)).await.unwrap();
    assert_eq!(faults, []);
}
