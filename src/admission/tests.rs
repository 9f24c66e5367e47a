use std::time::Duration;

use serde_json::json;
use tokio_postgres::types::{FromSql, Type};

use super::allowance::Allowance;
use super::share::Share;
use super::{Current, Quota};
use crate::error::Code;
use crate::subscriptions::Plan;

const PATIENCE: Duration = Duration::from_millis(50);

fn share(concurrent: usize, waiting: usize) -> Share {
    Share::new(Allowance { concurrent: Some(concurrent), waiting: Some(waiting), ..Allowance::default() })
}

#[tokio::test]
async fn no_more_are_worked_on_and_no_more_wait_than_may() {
    let share = share(2, 1);
    let first = share.enter(PATIENCE).await.unwrap();
    let second = share.enter(PATIENCE).await.unwrap();
    // The third waits, the fourth would have to wait behind it.
    let third = share.enter(Duration::from_secs(60));
    let others = async {
        tokio::task::yield_now().await;
        let refused = share.enter(PATIENCE).await.unwrap_err();
        assert_eq!(refused.code(), Code::ConcurrencyLimitExceeded);
        drop(first);
    };
    let (third, ()) = tokio::join!(biased; third, others);
    // Who waits for too long is refused, and does not wait any more.
    for _ in 0..3 {
        assert_eq!(share.enter(PATIENCE).await.unwrap_err().code(), Code::ConcurrencyLimitExceeded);
    }
    drop((second, third));
    share.enter(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn who_went_away_while_waiting_waits_no_more() {
    let share = share(1, 1);
    let place = share.enter(PATIENCE).await.unwrap();
    for _ in 0..3 {
        let gone = tokio::time::timeout(Duration::from_millis(5), share.enter(Duration::from_secs(60)));
        assert!(gone.await.is_err());
    }
    drop(place);
    share.enter(PATIENCE).await.unwrap();
}

#[test]
fn a_share_admits_what_the_window_holds_and_says_what_is_left() {
    let share = Share::new(Allowance { requests_per_second: Some(3), ..Allowance::default() });
    for left in (0..15).rev() {
        let (counted, quota) = share.count();
        counted.unwrap();
        let quota = quota.unwrap();
        assert_eq!((quota.whole, quota.left), (15, left));
        assert_eq!(quota.whole_in_seconds, (15 - left).div_ceil(3));
    }
    let (counted, quota) = share.count();
    assert_eq!((counted.unwrap_err().code(), quota.unwrap().left), (Code::RateLimitExceeded, 0));
}

#[tokio::test]
async fn a_plan_without_limits_has_none_and_one_of_nothing_admits_nothing() {
    let free = Share::new(Allowance::default());
    assert!(matches!(free.count(), (Ok(()), None)));
    free.enter(PATIENCE).await.unwrap();
    let shut = Share::new(Allowance {
        requests_per_second: Some(0),
        concurrent: Some(0),
        waiting: Some(9),
        ..Allowance::default()
    });
    let (counted, quota) = shut.count();
    assert_eq!(counted.unwrap_err().code(), Code::RateLimitExceeded);
    assert_eq!(quota, Some(Quota { whole: 0, left: 0, whole_in_seconds: 0 }));
    assert_eq!(shut.enter(PATIENCE).await.unwrap_err().code(), Code::ConcurrencyLimitExceeded);
}

#[test]
fn a_share_is_kept_while_the_plan_says_the_same() {
    let current = Current::default();
    let small = Allowance { requests_per_second: Some(1), ..Allowance::default() };
    for _ in 0..5 {
        current.with(small).count().0.unwrap();
    }
    assert!(current.with(small).count().0.is_err(), "it is the same one");
    let large = Allowance { requests_per_second: Some(2), ..Allowance::default() };
    assert!(current.with(large).count().0.is_ok());
}

/// An override may say up to a thousand billions.
#[test]
fn what_no_server_gets_to_is_no_limit() {
    let plan = |limit: i64| {
        let text = json!({
            "tier": "enterprise", "status": "active", "permissions": null, "features": {}, "availableIn": {},
            "secondsLeft": null, "limits": {"maxRequestsPerSecond": limit, "maxConcurrentRequests": limit},
        });
        Plan::from_sql(&Type::JSON, text.to_string().as_bytes()).unwrap()
    };
    for beyond in [1_000_001, 2_000_000_000, i64::from(u32::MAX), 1_000_000_000_000] {
        assert_eq!(Allowance::of(&plan(beyond)), Allowance::default(), "{beyond}");
    }
    let most = Share::new(Allowance::of(&plan(1_000_000)));
    let (counted, quota) = most.count();
    counted.unwrap();
    assert_eq!(quota.unwrap().whole, 5_000_000);
}
