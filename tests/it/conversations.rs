//! `/v1/conversations`

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, two_hotels};

fn path_of(conversation: &Value) -> String {
    format!("/v1/conversations/{}", conversation["id"].as_str().unwrap())
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let body = json!({"guestId": guest["id"], "channel": "email", "subject": "Late", "ownerId": plaza.agent_id});
    let answer = plaza.post("/v1/conversations", body.clone()).await;
    let conversation = answer.assert_created();
    assert_eq!(answer.header("location"), path_of(&conversation));
    assert_eq!(conversation["status"], "open");
    assert_eq!(conversation["ownerId"], plaza.agent_id.to_string());
    assert_eq!(conversation["guest"]["fullName"], guest["fullName"]);
    assert_eq!(conversation["lastMessage"], Value::Null);
    assert_eq!(conversation["lastMessageAt"], Value::Null);

    let found = plaza.get(path_of(&conversation)).await;
    assert_eq!(found.assert_ok(), conversation);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(path_of(&conversation)).await.assert_problem(404, "conversation_not_found");
    // The rival's guest and the rival's colleague are as good as none.
    breeze.post("/v1/conversations", body).await.assert_problem(404, "guest_not_found");
    let own = breeze.create_guest("ada@example.com").await;
    let stolen = json!({"guestId": own["id"], "channel": "sms", "ownerId": plaza.agent_id});
    breeze.post("/v1/conversations", stolen).await.assert_problem(404, "user_not_found");
    assert_eq!(breeze.get("/v1/conversations").await.assert_ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_create_is_done_once_for_an_idempotency_key() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let call = |channel: &str| {
        Call::post("/v1/conversations", &json!({"guestId": guest["id"], "channel": channel}))
            .header("Idempotency-Key", "k-1")
    };
    let (first, again) = (plaza.call(call("sms")).await, plaza.call(call("sms")).await);
    assert_eq!(first.assert_created(), again.assert_created());
    plaza.call(call("email")).await.assert_problem(422, "idempotency_key_reused");
    // A refused request is not kept: the rival's first answer does not stick to its key.
    breeze.call(call("sms")).await.assert_problem(404, "guest_not_found");
    breeze.call(call("email")).await.assert_problem(404, "guest_not_found");
    assert_eq!(plaza.walk("/v1/conversations", 5).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let path = path_of(&conversation);
    let patch = json!({"status": "pending", "subject": null, "ownerId": plaza.admin_id});
    let call = |tag: &str| Call::patch(&path, &patch).header("If-Match", tag);

    let changed = plaza.call(call("\"1\"")).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.assert_ok();
    assert_eq!(changed["status"], "pending");
    assert_eq!(changed["subject"], Value::Null);
    assert_eq!(changed["ownerId"], plaza.admin_id.to_string());
    assert_eq!(changed["guest"], conversation["guest"]);
    for tag in ["\"1\"", "W/\"2\"", "garbage"] {
        plaza.call(call(tag)).await.assert_problem(412, "stale");
    }
    assert_eq!(plaza.call(call("*")).await.assert_ok()["version"], 3);
    assert_eq!(plaza.patch(&path, json!({"ownerId": null})).await.assert_ok()["ownerId"], Value::Null);
    plaza.patch(&path, json!({"status": null})).await.assert_problem(422, "invalid");
    plaza.patch(&path, json!({"status": "archived"})).await.assert_problem(422, "invalid");
    plaza.patch(&path, json!({"ownerId": breeze.agent_id})).await.assert_problem(404, "user_not_found");
    for fixed in ["guestId", "channel"] {
        plaza.patch(&path, json!({fixed: guest["id"]})).await.assert_problem(422, "invalid");
    }
    let before = plaza.get(&path).await.assert_ok();
    breeze.patch(&path, json!({"status": "closed"})).await.assert_problem(404, "conversation_not_found");
    breeze.call(call("\"4\"")).await.assert_problem(404, "conversation_not_found");
    assert_eq!(plaza.get(&path).await.assert_ok(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_archive_ends_the_talk_and_update_opens_it_again() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let (path, messages) = (path_of(&conversation), format!("{}/messages", path_of(&conversation)));
    plaza.create_message(&conversation, "Welcome!").await;
    breeze.delete(&path).await.assert_problem(404, "conversation_not_found");
    plaza.call(Call::delete(&path).header("If-Match", "\"1\"")).await.assert_problem(412, "stale");
    plaza.call(Call::delete(&path).header("If-Match", "\"2\"")).await.assert_status(204);
    plaza.delete(&path).await.assert_status(204);

    let archived = plaza.get(&path).await.assert_ok();
    assert_eq!(archived["status"], "archived");
    assert_eq!(archived["lastMessage"]["content"], "Welcome!");
    plaza.post(&messages, json!({"content": "Too late"})).await.assert_problem(409, "conversation_archived");
    breeze.post(&messages, json!({"content": "Hi"})).await.assert_problem(404, "conversation_not_found");
    assert_eq!(plaza.walk(&messages, 5).await.len(), 1);
    assert_eq!(plaza.walk("/v1/conversations", 5).await.len(), 0);
    assert_eq!(plaza.walk("/v1/conversations?status=archived", 5).await.len(), 1);

    assert_eq!(plaza.patch(&path, json!({"status": "open"})).await.assert_ok()["status"], "open");
    plaza.create_message(&conversation, "Back again").await;
    assert_eq!(breeze.walk("/v1/conversations?status=archived", 5).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_show_their_guest_and_last_message() {
    let (plaza, breeze) = two_hotels().await;
    let ada = plaza.create_guest("ada@example.com").await;
    let bo = plaza.post("/v1/guests", json!({"fullName": "Bo", "phone": "+4915112345678", "language": "de"})).await;
    let bo = bo.assert_created();
    let (with_ada, with_bo) = (plaza.create_conversation(&ada).await, plaza.create_conversation(&bo).await);
    plaza.create_message(&with_ada, "first").await;
    let long = "ä".repeat(300);
    let last = plaza.create_message(&with_ada, &long).await;
    let body = json!({"senderType": "guest", "content": "Hello?"});
    plaza.post(format!("{}/messages", path_of(&with_bo)), body).await.assert_created();

    let listed = plaza.get("/v1/conversations").await.assert_ok();
    assert_eq!(ids(listed["items"].as_array().unwrap()), [&with_bo, &with_ada].map(|c| c["id"].as_str().unwrap()));
    for (row, guest) in listed["items"].as_array().unwrap().iter().zip([&bo, &ada]) {
        for field in ["id", "fullName", "email", "phone", "language"] {
            assert_eq!(row["guest"][field], guest[field], "{field}");
        }
        assert_eq!(&plaza.get(path_of(row)).await.assert_ok(), row, "listed as it is got");
    }
    let shown = &listed["items"][1]["lastMessage"];
    assert_eq!(shown["id"], last["id"]);
    assert_eq!(shown["senderUserId"], plaza.admin_id.to_string());
    assert_eq!(shown["content"], "ä".repeat(200), "its first 200 characters");
    assert_eq!(listed["items"][0]["lastMessage"]["senderType"], "guest");
    assert_eq!(breeze.get("/v1/conversations").await.assert_ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_list_filters_by_each_parameter_and_by_all_together() {
    let (plaza, breeze) = two_hotels().await;
    let (ada, bo) = (plaza.create_guest("ada@example.com").await, plaza.create_guest("bo@example.com").await);
    let mut all = Vec::new();
    for (guest, channel, owner, status) in [
        (&ada, "whatsapp", Some(plaza.agent_id), "open"),
        (&ada, "sms", None, "pending"),
        (&bo, "whatsapp", Some(plaza.admin_id), "closed"),
        (&bo, "email", Some(plaza.agent_id), "pending"),
    ] {
        let body = json!({"guestId": guest["id"], "channel": channel, "ownerId": owner});
        let conversation = plaza.post("/v1/conversations", body).await.assert_created();
        all.push(plaza.patch(path_of(&conversation), json!({"status": status})).await.assert_ok());
    }
    let agent = plaza.agent_id;
    for (filter, expected) in [
        ("status=pending".to_owned(), vec![3, 1]),
        ("channel=whatsapp".to_owned(), vec![2, 0]),
        (format!("ownerId={agent}"), vec![3, 0]),
        (format!("guestId={}", ada["id"].as_str().unwrap()), vec![1, 0]),
        (format!("ownerId={agent}&channel=email&status=pending&guestId={}", bo["id"].as_str().unwrap()), vec![3]),
        (format!("ownerId={}", breeze.agent_id), vec![]),
        ("status=archived".to_owned(), vec![]),
    ] {
        let expected: Vec<&str> = expected.into_iter().map(|index: usize| all[index]["id"].as_str().unwrap()).collect();
        for sort in ["-createdAt", "-lastMessageAt"] {
            let rows = plaza.walk(&format!("/v1/conversations?{filter}&sort={sort}"), 1).await;
            assert_eq!(ids(&rows), expected, "{filter} {sort}");
        }
        assert_eq!(breeze.walk(&format!("/v1/conversations?{filter}"), 1).await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_list_pages_without_loss_or_repeat_while_others_begin() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let admin = plaza.world.admin().await;
    let guest_id: Uuid = guest["id"].as_str().unwrap().parse().unwrap();
    // One statement, one time: only the ids order them.
    admin
        .execute(
            "insert into conversations (organization_id, guest_id, channel)
             select $1, $2, 'sms' from generate_series(1, 20)",
            &[&plaza.id, &guest_id],
        )
        .await
        .unwrap();
    let before: HashSet<String> =
        ids(&plaza.walk("/v1/conversations", 200).await).into_iter().map(str::to_owned).collect();
    assert_eq!(before.len(), 20);
    for sort in ["-createdAt", "-lastMessageAt"] {
        let (mut seen, mut path) = (Vec::new(), format!("/v1/conversations?limit=3&sort={sort}"));
        loop {
            let page = plaza.get(&path).await.assert_ok();
            seen.extend(ids(page["items"].as_array().unwrap()).into_iter().map(str::to_owned));
            plaza.create_conversation(&guest).await;
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/v1/conversations?limit=3&sort={sort}&after={cursor}");
        }
        let once: HashSet<String> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "none twice, by {sort}");
        assert!(before.is_subset(&once), "none lost, by {sort}");
    }
    assert_eq!(breeze.walk("/v1/conversations", 5).await, Vec::<Value>::new());
}
