//! Two hotels, each with something of everything.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::invoices::invoiced;
use crate::support::{Answer, Call, Hotel, World, eventually, two_hotels};

/// Plaza owns what is tried; Breeze is the rival who tries it. Nobody's ids are ids
/// that no hotel has.
pub struct Scene {
    pub plaza: Hotel,
    pub breeze: Hotel,
    pub guest: Value,
    pub archived_guest: Value,
    pub conversation: Value,
    pub archived_conversation: Value,
    pub own_guest: Value,
    pub own_conversation: Value,
    pub department: Value,
    pub team: Value,
    pub own_team: Value,
    /// One of Plaza's two.
    pub property: Value,
    pub role: Value,
    pub built_in_role: Value,
    /// A team of Plaza's, with whom things of Plaza's are shared.
    pub shared_team: Uuid,
    pub invitation: Value,
    pub nobody: Uuid,
    /// Of Plaza's administrator, who has just signed in.
    pub refresh_token: String,
    /// One of Plaza's keys; it has two.
    pub api_key: String,
    /// The grant of a super admin's visit to Plaza.
    pub visit_to_plaza: Uuid,
    /// One of Plaza's two.
    pub invoice: Uuid,
    /// Whatever names Plaza or something of Plaza's: no answer to Breeze may hold any.
    secrets: Vec<String>,
}

/// The id of a JSON resource.
pub fn id(resource: &Value) -> &str {
    resource["id"].as_str().expect("an id")
}

/// Departments and teams enough for a second page; the last team has everybody.
async fn people(hotel: &Hotel, word: &str) -> (Value, Value) {
    let (mut department, mut team) = (Value::Null, Value::Null);
    for number in 0..2 {
        let name = format!("for the eyes of the {word} only, {number}");
        department = hotel.post("/v1/departments", json!({"name": name})).await.assert_created();
        let body = json!({"name": name, "departmentId": department["id"]});
        team = hotel.post("/v1/teams", body).await.assert_created();
    }
    for user in [hotel.admin_id, hotel.agent_id] {
        let path = format!("/v1/teams/{}/members/{user}", id(&team));
        hotel.call(Call::new("PUT".parse().unwrap(), path)).await.assert_status(204);
    }
    (department, team)
}

impl Scene {
    pub async fn new() -> Scene {
        let (plaza, breeze) = two_hotels().await;
        let guest = plaza.create_guest("ada@plaza-guest.example").await;
        let archived_guest = plaza.create_guest("bo@plaza-guest.example").await;
        plaza.delete(format!("/v1/guests/{}", id(&archived_guest))).await.assert_status(204);
        let conversation = plaza.create_conversation(&guest).await;
        let archived_conversation = plaza.create_conversation(&guest).await;
        for conversation in [&conversation, &archived_conversation] {
            plaza.create_message(conversation, "for the ears of the plaza only").await;
            plaza.create_message(conversation, "for the ears of the plaza alone").await;
        }
        let owned = json!({"ownerId": plaza.agent_id});
        plaza.patch(format!("/v1/conversations/{}", id(&conversation)), owned).await.assert_ok();
        let archived_path = format!("/v1/conversations/{}", id(&archived_conversation));
        plaza.delete(&archived_path).await.assert_status(204);
        // Open ones enough for a second page.
        plaza.create_conversation(&guest).await;
        plaza.create_guest("cy@plaza-guest.example").await;

        let key = json!({"name": "Booking engine", "permissions": ["guests.read"]});
        plaza.post("/v1/api-keys", key.clone()).await.assert_created();
        let api_key = id(&plaza.post("/v1/api-keys", key).await.assert_created()).to_owned();
        let invite = async |hotel: &Hotel, email: &str| {
            hotel.post("/v1/invitations", json!({"email": email})).await.assert_created()
        };
        invite(&plaza, "olga@plaza-guest.example").await;
        let invitation = invite(&plaza, "nora@plaza-guest.example").await;
        invite(&breeze, "paul@breeze-guest.example").await;
        for _ in 0..3 {
            plaza.world.mails.next().await;
        }

        let signed_in = plaza.sign_in("admin").await;
        let refresh_token = signed_in["refreshToken"].as_str().unwrap().to_owned();

        let own_guest = breeze.create_guest("dee@breeze-guest.example").await;
        let own_conversation = breeze.create_conversation(&own_guest).await;
        breeze.create_message(&own_conversation, "for the ears of the breeze").await;

        let (department, team) = people(&plaza, "plaza").await;
        let (_, own_team) = people(&breeze, "breeze").await;

        let property = json!({"name": "for the eyes of the plaza only"});
        plaza.post("/v1/properties", json!({"name": "for the eyes of the plaza too"})).await.assert_created();
        let property = plaza.post("/v1/properties", property).await.assert_created();
        breeze.post("/v1/properties", json!({"name": "Breeze"})).await.assert_created();

        // Raised as the functions that count do it, about another thing at each hotel.
        let alert = "insert into usage_alerts (organization_id, id, resource, threshold, maximum, used, period_start,
                         period_end)
                     select $1, app.uuid_v7(), $2, t, 10, 9, now(), now() + interval '1 month' from unnest($3::smallint[]) t";
        let admin = plaza.world.admin().await;
        admin.execute(alert, &[&plaza.id, &"guests", &[80_i16, 90].as_slice()]).await.unwrap();
        admin.execute(alert, &[&breeze.id, &"users", &[80_i16].as_slice()]).await.unwrap();

