//! `/v1/teams/{id}/members`

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, eventually, two_hotels};

async fn team(hotel: &Hotel, name: &str) -> String {
    let team = hotel.post("/v1/teams", json!({"name": name})).await.assert_created();
    format!("/v1/teams/{}/members", team["id"].as_str().unwrap())
}

fn add(members: &str, user: Uuid) -> Call {
    Call::new("PUT".parse().unwrap(), format!("{members}/{user}"))
}

fn remove(members: &str, user: Uuid) -> Call {
    Call::delete(format!("{members}/{user}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn team_members_add_and_remove_change_nothing_the_second_time() {
    let (plaza, breeze) = two_hotels().await;
    let members = team(&plaza, "Night").await;
    plaza.call(add(&members, plaza.agent_id)).await.assert_status(204);
    let first = plaza.get(&members).await.assert_ok();
    plaza.call(add(&members, plaza.agent_id)).await.assert_status(204);
    assert_eq!(plaza.get(&members).await.assert_ok(), first, "since when does not change");
    let member = &first["items"][0];
    assert_eq!(member["userId"], json!(plaza.agent_id));
    assert_eq!(member["email"], "agent@grand-plaza.example");
    assert_eq!(member["fullName"], "agent of grand-plaza");
    assert!(member["since"].as_str().unwrap().parse::<DateTime<Utc>>().is_ok());
    // Colleagues see who is in; the rival does not even see the team.
    assert_eq!(plaza.call_as_agent(Call::get(&members)).await.assert_ok(), first);
    breeze.get(&members).await.assert_problem(404, "team_not_found");

    for _ in 0..2 {
        plaza.call(remove(&members, plaza.agent_id)).await.assert_status(204);
        assert_eq!(plaza.get(&members).await.assert_ok()["items"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn team_members_add_and_remove_name_what_is_not_there() {
    let (plaza, breeze) = two_hotels().await;
    let (members, theirs) = (team(&plaza, "Night").await, team(&breeze, "Night").await);
    let nobodys = format!("/v1/teams/{}/members", Uuid::now_v7());
    for call in [add, remove] {
        for user in [Uuid::now_v7(), breeze.agent_id] {
            plaza.call(call(&members, user)).await.assert_problem(404, "user_not_found");
        }
        for team in [&theirs, &nobodys] {
            plaza.call(call(team, plaza.agent_id)).await.assert_problem(404, "team_not_found");
            plaza.call(call(team, breeze.agent_id)).await.assert_problem(404, "team_not_found");
        }
        let by_agent = call(&members, plaza.agent_id);
        plaza.call_as_agent(by_agent).await.assert_problem(403, "permission_denied");
        let nonsense = Call { path: format!("{members}/me"), ..call(&members, plaza.agent_id) };
        let problem = plaza.call(nonsense).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "userId");
    }
    plaza.get(&nobodys).await.assert_problem(404, "team_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn team_members_list_pages_through_everybody_once() {
    let (plaza, breeze) = two_hotels().await;
    let (members, other) = (team(&plaza, "Night").await, team(&plaza, "Day").await);
    let admin = plaza.world.admin().await;
    for hotel in [&plaza, &breeze] {
        // All in one statement: they joined at the same time, so only the id orders them.
        let people = "insert into users (organization_id, email, full_name)
                      select $1, 'u' || n || '@example.com', 'User ' || n from generate_series(1, 9) n";
        admin.execute(people, &[&hotel.id]).await.unwrap();
    }
    let team_id: Uuid = members.split('/').nth(3).unwrap().parse().unwrap();
    let join = "insert into team_members (organization_id, team_id, user_id)
                select organization_id, $1, id from users where organization_id = $2 and full_name like 'User %'";
    admin.execute(join, &[&team_id, &plaza.id]).await.unwrap();
    plaza.call(add(&members, plaza.agent_id)).await.assert_status(204);
    plaza.call(add(&other, plaza.admin_id)).await.assert_status(204);

    let rows = plaza.walk(&members, 4).await;
    let ids: std::collections::HashSet<&Value> = rows.iter().map(|row| &row["userId"]).collect();
    assert_eq!((rows.len(), ids.len()), (10, 10));
    assert_eq!(rows[0]["userId"], json!(plaza.agent_id), "whoever joined last comes first");
    let cursor = plaza.get(format!("{members}?limit=2")).await.assert_ok()["nextCursor"].as_str().unwrap().to_owned();
    plaza.get(format!("{other}?limit=2&after={cursor}")).await.assert_problem(422, "invalid_cursor");
}

/// Whoever is added is known to the server already, and would be for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn who_joins_or_leaves_sees_what_is_the_teams_at_once() {
    let (plaza, _) = two_hotels().await;
    let members = team(&plaza, "Night").await;
    let team = members.split('/').nth(3).unwrap();
    let guest = json!({"fullName": "Ada", "email": "ada@example.com", "teamId": team});
    let guest = plaza.post("/v1/guests", guest).await.assert_created();
    plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"dataScope": "team"})).await.assert_ok();
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    let got = async || plaza.call_as_agent(Call::get(&path)).await.status;
    eventually("the scope is heard of", async || got().await == 404).await;
    plaza.call(add(&members, plaza.agent_id)).await.assert_status(204);
    eventually("the team is heard of", async || got().await == 200).await;
    plaza.call(remove(&members, plaza.agent_id)).await.assert_status(204);
    eventually("the end of it is heard of", async || got().await == 404).await;
}
