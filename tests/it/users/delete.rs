//! Users who go, and what they leave behind.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{PASSWORD, nora, sign_in};
use crate::support::{Call, Hotel, two_hotels};

fn path(user: &Value) -> String {
    format!("/v1/users/{}", user["id"].as_str().unwrap())
}

fn leave_to(user: &Value, heir: impl std::fmt::Display) -> String {
    format!("{}?handOverTo={heir}", path(user))
}

/// Somebody who has everything one can have: a role, a team, conversations, a message.
async fn settled(hotel: &Hotel) -> (Value, Value) {
    let user = hotel.post("/v1/users", nora()).await.assert_created();
    let team = hotel.post("/v1/teams", json!({"name": "Night"})).await.assert_created();
    let member = format!("/v1/teams/{}/members/{}", team["id"].as_str().unwrap(), user["id"].as_str().unwrap());
    hotel.call(Call::new("PUT".parse().unwrap(), member)).await.assert_status(204);
    let guest = hotel.create_guest("ada@example.com").await;
    let conversation = hotel.create_conversation(&guest).await;
    let token = sign_in(hotel, "nora@example.com", PASSWORD).await.assert_ok();
    let bearer = format!("Bearer {}", token["accessToken"].as_str().unwrap());
    let messages = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
    let message = Call::post(messages, &json!({"content": "Welcome"})).header("Authorization", &bearer);
    message.send(&hotel.world).await.assert_created();
    (user, conversation)
}

