//! What a plan allows of the server.

use crate::subscriptions::{Limit, Plan};

/// How much of a server a hotel may use; `None`: as much as there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Allowance {
    /// Requests a second, on average.
    pub(super) requests_per_second: Option<u32>,
    /// Requests that are worked on at the same time.
    pub(super) concurrent: Option<usize>,
    /// Requests that wait until those are fewer.
    pub(super) waiting: Option<usize>,
}

impl Allowance {
    pub(super) fn of(plan: &Plan) -> Self {
        let limit = |limit| plan.limit(limit);
        // What is beyond the type is beyond any server.
        let size = |amount: i64| usize::try_from(amount).ok().filter(|amount| *amount <= PLACES_MAX);
        Allowance {
            requests_per_second: limit(Limit::MaxRequestsPerSecond).and_then(|amount| u32::try_from(amount).ok()),
            concurrent: limit(Limit::MaxConcurrentRequests).and_then(size),
            waiting: limit(Limit::MaxWaitingRequests).and_then(size),
        }
    }
}

/// More at a time no server works on.
const PLACES_MAX: usize = 1_000_000;
