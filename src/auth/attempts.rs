//! How often anybody may try to sign in.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::error::{ApiError, Code};

/// Above this many remembered accounts or addresses, the idle ones are dropped.
const REMEMBERED_MAX: usize = 100_000;

/// Limits the attempts per account, so that nobody guesses one password, and per
/// address, so that nobody tries one password on every account. Each server counts
/// for itself.
pub struct Attempts {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Attempts {
    /// So many a minute per account and per address; as many at once.
    pub fn new(per_account: NonZeroU32, per_address: NonZeroU32) -> Self {
        Attempts {
            accounts: DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_account)),
            addresses: DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_address)),
        }
    }

    /// Counts one attempt.
    ///
    /// # Errors
    /// 429 with `Retry-After` when there were too many. The account need not exist.
    pub fn count(&self, organization: &str, email: &str, address: Option<IpAddr>) -> Result<(), ApiError> {
        self.count_address(address)?;
        if self.accounts.len() > REMEMBERED_MAX {
            self.accounts.retain_recent();
        }
        self.accounts.check_key(&format!("{organization}\n{}", email.to_lowercase())).map_err(wait)
    }

    /// Counts one attempt of an address only.
    ///
    /// # Errors
    /// 429 with `Retry-After` when there were too many.
    pub fn count_address(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        if self.addresses.len() > REMEMBERED_MAX {
            self.addresses.retain_recent();
        }
        address.map_or(Ok(()), |address| self.addresses.check_key(&address).map_err(wait))
    }
}

fn wait(not_until: governor::NotUntil<<DefaultClock as Clock>::Instant>) -> ApiError {
    let seconds = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
    ApiError::new(Code::TooManyAttempts).retry_after(seconds)
}
