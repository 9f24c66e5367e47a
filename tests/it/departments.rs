//! `/v1/departments`

use serde_json::{Value, json};

use crate::support::{Call, Hotel, two_hotels};

async fn make(hotel: &Hotel, name: &str) -> Value {
    hotel.post("/v1/departments", json!({"name": name})).await.assert_created()
}

fn path(department: &Value) -> String {
    format!("/v1/departments/{}", department["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let made = plaza.post("/v1/departments", json!({"name": "Front office"})).await;
    let department = made.assert_created();
    assert_eq!(made.header("location"), path(&department));
    // Members see it, too; only who manages users makes one.
    let found = plaza.call_as_agent(Call::get(path(&department))).await;
    assert_eq!(found.assert_ok(), department);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(path(&department)).await.assert_problem(404, "department_not_found");
    let by_agent = Call::post("/v1/departments", &json!({"name": "Bar"}));
    plaza.call_as_agent(by_agent).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_create_refuses_a_taken_name_and_the_rival_may_take_it() {
    let (plaza, breeze) = two_hotels().await;
    let department = make(&plaza, "Front office").await;
    let again = json!({"name": "FRONT Office"});
    plaza.post("/v1/departments", again.clone()).await.assert_problem(409, "departments_name_taken");
    breeze.post("/v1/departments", again.clone()).await.assert_created();
    // Gone, it gives its name back.
    plaza.delete(path(&department)).await.assert_status(204);
    plaza.post("/v1/departments", again).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_create_is_done_once_for_an_idempotency_key() {
    let (plaza, _) = two_hotels().await;
    let call = || Call::post("/v1/departments", &json!({"name": "Spa"})).header("Idempotency-Key", "k-1");
    let (first, again) = (plaza.call(call()).await, plaza.call(call()).await);
    assert_eq!(first.assert_created(), again.assert_created());
    assert_eq!(plaza.walk("/v1/departments", 5).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let (spa, bar) = (make(&plaza, "Spa").await, make(&plaza, "Bar").await);
    let rename = |name: &str| Call::patch(path(&spa), &json!({"name": name})).header("If-Match", "\"1\"");
    let changed = plaza.call(rename("Wellness")).await;
    assert_eq!(changed.assert_ok()["name"], "Wellness");
    assert_eq!(changed.header("etag"), "\"2\"");
    plaza.call(rename("Pool")).await.assert_problem(412, "stale");
    plaza.patch(path(&bar), json!({"name": "wellness"})).await.assert_problem(409, "departments_name_taken");
    plaza.patch(path(&bar), json!({"name": null})).await.assert_problem(422, "invalid");
    breeze.patch(path(&spa), json!({"name": "Mine"})).await.assert_problem(404, "department_not_found");
    assert_eq!(plaza.get(path(&spa)).await.assert_ok(), changed.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_list_pages_through_everything_once() {
    let (plaza, breeze) = two_hotels().await;
    for number in 0..7 {
        make(&plaza, &format!("Department {number}")).await;
        make(&breeze, &format!("Department {number}")).await;
    }
    let names = |rows: Vec<Value>| rows.iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    let expected: Vec<Value> = (0..7).rev().map(|number| json!(format!("Department {number}"))).collect();
    assert_eq!(names(plaza.walk("/v1/departments", 3).await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_delete_refuses_one_that_has_teams() {
    let (plaza, breeze) = two_hotels().await;
    let department = make(&plaza, "Front office").await;
    let team = json!({"name": "Night", "departmentId": department["id"]});
    let team = plaza.post("/v1/teams", team).await.assert_created();
    plaza.delete(path(&department)).await.assert_problem(409, "department_in_use");
    breeze.delete(path(&department)).await.assert_problem(404, "department_not_found");

    let team_path = format!("/v1/teams/{}", team["id"].as_str().unwrap());
    plaza.patch(team_path, json!({"departmentId": null})).await.assert_ok();
    let stale = Call::delete(path(&department)).header("If-Match", "\"2\"");
    plaza.call(stale).await.assert_problem(412, "stale");
    plaza.delete(path(&department)).await.assert_status(204);
    plaza.delete(path(&department)).await.assert_problem(404, "department_not_found");
}

/// Whichever comes first wins; a team in a department that is not there never results.
#[tokio::test(flavor = "multi_thread")]
async fn departments_delete_and_a_team_that_enters_at_once_leave_one_of_the_two() {
    let (plaza, _) = two_hotels().await;
    for round in 0..10 {
        let department = make(&plaza, "Front office").await;
        let body = json!({"name": format!("Team {round}"), "departmentId": department["id"]});
        let (gone, entered) = tokio::join!(plaza.delete(path(&department)), plaza.post("/v1/teams", body));
        match gone.status.as_u16() {
            204 => drop(entered.assert_problem(404, "department_not_found")),
            _ => {
                gone.assert_problem(409, "department_in_use");
                let team = format!("/v1/teams/{}", entered.assert_created()["id"].as_str().unwrap());
                plaza.delete(team).await.assert_status(204);
                plaza.delete(path(&department)).await.assert_status(204);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_changes_are_written_to_the_audit_log() {
    let (plaza, _) = two_hotels().await;
    let department = make(&plaza, "Spa").await;
    plaza.patch(path(&department), json!({"name": "Wellness"})).await.assert_ok();
    plaza.delete(path(&department)).await.assert_status(204);
    let sql = "select action from audit_log where resource_id = $1 and actor_user_id = $2 order by created_at";
    let id = department["id"].as_str().unwrap();
    let rows = plaza.world.admin().await.query(sql, &[&id, &plaza.admin_id]).await.unwrap();
    let actions: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(actions, ["departments_create", "departments_update", "departments_delete"]);
}
