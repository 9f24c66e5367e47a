//! Data scope and shares in scenes, over the API: what moves, ends and is refused.

use serde_json::{Value, json};
use uuid::Uuid;

use super::model::PERMISSIONS;
use crate::forged::Context;
use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

/// A member of a hotel who sees a part of it.
struct Colleague {
    hotel: Hotel,
    id: Uuid,
    token: String,
}

impl Colleague {
    async fn join(hotel: &Hotel, name: &str, scope: &str, teams: &[Uuid]) -> Colleague {
        let (admin, id) = (hotel.world.admin().await, Uuid::now_v7());
        for sql in [
            "insert into users (organization_id, id, email, full_name, data_scope) values ($1, $2, $3 || '@example.com', $3, $4)",
        ] {
            admin.execute(sql, &[&hotel.id, &id, &name, &scope]).await.unwrap();
        }
        for sql in [
            "insert into team_members (organization_id, user_id, team_id) select $1, $2, unnest($3::uuid[])",
            "insert into user_roles (organization_id, user_id, role_id)
             select organization_id, $2, id from roles where organization_id = $1 and built_in = 'agent' and $3::uuid[] is not null",
        ] {
            admin.execute(sql, &[&hotel.id, &id, &teams]).await.unwrap();
        }
        Colleague { hotel: hotel.clone(), id, token: hotel.fresh_token(id).await }
    }

