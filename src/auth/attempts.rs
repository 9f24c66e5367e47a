//! How often anybody may try to sign in.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota};

use super::network;
use crate::error::{ApiError, Code};

/// Above this many remembered accounts or addresses, the idle ones are dropped.
const REMEMBERED_MAX: usize = 100_000;

/// Limits the attempts per account, so that nobody guesses one password, and per
/// address ([`network`]), so that nobody tries one password on every account. Each server
/// counts for itself.
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
        count(&self.accounts, &format!("{organization}\n{}", email.to_lowercase()))
    }

    /// Counts one attempt of an address only.
    ///
    /// # Errors
    /// 429 with `Retry-After` when there were too many.
    pub fn count_address(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        address.map_or(Ok(()), |address| count(&self.addresses, &network(address)))
    }
}

fn count<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), ApiError> {
    if limiter.len() > REMEMBERED_MAX {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|refused| {
        let seconds = refused.wait_time_from(limiter.clock().now()).as_secs() + 1;
        ApiError::new(Code::TooManyAttempts).retry_after(seconds)
    })
}