        let body = json!({"name": "for the eyes of the plaza", "permissions": ["guests.read"]});
        let role = plaza.post("/v1/roles", body).await.assert_created();
        let roles = plaza.walk("/v1/roles", 50).await;
        let built_in_role = roles.into_iter().find(|role| role["builtIn"] == "agent").expect("a built-in role");
        let shared_team = plaza.create_team("Plaza team").await;
        for path in ["/v1/guests", "/v1/conversations"] {
            let resource = if path == "/v1/guests" { &guest } else { &conversation };
            let shares = format!("{path}/{}/shares", id(resource));
            for with in
                [json!({"userId": plaza.admin_id, "access": "read"}), json!({"teamId": shared_team, "access": "write"})]
            {
                plaza.post(&shares, with).await.assert_created();
            }
            let own = if path == "/v1/guests" { &own_guest } else { &own_conversation };
            let with = json!({"userId": breeze.admin_id, "access": "read"});
            breeze.post(format!("{path}/{}/shares", id(own)), with).await.assert_created();
        }

        let visit_to_plaza = plaza.world.platform().await.visit(&plaza, false).await.grant_id;

        let invoice = invoiced(&plaza, 2).await[0];
        invoiced(&breeze, 1).await;

        let mut scene = Scene {
            plaza,
            breeze,
            guest,
            archived_guest,
            conversation,
            archived_conversation,
            own_guest,
            own_conversation,
            department,
            team,
            own_team,
            property,
            role,
            built_in_role,
            shared_team,
            invitation,
            nobody: Uuid::now_v7(),
            refresh_token,
            api_key,
            visit_to_plaza,
            invoice,
            secrets: Vec::new(),
        };
        scene.secrets = scene.names_of_plaza().await;
        scene
    }

    pub fn world(&self) -> &Arc<World> {
        &self.plaza.world
    }

    /// Every row of Plaza's in every table there is, and so also in those to come.
    pub async fn everything_of_plaza(&self) -> Vec<(String, Value)> {
        let admin = self.world().admin().await;
        let tables = admin
            .query(
                "select c.relname, case c.relname when 'organizations' then 'id' else 'organization_id' end
                 from pg_class c
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
                 order by 1",
                &[],
            )
            .await
            .unwrap();
        let mut rows = Vec::new();
        for table in tables {
            let (table, tenant): (String, String) = (table.get(0), table.get(1));
            let all = format!(
                "select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]') from {table} t where {tenant} = $1"
            );
            rows.push((table, admin.query_one(&all, &[&self.plaza.id]).await.unwrap().get(0)));
        }
        rows
    }

    async fn names_of_plaza(&self) -> Vec<String> {
        let mut names = vec![
            self.plaza.slug.clone(),
            "plaza-guest".into(),
            "the ears of the plaza".into(),
            "the eyes of the plaza".into(),
        ];
        for (_, rows) in self.everything_of_plaza().await {
            let ids = rows.as_array().unwrap().iter().flat_map(|row| [&row["id"], &row["tenant_id"]]);
            names.extend(ids.filter_map(Value::as_str).map(str::to_owned));
        }
        assert!(names.len() > 10, "Plaza has something to lose");
        names
    }

    /// Breeze calls, and hears nothing of Plaza.
    #[track_caller]
    pub fn breeze(&self, call: Call) -> impl Future<Output = Answer> {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.breeze.call(call).await;
            self.hears_nothing_of_plaza(&answer, caller);
            answer
        }
    }

    /// Nobody calls, without a token, and hears nothing of Plaza.
    pub async fn stranger(&self, call: Call) -> Answer {
        let answer = call.send(self.world()).await;
        self.hears_nothing_of_plaza(&answer, std::panic::Location::caller());
        answer
    }

    /// Breeze's agent signs in, calls this and is signed out; Plaza notices nothing.
    pub async fn ends_only_its_own(&self, path: &str) {
        let tokens = self.stranger(Call::post("/v1/auth/login", &self.breeze.credentials("agent"))).await.assert_ok();
        let bearer = format!("Bearer {}", tokens["accessToken"].as_str().unwrap());
        let as_agent = |call: Call| self.stranger(call.header("Authorization", &bearer));
        as_agent(Call::get("/v1/auth/me")).await.assert_ok();
        as_agent(Call::new(Method::POST, path)).await.assert_status(204);
        eventually("the session to end", async || as_agent(Call::get("/v1/auth/me")).await.status == 401).await;
        self.plaza.get("/v1/auth/me").await.assert_ok();
    }

    fn hears_nothing_of_plaza(&self, answer: &Answer, caller: &std::panic::Location<'_>) {
        let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}\n")).collect::<String>();
        let all = headers + &String::from_utf8_lossy(&answer.body);
        let told = self.secrets.iter().find(|secret| all.contains(secret.as_str()));
        assert!(told.is_none(), "{caller}: the rival was told {told:?}:\n{all}");
    }

    /// Breeze's call with an id of Plaza's is answered as the same call with nobody's id:
    /// with this problem, and byte for byte the same.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &'static str, theirs: Call, nobodys: Call) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let (theirs, nobodys) = (self.breeze.call(theirs).await, self.breeze.call(nobodys).await);
            self.same(&theirs, &nobodys, caller);
            let got = (theirs.status, theirs.json()["code"].clone());
            let expected = (StatusCode::from_u16(status).unwrap(), json!(code));
            assert_eq!(got, expected, "{caller}: {}", theirs.json());
        }
    }

    /// The two answers tell the same, and nothing of Plaza.
    #[track_caller]
    pub fn assert_same(&self, theirs: &Answer, nobodys: &Answer) {
        self.same(theirs, nobodys, std::panic::Location::caller());
    }

    fn same(&self, theirs: &Answer, nobodys: &Answer, caller: &std::panic::Location<'_>) {
        self.hears_nothing_of_plaza(theirs, caller);
        let (theirs, nobodys) = (theirs.without_request_id(), nobodys.without_request_id());
        assert_eq!(theirs, nobodys, "{caller}: what is Plaza's and what is nobody's must look the same");
    }
}
