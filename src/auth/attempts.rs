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
        let wait = |not_until: governor::NotUntil<_>| {
            let seconds = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            ApiError::new(Code::TooManyAttempts).retry_after(seconds)
        };
        if self.accounts.len() > REMEMBERED_MAX {
            self.accounts.retain_recent();
        }
        if self.addresses.len() > REMEMBERED_MAX {
            self.addresses.retain_recent();
        }
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(wait)?;
        }
        self.accounts.check_key(&format!("{organization}\n{}", email.to_lowercase())).map_err(wait)
    }
}
