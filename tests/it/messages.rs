//! `/v1/conversations/{id}/messages`

mod search;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, two_hotels};

async fn conversation(hotel: &Hotel) -> (Value, String) {
    let guest = hotel.create_guest("ada@example.com").await;
    let conversation = hotel.create_conversation(&guest).await;
    let path = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
    (conversation, path)
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_create_signs_staff_with_the_caller_and_nobody_else() {
    let (plaza, breeze) = two_hotels().await;
    let (conversation, path) = conversation(&plaza).await;
    let answer = plaza.call_as_agent(Call::post(&path, &json!({"content": "Welcome!"}))).await;
    let staff = answer.assert_created();
    assert_eq!(staff["senderType"], "staff");
    assert_eq!(staff["senderUserId"], plaza.agent_id.to_string());
    assert_eq!(staff["conversationId"], conversation["id"]);
    assert_eq!(staff["createdAt"], staff["updatedAt"]);
    for sender in ["guest", "ai"] {
        let message = plaza.post(&path, json!({"senderType": sender, "content": "Hi"})).await.assert_created();
        assert_eq!(message["senderType"], sender);
        assert_eq!(message["senderUserId"], Value::Null);
    }
    plaza.post(&path, json!({"content": "x", "senderUserId": plaza.agent_id})).await.assert_problem(422, "invalid");
    breeze.get(&path).await.assert_problem(404, "conversation_not_found");
    breeze.post(&path, json!({"content": "Mine"})).await.assert_problem(404, "conversation_not_found");
    assert_eq!(plaza.walk(&path, 2).await.len(), 3);
}

/// What staff wrote is signed by a user of the hotel, and a visitor is none.
#[tokio::test(flavor = "multi_thread")]
async fn messages_create_lets_no_visitor_write_as_staff() {
    let (plaza, _) = two_hotels().await;
    let robin = plaza.world.platform().await;
    let (_, path) = conversation(&plaza).await;
    let visit = robin.visit(&plaza, true).await;
    for message in [json!({"content": "Welcome!"}), json!({"senderType": "staff", "content": "Welcome!"})] {
        let keyed = Call::post(&path, &message).header("Idempotency-Key", "welcome");
        for call in [Call::post(&path, &message), keyed] {
            let problem = visit.call(call).await.assert_problem(403, "permission_denied");
            assert_eq!(problem["detail"], "Only a member of the hotel writes as its staff.");
        }
    }
    visit.post(&path, json!({"senderType": "guest", "content": "By telephone"})).await.assert_created();
    assert_eq!(plaza.walk(&path, 2).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_create_keeps_every_character_of_the_content() {
    let (plaza, breeze) = two_hotels().await;
    let (_, path) = conversation(&plaza).await;
    for content in [
        "👩‍👩‍👧 \u{202e}abc\u{0301}",
        " \t\r\n ",
        "'; drop table messages; --",
        "\u{1}\u{1f}\u{7f}\\\"",
        &"語".repeat(10_000),
    ] {
        let message = plaza.post(&path, json!({"content": content})).await.assert_created();
        assert_eq!(message["content"], content);
        assert_eq!(plaza.get(format!("{path}?limit=1")).await.assert_ok()["items"][0], message);
    }
    breeze.get(&path).await.assert_problem(404, "conversation_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_create_is_done_once_for_an_idempotency_key() {
    let (plaza, breeze) = two_hotels().await;
    let (_, path) = conversation(&plaza).await;
    let other = plaza.create_conversation(&plaza.create_guest("bo@example.com").await).await;
    let other_path = format!("/v1/conversations/{}/messages", other["id"].as_str().unwrap());
    let call = |path: &str| Call::post(path, &json!({"content": "Once"})).header("Idempotency-Key", "k-1");
    let answers = join_all((0..6).map(|_| plaza.call(call(&path)))).await;
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_problem(409, "request_in_progress");
        assert_eq!(answer.header("retry-after"), "1");
    }
    let first = plaza.call(call(&path)).await.assert_created();
    assert_eq!(plaza.walk(&path, 5).await, [first]);
    // The same words to somebody else are another request; to the agent it is another key.
    plaza.call(call(&other_path)).await.assert_problem(422, "idempotency_key_reused");
    plaza.call_as_agent(call(&path)).await.assert_created();
    assert_eq!(plaza.walk(&path, 5).await.len(), 2);
    breeze.call(call(&path)).await.assert_problem(404, "conversation_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_create_moves_the_conversation() {
    let (plaza, breeze) = two_hotels().await;
    let (conversation, path) = conversation(&plaza).await;
    let url = path.trim_end_matches("/messages").to_owned();
    let message = plaza.post(&path, json!({"content": "Welcome!"})).await.assert_created();
    let moved = plaza.get(&url).await;
    assert_eq!(moved.header("etag"), "\"2\"");
    let moved = moved.assert_ok();
    assert_eq!(moved["lastMessage"]["id"], message["id"]);
    let (last, written) = (time(&moved["lastMessageAt"]), time(&message["createdAt"]));
    assert!(last > time(&conversation["createdAt"]) && (written - last).num_milliseconds().abs() < 1000);
    // Whoever read the conversation before the message changes it no more.
    let close = Call::patch(&url, &json!({"status": "closed"})).header("If-Match", "\"1\"");
    plaza.call(close).await.assert_problem(412, "stale");
    plaza.post(&path, json!({"content": ""})).await.assert_problem(422, "invalid");
    breeze.post(&path, json!({"content": "x"})).await.assert_status(404);
    assert_eq!(plaza.get(&url).await.assert_ok(), moved, "a refused message moves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_list_gives_each_of_many_written_at_once_exactly_once_newest_first() {
    let (plaza, breeze) = two_hotels().await;
    let (_, path) = conversation(&plaza).await;
    let posts = (0..32).map(|number| plaza.post(&path, json!({"content": format!("m{number}")})));
    let written: Vec<Value> = join_all(posts).await.iter().map(|answer| answer.assert_created()).collect();
    let rows = plaza.walk(&path, 5).await;
    let times: Vec<_> = rows.iter().map(|row| (time(&row["createdAt"]), row["id"].clone().to_string())).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "newest first: {times:?}");
    let sorted = |rows: &[Value]| {
        let mut ids: Vec<String> = rows.iter().map(|row| row["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(&rows), sorted(&written), "each exactly once");
    let url = path.trim_end_matches("/messages");
    let conversation = plaza.get(url).await.assert_ok();
    assert_eq!(conversation["lastMessage"]["id"], rows[0]["id"]);
    assert_eq!(conversation["version"], 33);
    breeze.get(&path).await.assert_problem(404, "conversation_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_list_pages_over_equal_times_while_others_are_written() {
    let (plaza, breeze) = two_hotels().await;
    let (conversation, path) = conversation(&plaza).await;
    let id: Uuid = conversation["id"].as_str().unwrap().parse().unwrap();
    let admin = plaza.world.admin().await;
    admin
        .execute(
            "insert into messages (organization_id, conversation_id, sender_type, content, created_at)
             select $1, $2, 'guest', 'old ' || n, now() from generate_series(1, 13) n",
            &[&plaza.id, &id],
        )
        .await
        .unwrap();
    let (mut seen, mut next) = (Vec::new(), format!("{path}?limit=4"));
    loop {
        let page = plaza.get(&next).await.assert_ok();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["content"].as_str().unwrap().to_owned()));
        plaza.create_message(&conversation, "new").await;
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        next = format!("{path}?limit=4&after={cursor}");
    }
    seen.sort();
    let mut expected: Vec<String> = (1..=13).map(|number| format!("old {number}")).collect();
    expected.sort();
    assert_eq!(seen, expected);
    breeze.get(&next).await.assert_problem(422, "invalid_cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_list_of_a_new_conversation_is_empty_and_of_none_is_not_found() {
    let (plaza, breeze) = two_hotels().await;
    let (_, path) = conversation(&plaza).await;
    assert_eq!(plaza.get(&path).await.assert_ok(), json!({"items": [], "nextCursor": null}));
    let absent = format!("/v1/conversations/{}/messages", Uuid::now_v7());
    let (absent, rivals) = (plaza.get(absent).await, breeze.get(&path).await);
    absent.assert_problem(404, "conversation_not_found");
    assert_eq!(absent.without_request_id(), rivals.without_request_id());
}
