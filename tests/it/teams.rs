//! `/v1/teams`

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, eventually, two_hotels};

async fn department(hotel: &Hotel, name: &str) -> Value {
    hotel.post("/v1/departments", json!({"name": name})).await.assert_created()
}

async fn make(hotel: &Hotel, name: &str, department: Option<&Value>) -> Value {
    let body = json!({"name": name, "departmentId": department.map(|department| &department["id"])});
    hotel.post("/v1/teams", body).await.assert_created()
}

fn path(team: &Value) -> String {
    format!("/v1/teams/{}", team["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let front = department(&plaza, "Front office").await;
    let team = make(&plaza, "Night shift", Some(&front)).await;
    assert_eq!(team["departmentId"], front["id"]);
    let found = plaza.call_as_agent(Call::get(path(&team))).await;
    assert_eq!(found.assert_ok(), team);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(path(&team)).await.assert_problem(404, "team_not_found");
    assert_eq!(make(&plaza, "Day shift", None).await["departmentId"], Value::Null);
    for id in [json!(Uuid::now_v7()), department(&breeze, "Front office").await["id"].clone()] {
        let body = json!({"name": "Lost", "departmentId": id});
        plaza.post("/v1/teams", body).await.assert_problem(404, "department_not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_create_refuses_a_taken_name_and_is_done_once_for_a_key() {
    let (plaza, breeze) = two_hotels().await;
    let call = || Call::post("/v1/teams", &json!({"name": "Night"})).header("Idempotency-Key", "k-1");
    assert_eq!(plaza.call(call()).await.assert_created(), plaza.call(call()).await.assert_created());
    plaza.post("/v1/teams", json!({"name": "NIGHT"})).await.assert_problem(409, "teams_name_taken");
    breeze.post("/v1/teams", json!({"name": "NIGHT"})).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_update_moves_renames_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let (front, spa) = (department(&plaza, "Front").await, department(&plaza, "Spa").await);
    let team = make(&plaza, "Night", Some(&front)).await;
    let moved = plaza.patch(path(&team), json!({"departmentId": spa["id"]})).await.assert_ok();
    assert_eq!((&moved["departmentId"], &moved["name"]), (&spa["id"], &json!("Night")));
    let out = Call::patch(path(&team), &json!({"departmentId": null, "name": "Late"})).header("If-Match", "\"2\"");
    let out = plaza.call(out).await.assert_ok();
    assert_eq!((&out["departmentId"], &out["name"], &out["version"]), (&Value::Null, &json!("Late"), &json!(3)));
    let stale = Call::patch(path(&team), &json!({"name": "Never"})).header("If-Match", "\"2\"");
    plaza.call(stale).await.assert_problem(412, "stale");
    plaza.patch(path(&team), json!({"name": null})).await.assert_problem(422, "invalid");
    let nowhere = json!({"departmentId": Uuid::now_v7()});
    plaza.patch(path(&team), nowhere).await.assert_problem(404, "department_not_found");
    breeze.patch(path(&team), json!({"name": "Mine"})).await.assert_problem(404, "team_not_found");
    assert_eq!(plaza.get(path(&team)).await.assert_ok(), out);
}

/// Teams that move in and out between two pages neither repeat nor hide the others.
#[tokio::test(flavor = "multi_thread")]
async fn teams_list_shows_the_others_once_while_teams_move_between_departments() {
    let (plaza, _) = two_hotels().await;
    let (front, spa) = (department(&plaza, "Front").await, department(&plaza, "Spa").await);
    let mut teams = Vec::new();
    for number in 0..12 {
        teams.push(make(&plaza, &format!("Team {number}"), Some(&front)).await);
    }
    let outside = make(&plaza, "Outside", Some(&spa)).await;
    let list = format!("/v1/teams?departmentId={}&limit=3", front["id"].as_str().unwrap());
    let first = plaza.get(&list).await.assert_ok();
    // Newest first: 11, 10 and 9 were shown. One of them goes, one to come goes, the newest of all comes.
    for (team, to) in [(&teams[10], &spa), (&teams[5], &spa), (&outside, &front)] {
        plaza.patch(path(team), json!({"departmentId": to["id"]})).await.assert_ok();
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|team| team["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = names(&first);
    let mut cursor = first["nextCursor"].clone();
    while let Some(after) = cursor.as_str() {
        let page = plaza.get(format!("{list}&after={after}")).await.assert_ok();
        seen.extend(names(&page));
        cursor = page["nextCursor"].clone();
    }
    let expected: Vec<String> =
        [11, 10, 9, 8, 7, 6, 4, 3, 2, 1, 0].iter().map(|number| format!("Team {number}")).collect();
    assert_eq!(seen, expected);
    // A cursor goes with its filter.
    let other = format!("/v1/teams?departmentId={}&limit=3", spa["id"].as_str().unwrap());
    let after = first["nextCursor"].as_str().unwrap();
    plaza.get(format!("{other}&after={after}")).await.assert_problem(422, "invalid_cursor");
    let all: BTreeSet<String> = plaza.walk("/v1/teams", 4).await.iter().map(|team| team["name"].to_string()).collect();
    assert_eq!(all.len(), 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_delete_takes_the_memberships_along() {
    let (plaza, breeze) = two_hotels().await;
    let (team, other) = (make(&plaza, "Night", None).await, make(&plaza, "Day", None).await);
    for team in [&team, &other] {
        let member = format!("{}/members/{}", path(team), plaza.agent_id);
        plaza.call(Call::new("PUT".parse().unwrap(), member)).await.assert_status(204);
    }
    breeze.delete(path(&team)).await.assert_problem(404, "team_not_found");
    let stale = Call::delete(path(&team)).header("If-Match", "\"7\"");
    plaza.call(stale).await.assert_problem(412, "stale");
    let members = async || {
        let sql = "select count(*) from team_members where organization_id = $1";
        plaza.world.admin().await.query_one(sql, &[&plaza.id]).await.unwrap().get::<_, i64>(0)
    };
    assert_eq!(members().await, 2, "a refused delete leaves the members alone");
    plaza.delete(path(&team)).await.assert_status(204);
    plaza.delete(path(&team)).await.assert_problem(404, "team_not_found");
    assert_eq!(members().await, 1);
}

/// What belongs to a team keeps it, whatever it is: the foreign key says so.
#[tokio::test(flavor = "multi_thread")]
async fn teams_delete_refuses_one_that_something_belongs_to() {
    let (plaza, _) = two_hotels().await;
    let team = make(&plaza, "Night", None).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let admin = plaza.world.admin().await;
    admin
        .batch_execute(
            "do $$ begin
                 if not exists (select from pg_constraint where conname = 'conversations_team_unknown') then
                     alter table conversations add constraint conversations_team_unknown
                         foreign key (organization_id, team_id) references teams (organization_id, id);
                 end if;
             end $$",
        )
        .await
        .unwrap();
    let id = |value: &Value| value["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let give = "update conversations set team_id = $1 where id = $2";
    admin.execute(give, &[&Some(id(&team)), &id(&conversation)]).await.unwrap();
    plaza.delete(path(&team)).await.assert_problem(409, "team_in_use");
    admin.execute(give, &[&None::<Uuid>, &id(&conversation)]).await.unwrap();
    plaza.delete(path(&team)).await.assert_status(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_delete_and_a_member_who_joins_at_once_leave_no_membership_of_no_team() {
    let (plaza, _) = two_hotels().await;
    for round in 0..10 {
        let team = make(&plaza, &format!("Team {round}"), None).await;
        let join = Call::new("PUT".parse().unwrap(), format!("{}/members/{}", path(&team), plaza.agent_id));
        let (gone, joined) = tokio::join!(plaza.delete(path(&team)), plaza.call(join));
        match (gone.status.as_u16(), joined.status.as_u16()) {
            (204, 204) => (),
            (204, _) => drop(joined.assert_problem(404, "team_not_found")),
            _ => drop(gone.assert_problem(409, "team_in_use")),
        }
        if gone.status == 204 {
            plaza.get(format!("{}/members", path(&team))).await.assert_problem(404, "team_not_found");
        }
    }
    let orphans = "select count(*) from team_members m
                   where not exists (select from teams t where t.organization_id = m.organization_id and t.id = m.team_id)";
    assert_eq!(plaza.world.admin().await.query_one(orphans, &[]).await.unwrap().get::<_, i64>(0), 0);
}

/// Who sees the department is known to the server already, and would be for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_new_in_a_department_is_seen_at_once() {
    let (plaza, _) = two_hotels().await;
    let department = plaza.post("/v1/departments", json!({"name": "Front"})).await.assert_created();
    let team = async |name: &str| {
        let team = json!({"name": name, "departmentId": department["id"]});
        plaza.post("/v1/teams", team).await.assert_created()["id"].as_str().unwrap().to_owned()
    };
    let member = format!("/v1/teams/{}/members/{}", team("Day").await, plaza.agent_id);
    plaza.call(Call::new("PUT".parse().unwrap(), member)).await.assert_status(204);
    plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"dataScope": "department"})).await.assert_ok();
    plaza.call_as_agent(Call::get("/v1/guests")).await.assert_ok();
    let guest = json!({"fullName": "Ada", "email": "ada@example.com", "teamId": team("Night").await});
    let guest = plaza.post("/v1/guests", guest).await.assert_created();
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    let got = async || plaza.call_as_agent(Call::get(&path)).await.status;
    eventually("the new team is heard of", async || got().await == 200).await;
}
