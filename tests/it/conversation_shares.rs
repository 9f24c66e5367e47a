//! `/v1/conversations/{id}/shares`; what both kinds of shares have in common is in
//! `guest_shares.rs`, and what a share opens in `data_scope.rs`.

use serde_json::json;

use crate::support::{Call, two_hotels};

#[tokio::test(flavor = "multi_thread")]
async fn conversation_shares_create_list_and_delete_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    let shares = format!("/v1/conversations/{}/shares", conversation["id"].as_str().unwrap());
    let body = json!({"userId": plaza.agent_id, "access": "write"});
    let answer = plaza.post(&shares, body.clone()).await;
    let share = answer.assert_created();
    let path = format!("{shares}/{}", share["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), path);
    assert_eq!(share["conversationId"], conversation["id"]);
    assert!(share["guestId"].is_null() && share["expiresAt"].is_null());
    plaza.post(&shares, body.clone()).await.assert_problem(409, "share_exists");
    assert_eq!(plaza.walk(&shares, 5).await, std::slice::from_ref(&share));

    breeze.get(&shares).await.assert_problem(404, "conversation_not_found");
    breeze.post(&shares, body).await.assert_problem(404, "conversation_not_found");
    breeze.delete(&path).await.assert_problem(404, "share_not_found");
    // A share is one of its own conversation and of nothing else.
    let other = plaza.create_conversation(&guest).await;
    for wrong in [
        format!("/v1/conversations/{}/shares", other["id"].as_str().unwrap()),
        format!("/v1/guests/{}/shares", guest["id"].as_str().unwrap()),
    ] {
        assert_eq!(plaza.walk(&wrong, 5).await.len(), 0);
        let wrong = format!("{wrong}/{}", share["id"].as_str().unwrap());
        plaza.delete(&wrong).await.assert_problem(404, "share_not_found");
    }
    plaza.call_as_agent(Call::delete(&path)).await.assert_status(204);
    assert_eq!(plaza.walk(&shares, 5).await.len(), 0);
}
