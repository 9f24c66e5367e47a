//! Data scope and shares: what lets somebody in, what would, and that it does.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Member, actions, guest_resource, id, remedy, way_kinds};
use crate::support::{Call, Hotel, eventually, two_hotels};

/// A guest, the question whether somebody may change it, and the request that does.
async fn guest(plaza: &Hotel, email: &str) -> (String, Value, Call) {
    let guest = plaza.create_guest(email).await;
    let path = format!("/v1/guests/{}", id(&guest));
    let question = json!({"operation": "guests_update", "resource": guest_resource(&guest)});
    let call = Call::patch(&path, &json!({"notes": "Seen"}));
    (path, question, call)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_scope_that_does_not_hold_it_is_told_and_each_remedy_helps() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "agent", "own", &[]).await;
    let (path, question, call) = guest(&plaza, "ada@example.com").await;
    let refused = || nora.expect(question.clone(), call.clone(), "scope", Some("guest_not_found"));
    let why = refused().await;
    assert_eq!(actions(&why), ["share", "handOver", "widenScope"]);
    assert_eq!(why["ways"], json!([]));

    plaza.patch(&path, json!({"ownerId": nora.id})).await.assert_ok();
    let why = nora.expect(question.clone(), call.clone(), "scope", None).await;
    assert_eq!(way_kinds(&why), ["owner"]);
    plaza.patch(&path, json!({"ownerId": null})).await.assert_ok();

    let why = refused().await;
    let wide = remedy(&why, "widenScope")["dataScope"].clone();
    assert_eq!(wide, "all", "no team takes care of it");
    plaza.patch(nora.path(), json!({"dataScope": wide})).await.assert_ok();
    let why = nora.expect(question.clone(), call.clone(), "scope", None).await;
    assert_eq!(way_kinds(&why), ["wholeHotel"]);
    plaza.patch(nora.path(), json!({"dataScope": "own"})).await.assert_ok();

    let why = refused().await;
    let access = remedy(&why, "share")["access"].clone();
    assert_eq!(access, "write");
    let share = plaza.post(format!("{path}/shares"), json!({"userId": nora.id, "access": access})).await;
    let why = nora.expect(question.clone(), call.clone(), "share", None).await;
    assert_eq!(why["ways"][0]["id"], share.assert_created()["id"]);
    plaza.patch(nora.path(), json!({"isOrgAdmin": true})).await.assert_ok();
    let why = nora.expect(question.clone(), call.clone(), "scope", None).await;
    assert_eq!(way_kinds(&why), ["administrator", "share"]);
}

/// Nobody shares what they cannot change: that takes a permission of its own.
#[tokio::test(flavor = "multi_thread")]
async fn sharing_takes_the_permission_to_change_too() {
    let (plaza, _) = two_hotels().await;
    let body = json!({"name": "Sharers", "permissions": ["guests.read", "conversations.read", "shares.manage"]});
    let sharers = plaza.post("/v1/roles", body).await.assert_created();
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    for (kind, row) in [("guest", &guest), ("conversation", &conversation)] {
        let nora = Member::join(&plaza, "agent", "all", &[]).await;
        plaza.patch(nora.path(), json!({"roleIds": [sharers["id"]]})).await.assert_ok();
        let question =
            json!({"operation": format!("{kind}_shares_create"), "resource": {"type": kind, "id": row["id"]}});
        let share = json!({"userId": plaza.agent_id, "access": "read"});
        let call = Call::post(format!("/v1/{kind}s/{}/shares", id(row)), &share);
        let why = nora.expect(question.clone(), call.clone(), "write", Some("permission_denied")).await;
        assert_eq!(actions(&why), ["assignRole"]);
        let general = nora.why(json!({"operation": format!("{kind}_shares_create")})).await;
        assert_eq!(general["decidedBy"], "write", "whatever the row");
        let role = &remedy(&why, "assignRole")["roleIds"][0];
        plaza.patch(nora.path(), json!({"roleIds": [sharers["id"], role]})).await.assert_ok();
        let why = nora.why(question).await;
        assert_eq!((&why["allowed"], &why["decidedBy"]), (&json!(true), &json!("write")), "{why:#}");
        let shared = async || nora.call(call.clone()).await.status == 201;
        eventually("the share is made", shared).await;
    }
}

