//! Putting into place what is due: once, whoever and how many ask.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{PATH, history, on, subscription};
use crate::support::{Cluster, Hotel, connect};

/// Makes what is scheduled due.
async fn pass(hotel: &Hotel) {
    let due = "update organizations
               set next_tier_at = now() - interval '1 hour', cancel_at = cancel_at - interval '100 days'
               where id = $1 and next_tier_at is not null";
    hotel.world.admin().await.execute(due, &[&hotel.id]).await.unwrap();
}

/// As the platform does, without anybody behind it.
async fn settle(hotel: &Hotel) -> bool {
    let platform = connect(&Cluster::get().config("stayzr_platform", &hotel.world.database)).await;
    let sql = "select app.settle_subscription($1, now())";
    platform.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

async fn row(hotel: &Hotel) -> Value {
    let sql = "select jsonb_build_object('tier', subscription_tier, 'version', subscription_tier_version,
                   'status', subscription_status, 'next', next_tier_at) from organizations where id = $1";
    hotel.world.admin().await.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_settle_at_once_one_does() {
    let (plaza, breeze, _) = on("enterprise").await;
    assert!(!settle(&plaza).await, "nothing is due");
    plaza.patch(PATH, json!({"tier": "starter"})).await.assert_ok();
    assert!(!settle(&plaza).await, "it is not due yet");
    pass(&plaza).await;
    let theirs = row(&breeze).await;
    let done = join_all((0..16).map(|_| settle(&plaza))).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    assert_eq!(row(&plaza).await, json!({"tier": "starter", "version": 1, "status": "active", "next": null}));
    let told = subscription(&plaza).await;
    assert_eq!(history(&told), [("moved", "0.00"), ("downgrade_scheduled", "0.00")]);
    assert_eq!(
        (&told["history"][0]["fromTier"], &told["history"][0]["toTier"]),
        (&json!("enterprise"), &json!("starter"))
    );
    assert_eq!(row(&breeze).await, theirs);
    assert!(!settle(&plaza).await);
    // Nobody asked for it, so nobody is named.
    let by = "select count(*) from subscription_changes where kind = 'moved' and by_user is null";
    let by: i64 = plaza.world.admin().await.query_one(by, &[]).await.unwrap().get(0);
    assert_eq!(by, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_that_was_scheduled_is_the_one_that_comes() {
    let (plaza, _, robin) = on("enterprise").await;
    plaza.patch(PATH, json!({"tier": "professional"})).await.assert_ok();
    // It has the number of the version before, and is not the one on offer.
    robin.patch("/v1/platform/tiers/professional", json!({"monthlyPrice": "500"})).await.assert_ok();
    pass(&plaza).await;
    assert!(settle(&plaza).await);
    assert_eq!(row(&plaza).await["version"], 1);
    assert_eq!(subscription(&plaza).await["monthlyPrice"], "199.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_is_due_is_settled_and_a_suspended_hotel_stays_suspended() {
    let (plaza, _, _) = on("enterprise").await;
    plaza.patch(PATH, json!({"tier": "starter", "cancel": true})).await.assert_ok();
    pass(&plaza).await;
    let admin = plaza.world.admin().await;
    let suspend = "update organizations set subscription_status = 'suspended' where id = $1";
    admin.execute(suspend, &[&plaza.id]).await.unwrap();
    assert!(settle(&plaza).await, "its tier was due");
    assert_eq!(row(&plaza).await["status"], "suspended");
    assert!(!settle(&plaza).await);
    admin.execute("update organizations set subscription_status = 'active' where id = $1", &[&plaza.id]).await.unwrap();
    assert!(settle(&plaza).await);
    assert_eq!(row(&plaza).await["status"], "cancelled");
    assert!(!settle(&plaza).await);
}

/// A hotel that changes its subscription after a scheduled change came settles that first.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_begins_with_what_is_due() {
    let (plaza, _, _) = on("enterprise").await;
    plaza.patch(PATH, json!({"tier": "starter"})).await.assert_ok();
    pass(&plaza).await;
    let told = plaza.patch(PATH, json!({"tier": "professional"})).await.assert_ok();
    assert_eq!(told["tier"], "professional");
    let kinds: Vec<&str> = history(&told).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(told["history"].as_array().unwrap().iter().filter(|step| step["fromTier"] == "starter").count(), 1);
}