    async fn call(&self, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.token)).send(&self.hotel.world).await
    }

    /// The ids a list shows.
    async fn list(&self, path: &str) -> Vec<String> {
        let page = self.call(Call::get(path)).await.assert_ok();
        page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Sees the conversation, with its messages and its guest, in every way there is; or in none.
    #[track_caller]
    fn sees(&self, conversation: &Value, expected: bool) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        let (id, guest) = (text(&conversation["id"]).to_owned(), text(&conversation["guestId"]).to_owned());
        async move {
            let path = format!("/v1/conversations/{id}");
            let listed = self.list("/v1/conversations").await.contains(&id);
            let got = self.call(Call::get(&path)).await.status == 200;
            let read = self.call(Call::get(format!("{path}/messages"))).await.status == 200;
            let met = self.call(Call::get(format!("/v1/guests/{guest}"))).await.status == 200;
            let known = self.list("/v1/guests").await.contains(&guest);
            assert_eq!([listed, got, read, met, known], [expected; 5], "{caller}: listed, got, read, met, known");
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// Plaza, a guest, a conversation with a message, and its path.
async fn plaza() -> (Hotel, Hotel, Value, String) {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    plaza.create_message(&conversation, "Welcome!").await;
    let path = format!("/v1/conversations/{}", text(&conversation["id"]));
    (plaza, breeze, conversation, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_reassigned_is_seen_by_others_at_once() {
    let (plaza, breeze, conversation, path) = plaza().await;
    let (front, spa) = (plaza.create_team("Front office").await, plaza.create_team("Spa").await);
    let ann = Colleague::join(&plaza, "ann", "own", &[front]).await;
    let bea = Colleague::join(&plaza, "bea", "team", &[front]).await;
    let cem = Colleague::join(&plaza, "cem", "team", &[spa]).await;
    let eve = Colleague::join(&breeze, "eve", "all", &[]).await;
    for (patch, seen) in [
        (json!({}), [false, false, false]),
        (json!({"ownerId": ann.id}), [true, false, false]),
        (json!({"ownerId": bea.id, "teamId": spa}), [false, true, true]),
        (json!({"ownerId": null, "teamId": front}), [false, true, false]),
        (json!({"teamId": null}), [false, false, false]),
    ] {
        plaza.patch(&path, patch).await.assert_ok();
        for (colleague, seen) in [&ann, &bea, &cem].into_iter().zip(seen) {
            colleague.sees(&conversation, seen).await;
        }
        eve.sees(&conversation, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_is_all_its_teams_and_a_move_between_them_counts() {
    let (plaza, _, conversation, path) = plaza().await;
    let teams = [plaza.create_team("Front office").await, plaza.create_team("Concierge").await];
    let dan = Colleague::join(&plaza, "dan", "department", &teams[..1]).await;
    plaza.patch(&path, json!({"teamId": teams[1]})).await.assert_ok();
    dan.sees(&conversation, false).await;
    let (admin, department) = (plaza.world.admin().await, Uuid::now_v7());
    let sql = "insert into departments (organization_id, id, name) values ($1, $2, 'Lobby')";
    admin.execute(sql, &[&plaza.id, &department]).await.unwrap();
    let sql = "update teams set department_id = $2 where organization_id = $1";
    admin.execute(sql, &[&plaza.id, &department]).await.unwrap();
    // Nobody told the server but the database.
    let id = text(&conversation["id"]).to_owned();
    eventually("the server hears of it", async || dan.list("/v1/conversations").await.contains(&id)).await;
    dan.sees(&conversation, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_to_read_shows_and_does_not_let_write() {
    let (plaza, _, conversation, path) = plaza().await;
    let ann = Colleague::join(&plaza, "ann", "own", &[]).await;
    let guest = format!("/v1/guests/{}", text(&conversation["guestId"]));
    let shares = format!("{path}/shares");
    let share = plaza.post(&shares, json!({"userId": ann.id, "access": "read"})).await.assert_created();
    ann.sees(&conversation, true).await;
    let writes = || {
        [
            Call::patch(&path, &json!({"status": "closed"})),
            Call::patch(&path, &json!({"ownerId": ann.id})),
            Call::delete(&path),
            Call::post(format!("{path}/messages"), &json!({"content": "Mine"})),
            Call::post(&shares, &json!({"userId": plaza.agent_id, "access": "write"})),
            Call::delete(format!("{shares}/{}", text(&share["id"]))),
            // Who answers a conversation sees the guest, and no more than that.
            Call::patch(&guest, &json!({"notes": "Mine"})),
            Call::delete(&guest),
            Call::post(format!("{guest}/shares"), &json!({"userId": ann.id, "access": "write"})),
        ]
    };
    let before = plaza.world.contents().await;
    for write in writes() {
        let (method, path) = (write.method.clone(), write.path.clone());
        let refused = ann.call(write).await;
        assert_eq!(refused.json()["code"], "permission_denied", "{method} {path}: {}", refused.json());
    }
    assert_eq!(plaza.world.contents().await, before);

    // To write, everything of the conversation goes; the guest stays who they were.
    plaza.delete(format!("{shares}/{}", text(&share["id"]))).await.assert_status(204);
    ann.sees(&conversation, false).await;
    let share = plaza.post(&shares, json!({"userId": ann.id, "access": "write"})).await.assert_created();
    let statuses = [200, 200, 204, 409, 201];
    for (write, status) in writes().into_iter().zip(statuses) {
        ann.call(write).await.assert_status(status);
    }
    ann.call(Call::patch(&guest, &json!({"notes": "Mine"}))).await.assert_problem(403, "permission_denied");
    ann.call(Call::delete(format!("{shares}/{}", text(&share["id"])))).await.assert_status(204);
    // It became their own on the way.
    ann.call(Call::get(&path)).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_with_a_team_is_for_its_members_until_it_runs_out() {
    let (plaza, _, conversation, path) = plaza().await;
    let front = plaza.create_team("Front office").await;
    let ann = Colleague::join(&plaza, "ann", "own", &[front]).await;
    let bea = Colleague::join(&plaza, "bea", "own", &[]).await;
    let body = json!({"teamId": front, "access": "read", "expiresAt": "2999-01-01T00:00:00Z"});
    plaza.post(format!("{path}/shares"), body).await.assert_created();
    ann.sees(&conversation, true).await;
    bea.sees(&conversation, false).await;
    let sql = "update shares set created_at = now() - interval '1 day', expires_at = now() - interval '1 second'";
    plaza.world.admin().await.execute(sql, &[]).await.unwrap();
    ann.sees(&conversation, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_a_part_owns_what_they_make_and_cannot_lose_sight_of_it() {
    let (plaza, _, conversation, _) = plaza().await;
    let front = plaza.create_team("Front office").await;
    let ann = Colleague::join(&plaza, "ann", "own", &[front]).await;
    let bea = Colleague::join(&plaza, "bea", "team", &[front]).await;
    let make = |body: Value| Call::post("/v1/guests", &body);
    let own = ann.call(make(json!({"fullName": "Bo", "phone": "+4915112345678"}))).await.assert_created();
    assert_eq!(own["ownerId"], ann.id.to_string());
    let body = json!({"fullName": "Cy", "phone": "+4915112345679", "teamId": front});
    let teams = bea.call(make(body)).await.assert_created();
    assert_eq!([&teams["ownerId"], &teams["teamId"]], [&Value::Null, &json!(front)]);
    // What would be out of sight is not made: another's, or a team's whose members they only are.
    for beyond in [json!({"ownerId": bea.id}), json!({"teamId": front})] {
        let mut body = json!({"fullName": "Dee", "phone": "+4915112345670"});
        body.as_object_mut().unwrap().extend(beyond.as_object().unwrap().clone());
        ann.call(make(body)).await.assert_problem(403, "permission_denied");
    }
    let begin = |guest: &Value| Call::post("/v1/conversations", &json!({"guestId": guest, "channel": "sms"}));
    let talk = ann.call(begin(&own["id"])).await.assert_created();
    assert_eq!(talk["ownerId"], ann.id.to_string());
    // A guest out of sight is as good as none: a conversation would show them.
    for guest in [&teams["id"], &conversation["guestId"], &json!(Uuid::now_v7())] {
        ann.call(begin(guest)).await.assert_problem(404, "guest_not_found");
    }
    let paths = [format!("/v1/guests/{}", text(&own["id"])), format!("/v1/conversations/{}", text(&talk["id"]))];
    for path in &paths {
        for away in [json!({"ownerId": bea.id}), json!({"ownerId": null})] {
            let answer = ann.call(Call::patch(path, &away)).await;
            // The guest stays in sight through the conversation, and is not theirs to give all the same.
            answer.assert_problem(403, "permission_denied");
        }
        assert_eq!(plaza.get(path).await.assert_ok()["ownerId"], ann.id.to_string());
    }
    // Whoever sees the whole hotel makes what is nobody's.
    assert_eq!(conversation["ownerId"], Value::Null);
}

/// Which permission a column takes is a matter of the database too.
#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_changes_by_the_permission_of_what_changes() {
    let (plaza, _, conversation, _) = plaza().await;
    let (app, sealer) = (plaza.world.app_client().await, plaza.world.sealer());
    let changes = [
        ("conversations.assign", format!("owner_id = '{}'", plaza.agent_id)),
        ("conversations.write", "status = 'closed'".to_owned()),
        ("conversations.write", "subject = 'Early arrival'".to_owned()),
        ("messages.send", "last_message_at = now(), activity_at = now()".to_owned()),
    ];
    for held in ["conversations.assign", "conversations.write", "messages.send", "guests.write", PERMISSIONS] {
        let context = Context::of(&sealer, &plaza, plaza.agent_id, held);
        for (needed, change) in &changes {
            let sql =
                format!("update conversations set {change} where id = '{}' returning id", text(&conversation["id"]));
            let done = super::views::run(&app, &context, &sql).await;
            // Without any of the three the row is not there to be changed; with another one, the change is refused.
            let rows = match done {
                Ok(ids) => ids.len(),
                Err(state) => {
                    assert_eq!(state, "42501", "{held}: {change}");
                    0
                }
            };
            assert_eq!(rows == 1, held.contains(needed), "{held}: {change}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_goes_once_it_takes_care_of_nothing_and_takes_its_shares() {
    let (plaza, breeze, _, path) = plaza().await;
    let front = plaza.create_team("Front office").await;
    plaza.patch(&path, json!({"teamId": front})).await.assert_ok();
    plaza.post(format!("{path}/shares"), json!({"teamId": front, "access": "read"})).await.assert_created();
    let team = format!("/v1/teams/{front}");
    plaza.delete(&team).await.assert_problem(409, "team_in_use");
    plaza.patch(&path, json!({"teamId": null})).await.assert_ok();
    plaza.delete(&team).await.assert_status(204);
    assert_eq!(plaza.walk(&format!("{path}/shares"), 5).await.len(), 0);
    breeze.get(&path).await.assert_problem(404, "conversation_not_found");
}