async fn own(hotel: &Hotel, conversation: &Value, owner: &Value) {
    let path = format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    hotel.patch(path, json!({"ownerId": owner})).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_delete_hides_the_user_and_frees_the_address() {
    let (plaza, breeze) = two_hotels().await;
    let (user, conversation) = settled(&plaza).await;
    breeze.delete(path(&user)).await.assert_problem(404, "user_not_found");
    plaza.call(Call::delete(path(&user)).header("If-Match", "\"2\"")).await.assert_problem(412, "stale");
    plaza.call(Call::delete(path(&user)).header("If-Match", "\"1\"")).await.assert_status(204);

    plaza.get(path(&user)).await.assert_problem(404, "user_not_found");
    plaza.delete(path(&user)).await.assert_problem(404, "user_not_found");
    plaza.patch(path(&user), json!({"status": "active"})).await.assert_problem(404, "user_not_found");
    for query in ["", "?sort=fullName", "?search=nora", "?search=nora&sort=fullName"] {
        let shown = plaza.walk(&format!("/v1/users{query}"), 5).await;
        assert!(shown.iter().all(|row| row["id"] != user["id"]), "{query}");
    }
    sign_in(&plaza, "nora@example.com", PASSWORD).await.assert_problem(401, "invalid_credentials");

    // The row stays, because what was written names it; nothing of theirs does.
    let row = plaza
        .world
        .admin()
        .await
        .query_one(
            "select status, deleted_at is not null, password_hash is null, not is_org_admin,
                 (select count(*) from user_roles where user_id = u.id),
                 (select count(*) from team_members where user_id = u.id)
             from users u where id::text = $1",
            &[&user["id"].as_str().unwrap()],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "deleted");
    for index in 1..4 {
        assert!(row.get::<_, bool>(index), "{index}");
    }
    assert_eq!((row.get::<_, i64>(4), row.get::<_, i64>(5)), (0, 0));
    let messages = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
    assert_eq!(plaza.get(messages).await.assert_ok()["items"][0]["senderUserId"], user["id"]);

    // Whoever takes the address is somebody else, and signs in as themselves.
    let next = plaza.post("/v1/users", nora()).await.assert_created();
    assert_ne!(next["id"], user["id"]);
    sign_in(&plaza, "nora@example.com", PASSWORD).await.assert_ok();
    plaza.post("/v1/users", nora()).await.assert_problem(409, "users_email_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_delete_hands_over_what_they_own() {
    let (plaza, breeze) = two_hotels().await;
    let (user, conversation) = settled(&plaza).await;
    own(&plaza, &conversation, &user["id"]).await;
    let gone = json!({"email": "gone@example.com", "fullName": "G", "password": PASSWORD});
    let gone = plaza.post("/v1/users", gone).await.assert_created();
    plaza.delete(path(&gone)).await.assert_status(204);
    let before = plaza.world.contents().await;

    plaza.delete(path(&user)).await.assert_problem(409, "user_owns_rows");
    let oneself = plaza.delete(leave_to(&user, user["id"].as_str().unwrap())).await.assert_problem(422, "invalid");
    assert_eq!(oneself["errors"][0]["field"], "handOverTo");
    for nobody in [Uuid::now_v7(), breeze.agent_id, gone["id"].as_str().unwrap().parse().unwrap()] {
        plaza.delete(leave_to(&user, nobody)).await.assert_problem(404, "user_not_found");
    }
    assert_eq!(plaza.world.contents().await, before);
    plaza.patch(format!("/v1/users/{}", plaza.agent_id), json!({"status": "disabled"})).await.assert_ok();
    let disabled = plaza.delete(leave_to(&user, plaza.agent_id)).await.assert_problem(422, "invalid");
    assert_eq!(disabled["errors"][0]["field"], "handOverTo");

    plaza.delete(leave_to(&user, plaza.admin_id)).await.assert_status(204);
    let conversation = format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    assert_eq!(plaza.get(conversation).await.assert_ok()["ownerId"], json!(plaza.admin_id));
}

/// What the one who deletes does not see would be left with nobody, so it counts as well.
#[tokio::test(flavor = "multi_thread")]
async fn users_delete_counts_what_is_beyond_the_data_scope() {
    let (plaza, _) = two_hotels().await;
    let (user, conversation) = settled(&plaza).await;
    own(&plaza, &conversation, &user["id"]).await;
    let admin = plaza.world.admin().await;
    admin
        .batch_execute("create policy hidden on conversations as restrictive to stayzr_app using (subject is null)")
        .await
        .unwrap();
    for path in [path(&user), leave_to(&user, plaza.admin_id)] {
        plaza.delete(path).await.assert_problem(409, "user_owns_rows");
    }
    assert_eq!(plaza.get(path(&user)).await.assert_ok()["roles"].as_array().unwrap().len(), 1, "nothing was taken");
    admin.batch_execute("drop policy hidden on conversations").await.unwrap();
    plaza.delete(leave_to(&user, plaza.admin_id)).await.assert_status(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_are_deleted_are_given_nothing_any_more() {
    let (plaza, _) = two_hotels().await;
    let (user, conversation) = settled(&plaza).await;
    plaza.delete(path(&user)).await.assert_status(204);
    let conversation_path = format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    let owned = json!({"ownerId": user["id"]});
    plaza.patch(&conversation_path, owned).await.assert_problem(404, "user_not_found");
    let body = json!({"guestId": conversation["guest"]["id"], "channel": "sms", "ownerId": user["id"]});
    plaza.post("/v1/conversations", body).await.assert_problem(404, "user_not_found");
    let team = plaza.get("/v1/teams").await.assert_ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let member = format!("/v1/teams/{team}/members/{}", user["id"].as_str().unwrap());
    for method in ["PUT", "DELETE"] {
        let call = Call::new(method.parse().unwrap(), member.clone());
        plaza.call(call).await.assert_problem(404, "user_not_found");
    }
    // Nor by hand, past the statements of the API.
    let admin = plaza.world.admin().await;
    let id: Uuid = user["id"].as_str().unwrap().parse().unwrap();
    for statement in [
        "insert into user_roles (organization_id, user_id, role_id) select organization_id, $1, id from roles where organization_id = $2 limit 1",
        "insert into team_members (organization_id, user_id, team_id) select organization_id, $1, id from teams where organization_id = $2 limit 1",
        "update guests set owner_id = $1 where organization_id = $2",
        "update conversations set owner_id = $1 where organization_id = $2",
    ] {
        let refused = admin.execute(statement, &[&id, &plaza.id]).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "23503", "{statement}");
    }
}

/// Somebody is given something at the very moment they are deleted: one of the two happens first.
#[tokio::test(flavor = "multi_thread")]
async fn users_delete_and_a_gift_at_once_leave_nothing_with_nobody() {
    let (plaza, _) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let conversation = format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    let team = plaza.post("/v1/teams", json!({"name": "Night"})).await.assert_created();
    let role = plaza.post("/v1/roles", json!({"name": "R", "permissions": []})).await.assert_created();
    for round in 0..12 {
        let user =
            json!({"email": format!("u{round}@example.com"), "fullName": "U", "password": PASSWORD, "roleIds": []});
        let user = plaza.post("/v1/users", user).await.assert_created();
        let member = format!("/v1/teams/{}/members/{}", team["id"].as_str().unwrap(), user["id"].as_str().unwrap());
        let (gone, owned, joined, given) = tokio::join!(
            plaza.delete(path(&user)),
            plaza.patch(&conversation, json!({"ownerId": user["id"]})),
            plaza.call(Call::new("PUT".parse().unwrap(), member)),
            plaza.patch(path(&user), json!({"roleIds": [role["id"]]})),
        );
        match gone.status.as_u16() {
            204 => drop(owned.assert_problem(404, "user_not_found")),
            _ => {
                gone.assert_problem(409, "user_owns_rows");
                owned.assert_ok();
            }
        }
        for answer in [joined, given] {
            assert!(answer.status.is_success() || answer.json()["code"] == "user_not_found", "{}", answer.json());
        }
    }
    let left = "select
            (select count(*) from conversations c join users u on u.id = c.owner_id where u.status = 'deleted'),
            (select count(*) from team_members m join users u on u.id = m.user_id where u.status = 'deleted'),
            (select count(*) from user_roles h join users u on u.id = h.user_id where u.status = 'deleted')";
    let row = plaza.world.admin().await.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_delete_of_two_who_are_each_others_heirs_deletes_one() {
    let (plaza, _) = two_hotels().await;
    for round in 0..12 {
        let mut users = Vec::new();
        for name in ["a", "b"] {
            let user = json!({"email": format!("{name}{round}@example.com"), "fullName": name, "password": PASSWORD});
            users.push(plaza.post("/v1/users", user).await.assert_created());
        }
        let id = |index: usize| users[index]["id"].as_str().unwrap();
        let (one, two) =
            tokio::join!(plaza.delete(leave_to(&users[0], id(1))), plaza.delete(leave_to(&users[1], id(0))));
        let (done, refused) = if one.status == 204 { (one, two) } else { (two, one) };
        done.assert_status(204);
        refused.assert_problem(404, "user_not_found");
    }
}