/// No copy of the policies decides: what they are changed to is what is explained.
#[tokio::test(flavor = "multi_thread")]
async fn the_policies_are_asked_and_not_repeated() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "agent", "all", &[]).await;
    let (path, question, call) = guest(&plaza, "ada@example.com").await;
    let resource = question["resource"].clone();
    nora.expect(question.clone(), call.clone(), "scope", None).await;
    let admin = plaza.world.admin().await;
    let narrow = |policy: &str, kind: &str| {
        format!("create policy {policy} on guests as restrictive for {kind} to stayzr_app using (owner_id is not null)")
    };
    admin.batch_execute(&narrow("guests_owned", "update")).await.unwrap();
    nora.expect(question.clone(), call.clone(), "scope", Some("permission_denied")).await;
    let reading = json!({"operation": "guests_get", "resource": resource});
    nora.expect(reading.clone(), Call::get(&path), "scope", None).await;
    admin.batch_execute("drop policy guests_owned on guests").await.unwrap();
    nora.expect(question, call, "scope", None).await;

    // Out of Nora's sight and not out of the asker's.
    let seen = format!("(select app.user_id()) = '{}'", plaza.admin_id);
    let hidden = narrow("guests_hidden", "select").replace("owner_id is not null", &seen);
    admin.batch_execute(&hidden).await.unwrap();
    nora.expect(reading, Call::get(&path), "scope", Some("guest_not_found")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_and_departments_are_told_and_the_narrowest_scope_that_helps() {
    let (plaza, _) = two_hotels().await;
    let department = plaza.post("/v1/departments", json!({"name": "Lobby"})).await.assert_created();
    let (mut near, mut far) = (Uuid::nil(), Uuid::nil());
    for (team, name) in [(&mut near, "Front office"), (&mut far, "Concierge")] {
        let body = json!({"name": name, "departmentId": department["id"]});
        *team = id(&plaza.post("/v1/teams", body).await.assert_created()).parse().unwrap();
    }
    let nora = Member::join(&plaza, "agent", "own", &[near]).await;
    let (path, question, call) = guest(&plaza, "ada@example.com").await;
    for (team, scope, kind) in [(near, "team", "team"), (far, "department", "department")] {
        plaza.patch(&path, json!({"teamId": team})).await.assert_ok();
        plaza.patch(nora.path(), json!({"dataScope": "own"})).await.assert_ok();
        let why = nora.expect(question.clone(), call.clone(), "scope", Some("guest_not_found")).await;
        assert_eq!(remedy(&why, "widenScope")["dataScope"], scope);
        assert_eq!(remedy(&why, "handOver")["teamIds"], json!([]), "a scope of their own holds no team");
        plaza.patch(nora.path(), json!({"dataScope": scope})).await.assert_ok();
        let why = nora.expect(question.clone(), call.clone(), "scope", None).await;
        assert_eq!((way_kinds(&why), &why["ways"][0]["id"]), (vec![kind], &json!(team)));
    }
    // Handed over to a team that their scope holds.
    plaza.patch(nora.path(), json!({"dataScope": "team"})).await.assert_ok();
    let why = nora.expect(question.clone(), call.clone(), "scope", Some("guest_not_found")).await;
    let teams = remedy(&why, "handOver")["teamIds"].clone();
    assert_eq!(teams, json!([near]));
    plaza.patch(&path, json!({"teamId": teams[0]})).await.assert_ok();
    nora.expect(question, call, "scope", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_not_enough_or_is_over_is_told() {
    let (plaza, _) = two_hotels().await;
    let team = plaza.create_team("Front office").await;
    let nora = Member::join(&plaza, "agent", "own", &[team]).await;
    let (path, question, call) = guest(&plaza, "ada@example.com").await;
    let shares = format!("{path}/shares");
    let reads = json!({"userId": nora.id, "access": "read", "expiresAt": "2999-01-01T00:00:00Z"});
    let share = plaza.post(&shares, reads).await.assert_created();
    let resource = question["resource"].clone();
    let reading = json!({"operation": "guests_get", "resource": resource});
    let why = nora.expect(reading.clone(), Call::get(&path), "share", None).await;
    assert_eq!(why["ways"][0]["expiresAt"], share["expiresAt"]);
    let why = nora.expect(question.clone(), call.clone(), "share", Some("permission_denied")).await;
    assert_eq!(remedy(&why, "share")["access"], "write");
    assert_eq!(why["ways"][0]["writes"], false);
    // To share it on takes as much.
    let on = json!({"userId": plaza.agent_id, "access": "read"});
    let question_on = json!({"operation": "guest_shares_create", "resource": resource});
    nora.expect(question_on, Call::post(&shares, &on), "share", Some("permission_denied")).await;

    let sql = "update shares set created_at = now() - interval '1 day', expires_at = now() - interval '1 second'";
    plaza.world.admin().await.execute(sql, &[]).await.unwrap();
    let why = nora.expect(reading.clone(), Call::get(&path), "share", Some("guest_not_found")).await;
    assert!(why["explanation"].as_str().unwrap().contains("ran out"), "{why:#}");
    assert_eq!((&why["ways"], &remedy(&why, "share")["access"]), (&json!([]), &json!("read")));
    // What is said of a share of what is out of sight is that the share is not there.
    let question_off = json!({"operation": "guest_shares_delete", "resource": resource});
    let off = Call::delete(format!("{shares}/{}", id(&share)));
    nora.expect(question_off, off, "share", Some("share_not_found")).await;

    plaza.post(&shares, json!({"teamId": team, "access": "write"})).await.assert_created();
    nora.expect(question, call, "share", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_shows_its_guest_and_does_not_let_change_them() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "agent", "own", &[]).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let (path, talk) = (format!("/v1/guests/{}", id(&guest)), format!("/v1/conversations/{}", id(&conversation)));
    let begin = Call::post("/v1/conversations", &json!({"guestId": guest["id"], "channel": "sms"}));
    let beginning = json!({"operation": "conversations_create", "resource": guest_resource(&guest)});
    nora.expect(beginning.clone(), begin.clone(), "scope", Some("guest_not_found")).await;
    plaza.patch(&talk, json!({"ownerId": nora.id})).await.assert_ok();
    let reading = json!({"operation": "guests_get", "resource": guest_resource(&guest)});
    let why = nora.expect(reading, Call::get(&path), "scope", None).await;
    assert_eq!((way_kinds(&why), &why["ways"][0]["id"]), (vec!["conversation"], &conversation["id"]));
    let writing = json!({"operation": "guests_update", "resource": guest_resource(&guest)});
    let write = Call::patch(&path, &json!({"notes": "Mine"}));
    let why = nora.expect(writing, write, "scope", Some("permission_denied")).await;
    assert!(why["explanation"].as_str().unwrap().contains("by a conversation"), "{why:#}");
    let sending =
        json!({"operation": "messages_create", "resource": {"type": "conversation", "id": conversation["id"]}});
    nora.expect(sending, Call::post(format!("{talk}/messages"), &json!({"content": "Hi"})), "scope", None).await;
    nora.expect(beginning, begin, "scope", None).await;
}
