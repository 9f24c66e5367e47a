//! What a plan allows of the server.

use crate::subscriptions::{Limit, Plan};

/// How much of a server a hotel may use; `None`: as much as there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Allowance {
    /// Requests a second, on average.
    pub(super) requests_per_second: Option<u32>,
    /// Milliseconds of the database's time a second, on average.
    pub(super) database_milliseconds_per_second: Option<u32>,
    /// Requests that are worked on at the same time.
    pub(super) concurrent: Option<usize>,
    /// Requests that wait until those are fewer.
    pub(super) waiting: Option<usize>,
}

impl Allowance {
    pub(super) fn of(plan: &Plan) -> Self {
        // What is beyond any server is no limit. More than one a nanosecond no bucket could count.
        let limit = |limit| plan.limit(limit).filter(|amount| *amount <= REACHED_MAX);
        Allowance {
            requests_per_second: limit(Limit::MaxRequestsPerSecond).and_then(|amount| u32::try_from(amount).ok()),
            database_milliseconds_per_second: limit(Limit::MaxDatabaseMillisecondsPerSecond)
                .and_then(|amount| u32::try_from(amount).ok()),
            concurrent: limit(Limit::MaxConcurrentRequests).and_then(|amount| usize::try_from(amount).ok()),
            waiting: limit(Limit::MaxWaitingRequests).and_then(|amount| usize::try_from(amount).ok()),
        }
    }
}

/// More of anything no server gets to.
const REACHED_MAX: i64 = 1_000_000;
