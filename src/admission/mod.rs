//! How much of this server one hotel may use at a time, asked before its request takes a connection.
//!
//! Each hotel has a share of its own, as large as its plan says, and what one does never spends another's. Each server
//! counts for itself: of two servers a hotel may use twice as much. A hotel that nobody asks for takes no memory.
//!
//! Deliberately not held to it: whoever has not proved yet who they are (`auth::Attempts` counts those), super admins at
//! work across hotels, who have connections of their own, and super admins on a visit, who come when a hotel is in
//! trouble.

mod allowance;
mod budget;
mod quota;
mod share;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use quota::Quota;

use self::allowance::Allowance;
use self::share::{Entry, Share};
use crate::cache::PerOrganization;
use crate::db::Spent;
use crate::error::ApiError;
use crate::subscriptions::Plan;

/// The shares of the hotels.
pub struct Admission {
    shares: PerOrganization<Current>,
    patience: Duration,
}

/// The share of a hotel, made when it is first asked for and anew when its plan says otherwise.
#[derive(Default)]
struct Current(Mutex<Option<Arc<Share>>>);

/// That a request is being worked on. Whoever waits is next when it is dropped.
#[derive(Debug)]
pub struct Admitted(Entry);

impl Admitted {
    /// Where is noted what it takes of the database's time, if that is limited.
    pub fn spent(&self) -> Option<Arc<Spent>> {
        self.0.spent()
    }
}

impl Admission {
    /// Shares in which a request waits so long for those before it.
    pub fn new(patience: Duration) -> Self {
        Admission { shares: PerOrganization::new(), patience }
    }

    /// Lets a request of the hotel in, once there is room for it; and what the hotel has left, where that is limited.
    ///
    /// # Errors
    /// 429 with `Retry-After`: `rate_limit_exceeded` when there were too many in the last seconds,
    /// `concurrency_limit_exceeded` when as many wait as may, or it waited for too long; `database_time_exceeded` when
    /// that is because of what the hotel's requests took of the database's time.
    pub async fn admit(&self, organization_id: i32, plan: &Plan) -> (Result<Admitted, ApiError>, Option<Quota>) {
        let share = self.shares.get(organization_id).with(Allowance::of(plan));
        let (counted, quota) = share.count();
        let entered = match counted {
            Ok(()) => share.enter(self.patience).await,
            Err(error) => Err(error),
        };
        (entered.map(Admitted), quota)
    }
}

impl Current {
    fn with(&self, allowance: Allowance) -> Arc<Share> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            Some(share) if share.allowance() == allowance => share.clone(),
            _ => current.insert(Arc::new(Share::new(allowance))).clone(),
        }
    }
}

#[cfg(test)]
mod tests;
