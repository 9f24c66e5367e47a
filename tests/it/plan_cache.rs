//! What servers keep of a hotel and its plan in memory is never older than what they heard.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

async fn key_of(hotel: &Hotel) -> String {
    let body = json!({"name": "A program", "permissions": ["guests.read"]});
    hotel.post("/v1/api-keys", body).await.assert_created()["secret"].as_str().unwrap().to_owned()
}

/// Asks nothing of the database but the guests: whether the plan has `apiAccess` is in memory.
async fn guests(hotel: &Hotel, key: &str) -> Answer {
    Call::get("/v1/guests").header("Authorization", &format!("Bearer {key}")).send(&hotel.world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_before_a_change_is_not_remembered_after_it() {
    let (plaza, _) = two_hotels().await;
    let (known, new) = (key_of(&plaza).await, key_of(&plaza).await);
    guests(&plaza, &known).await.assert_ok();
    let admin = plaza.world.admin().await;

    // The question about the new key has its snapshot, and waits.
    let holder = plaza.world.admin().await;
    holder.batch_execute("begin; lock table api_keys in access exclusive mode").await.unwrap();
    let asking = tokio::spawn({
        let plaza = plaza.clone();
        async move {
            let answer = guests(&plaza, &new).await;
            (answer, new)
        }
    });
    let waits = "select count(*) from pg_stat_activity
                 where usename = 'stayzr_app' and datname = current_database() and wait_event_type = 'Lock'";
    eventually("it waits", async || admin.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 1).await;

    // Meanwhile the plan changes, and the server hears of it: it has to ask about the other key too.
    let tier = "update organizations set subscription_tier = 'starter' where id = $1";
    admin.execute(tier, &[&plaza.id]).await.unwrap();
    let forgotten = async || timeout(Duration::from_millis(100), guests(&plaza, &known)).await.is_err();
    eventually("the server has heard", forgotten).await;

    // The answer is that of its moment, and good for that request at most.
    holder.batch_execute("rollback").await.unwrap();
    let (answer, new) = asking.await.unwrap();
    assert!([200, 403].contains(&answer.status.as_u16()), "{}", answer.status);
    guests(&plaza, &new).await.assert_problem(403, "feature_not_available");
    guests(&plaza, &known).await.assert_problem(403, "feature_not_available");
}
