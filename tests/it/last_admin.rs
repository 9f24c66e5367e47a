//! A hotel's last active administrator stays one, whoever tries, however many at once.

use futures_util::future::join_all;
use serde_json::{Value, json};
use stayzr::auth::Permission;
use stayzr::db::{Client, DbError};
use uuid::Uuid;

use crate::support::{Answer, Call, Hotel, two_hotels};

async fn another_admin(hotel: &Hotel, email: &str) -> Uuid {
    let make =
        "insert into users (organization_id, email, full_name, is_org_admin) values ($1, $2, 'A', true) returning id";
    hotel.world.admin().await.query_one(make, &[&hotel.id, &email]).await.unwrap().get(0)
}

async fn active_admins(hotel: &Hotel) -> i64 {
    let count = "select count(*) from users where organization_id = $1 and is_org_admin and status = 'active'";
    hotel.world.admin().await.query_one(count, &[&hotel.id]).await.unwrap().get(0)
}

/// The three ways to lose an administrator.
fn ways(id: Uuid) -> [Call; 3] {
    let path = format!("/v1/users/{id}");
    let patch = |body: Value| Call::patch(&path, &body);
    [patch(json!({"isOrgAdmin": false})), patch(json!({"status": "disabled"})), Call::delete(&path)]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_is_not_demoted_disabled_or_deleted() {
    let (mut plaza, breeze) = two_hotels().await;
    // Neither another hotel's counts, nor one who is disabled.
    another_admin(&breeze, "second@example.com").await;
    let disabled = another_admin(&plaza, "second@example.com").await;
    plaza.patch(format!("/v1/users/{disabled}"), json!({"status": "disabled"})).await.assert_ok();
    for call in ways(plaza.admin_id) {
        plaza.call(call).await.assert_problem(409, "last_admin");
    }
    let me = format!("/v1/users/{}", plaza.admin_id);
    plaza.patch(&me, json!({"fullName": "Still Here", "isOrgAdmin": true})).await.assert_ok();
    // With another one they may go, also by their own hand.
    for (number, call) in ways(plaza.admin_id).into_iter().enumerate() {
        another_admin(&plaza, &format!("third{number}@example.com")).await;
        let answer = plaza.call(call).await;
        assert!(answer.status.is_success(), "{}", answer.json());
        let back = "update users set is_org_admin = true, status = 'active' where id = $1 and status <> 'deleted'";
        plaza.world.admin().await.execute(back, &[&plaza.admin_id]).await.unwrap();
        // Who is disabled is signed out as well.
        plaza.admin_token = plaza.fresh_token(plaza.admin_id).await;
    }
}

/// No grant deletes a user; whoever does it by hand is held to it too.
#[tokio::test(flavor = "multi_thread")]
async fn the_row_of_the_last_admin_stays_whoever_deletes() {
    let (plaza, _) = two_hotels().await;
    let new = another_admin(&plaza, "second@example.com").await;
    let admin = plaza.world.admin().await;
    admin.execute("update users set status = 'disabled' where id = $1", &[&plaza.admin_id]).await.unwrap();
    let refused = admin.execute("delete from users where id = $1", &[&new]).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "SZ004");
    admin.execute("update users set status = 'active' where id = $1", &[&plaza.admin_id]).await.unwrap();
    assert_eq!(admin.execute("delete from users where id = $1", &[&new]).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let (plaza, _) = two_hotels().await;
    let other = another_admin(&plaza, "second@example.com").await;
    let (mut plaza, mut second) = (plaza.clone(), plaza);
    let back = "update users set is_org_admin = true, status = 'active' where id in ($1, $2)";
    let admin = plaza.world.admin().await;
    for round in 0..30 {
        // Who is disabled is signed out as well.
        plaza.admin_token = plaza.fresh_token(plaza.admin_id).await;
        second.admin_token = second.fresh_token(other).await;
        let way = |id: Uuid| ways(id)[round % 2].clone();
        let (one, two) = tokio::join!(plaza.call(way(other)), second.call(way(plaza.admin_id)));
        let done = |answer: &Answer| answer.status.is_success();
        assert!(done(&one) != done(&two), "{} and {}", one.json(), two.json());
        let refused = if done(&one) { two } else { one };
        // Whoever came second is the last one, or was not asked any more.
        assert!([401, 403, 409].contains(&refused.status.as_u16()), "{}", refused.json());
        assert_eq!(active_admins(&plaza).await, 1);
        admin.execute(back, &[&plaza.admin_id, &other]).await.unwrap();
    }
}

/// A transaction of the hotel's, on a connection of its own.
async fn run(hotel: &Hotel, level: &str, statement: &str) -> Result<(), DbError> {
    let client = hotel.world.admin().await;
    begin(&client, hotel, level).await;
    let done = client.batch_execute(statement).await;
    client.batch_execute(if done.is_ok() { "commit" } else { "rollback" }).await.unwrap();
    done.map_err(DbError::from)
}

async fn begin(client: &Client, hotel: &Hotel, level: &str) {
    let permissions = Permission::ALL.iter().map(|held| held.name()).collect::<Vec<_>>().join(",");
    let begin = format!(
        "begin isolation level {level};
         set local role stayzr_owner;
         select app.impersonate('{}', '{}', '{permissions}');
         set local role stayzr_app",
        hotel.slug, hotel.admin_id
    );
    client.batch_execute(&begin).await.unwrap();
}

fn is_last_admin(done: &Result<(), DbError>) -> bool {
    matches!(done, Err(DbError::Refused { sqlstate, constraint, .. })
        if sqlstate == "SZ004" && constraint.as_deref() == Some("last_admin"))
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_admins_who_all_go_at_once_leave_one() {
    let (plaza, breeze) = two_hotels().await;
    let changes = ["is_org_admin = false", "status = 'disabled'", "is_org_admin = false, status = 'disabled'"];
    for round in 0..5 {
        let mut admins = Vec::new();
        for number in 0..16 {
            admins.push(another_admin(&plaza, &format!("a{round}-{number}@example.com")).await);
        }
        let others = "update users set is_org_admin = false where organization_id = $1 and id <> all ($2)";
        plaza.world.admin().await.execute(others, &[&plaza.id, &admins]).await.unwrap();
        let statements = admins.iter().enumerate();
        let statements: Vec<String> = statements
            .map(|(number, id)| format!("update users set {} where id = '{id}'", changes[number % 3]))
            .collect();
        let done = join_all(statements.iter().map(|statement| run(&plaza, "read committed", statement))).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 15, "{done:?}");
        assert_eq!(done.iter().filter(|done| is_last_admin(done)).count(), 1, "{done:?}");
        assert_eq!(active_admins(&plaza).await, 1);
    }
    assert_eq!(active_admins(&breeze).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_statement_for_all_of_them_leaves_them_all() {
    let (plaza, breeze) = two_hotels().await;
    another_admin(&plaza, "second@example.com").await;
    for change in ["is_org_admin = false", "status = 'disabled'", "status = 'deleted'"] {
        let done = run(&plaza, "read committed", &format!("update users set {change}")).await;
        assert!(is_last_admin(&done), "{change}: {done:?}");
    }
    assert_eq!((active_admins(&plaza).await, active_admins(&breeze).await), (2, 1));
    // By hand as well, where rows can really be deleted.
    let delete = "delete from users where organization_id = $1 and is_org_admin";
    let refused = plaza.world.admin().await.execute(delete, &[&plaza.id]).await.unwrap_err();
    assert!(is_last_admin(&Err(refused.into())));
}

/// A snapshot from before the wait would not see who else went.
#[tokio::test(flavor = "multi_thread")]
async fn admins_change_under_read_committed_only() {
    let (plaza, _) = two_hotels().await;
    another_admin(&plaza, "second@example.com").await;
    let demote = format!("update users set is_org_admin = false where id = '{}'", plaza.admin_id);
    for level in ["repeatable read", "serializable"] {
        let done = run(&plaza, level, &demote).await;
        assert!(matches!(&done, Err(DbError::Refused { sqlstate, .. }) if sqlstate == "25000"), "{level}: {done:?}");
        // What takes no administrator away is nobody's business.
        run(&plaza, level, &format!("update users set full_name = 'X' where id = '{}'", plaza.admin_id)).await.unwrap();
    }
    run(&plaza, "read committed", &demote).await.unwrap();
}
