//! One hotel's share of the server.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota as Rate, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::allowance::Allowance;
use super::budget::{Account, Budget};
use super::quota::{Quota, WINDOW_SECONDS};
use crate::db::Spent;
use crate::error::{ApiError, Code};

/// That a request is worked on, until it is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    // Paid for before the place is given up: who comes next knows what it took.
    account: Option<Account>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Entry {
    pub(super) fn spent(&self) -> Option<Arc<Spent>> {
        self.account.as_ref().map(Account::spent)
    }
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// See the module.
pub(super) struct Share {
    allowance: Allowance,
    /// The generic cell rate algorithm: as many as come in the seconds of the window at once, and from then on so many a
    /// second. None of a plan without that limit, or that allows none at all.
    bucket: Option<Bucket>,
    /// In the order in which they came.
    places: Option<Arc<Semaphore>>,
    waiting: AtomicUsize,
    budget: Option<Arc<Budget>>,
}

impl Share {
    pub(super) fn new(allowance: Allowance) -> Self {
        let bucket = allowance.requests_per_second.and_then(|per_second| {
            let burst = NonZeroU32::new(per_second.saturating_mul(WINDOW_SECONDS))?;
            let rate = Rate::per_second(NonZeroU32::new(per_second)?).allow_burst(burst);
            Some(RateLimiter::direct(rate).with_middleware())
        });
        let places = allowance.concurrent.map(|places| Arc::new(Semaphore::new(places)));
        let budget = allowance.database_milliseconds_per_second.map(|budget| Arc::new(Budget::new(budget)));
        Share { allowance, bucket, places, waiting: AtomicUsize::new(0), budget }
    }

    pub(super) fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Counts one request; and what is left then, where that is limited.
    pub(super) fn count(&self) -> (Result<(), ApiError>, Option<Quota>) {
        let Some(per_second) = self.allowance.requests_per_second else { return (Ok(()), None) };
        let whole = per_second.saturating_mul(WINDOW_SECONDS);
        let Some(bucket) = &self.bucket else {
            let quota = Quota { whole, left: 0, whole_in_seconds: 0 };
            return (Err(too_fast(per_second, 60)), Some(quota));
        };
        match bucket.check() {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let whole_in_seconds = (whole - left.min(whole)).div_ceil(per_second);
                (Ok(()), Some(Quota { whole, left, whole_in_seconds }))
            }
            Err(refused) => {
                let seconds = refused.wait_time_from(bucket.clock().now()).as_secs() + 1;
                let quota = Quota { whole, left: 0, whole_in_seconds: WINDOW_SECONDS };
                (Err(too_fast(per_second, seconds)), Some(quota))
            }
        }
    }

    /// A place among those who are worked on, once there is one and nothing is owed of the database's time.
    pub(super) async fn enter(&self, patience: Duration) -> Result<Entry, ApiError> {
        if let Some(entry) = self.enter_at_once() {
            return Ok(entry);
        }
        let waiting = Waiting::join(&self.waiting);
        if self.allowance.waiting.is_some_and(|most| waiting.number > most) {
            return Err(self.too_busy());
        }
        let deadline = Instant::now() + patience;
        let place = match &self.places {
            // Nobody closes it.
            Some(places) => match timeout_at(deadline.into(), places.clone().acquire_owned()).await {
                Ok(place) => Some(place.map_err(ApiError::internal)?),
                Err(_) => return Err(self.too_busy()),
            },
            None => None,
        };
        let account = match &self.budget {
            Some(budget) => Some(budget.enter(deadline).await.ok_or_else(|| self.too_busy())?),
            None => None,
        };
        Ok(Entry { account, _place: place })
    }

    fn enter_at_once(&self) -> Option<Entry> {
        let place = match &self.places {
            Some(places) => Some(places.clone().try_acquire_owned().ok()?),
            None => None,
        };
        let account = match &self.budget {
            Some(budget) => Some(budget.enter_at_once()?),
            None => None,
        };
        Some(Entry { account, _place: place })
    }

    /// Why nobody is let in now. Where something is owed, those who are worked on may do nothing but wait for that.
    fn too_busy(&self) -> ApiError {
        let owed = self.budget.as_ref().and_then(|budget| budget.owed());
        let Some((owed, milliseconds)) = owed.zip(self.allowance.database_milliseconds_per_second) else {
            return self.too_many();
        };
        ApiError::new(Code::DatabaseTimeExceeded)
            .detail(format!("The hotel's plan allows {milliseconds} ms of the database's time a second."))
            .retry_after(owed.as_secs() + 1)
    }

    fn too_many(&self) -> ApiError {
        let places = self.allowance.concurrent.unwrap_or_default();
        let waiting = self.allowance.waiting.map_or("others".to_owned(), |waiting| format!("at most {waiting}"));
        ApiError::new(Code::ConcurrencyLimitExceeded)
            .detail(format!("The hotel's plan has {places} requests worked on at a time while {waiting} wait."))
            .retry_after(1)
    }
}

fn too_fast(per_second: u32, seconds: u64) -> ApiError {
    let requests = if per_second == 1 { "request" } else { "requests" };
    ApiError::new(Code::RateLimitExceeded)
        .detail(format!("The hotel's plan allows {per_second} {requests} a second."))
        .retry_after(seconds)
}

/// One of those who wait, until it is dropped: also when the client goes away.
struct Waiting<'a> {
    all: &'a AtomicUsize,
    /// Which one it was when it came, from one on.
    number: usize,
}

impl<'a> Waiting<'a> {
    fn join(all: &'a AtomicUsize) -> Self {
        Waiting { all, number: all.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}
