//! How many API keys that nobody has may be tried.
//!
//! Whether there is such a key is asked of the database, once a key, before anybody is known that could be counted. So
//! who makes keys up is counted by the network they come from. A key that memory knows is not held to it: whoever works
//! already goes on, also behind the same address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use moka::sync::Cache;

use super::network;
use crate::error::{ApiError, Code};

/// How long what was tried counts, from the first one on.
const WINDOW: Duration = Duration::from_secs(60);
/// Networks remembered at the same time.
const NETWORKS_MAX: u64 = 100_000;

/// See the module. Each server counts for itself.
pub struct UnknownKeys {
    tried: Cache<IpAddr, Arc<Tried>>,
    most: u32,
}

struct Tried {
    since: Instant,
    keys: AtomicU32,
}

impl UnknownKeys {
    /// So many a minute of one network.
    pub fn new(most: NonZeroU32) -> Self {
        let tried = Cache::builder().max_capacity(NETWORKS_MAX).time_to_live(WINDOW).build();
        UnknownKeys { tried, most: most.get() }
    }

    /// Whether a key that memory does not know may be asked for.
    ///
    /// # Errors
    /// 429 with `Retry-After` when too many were tried from there.
    pub fn check(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let tried = address.and_then(|address| self.tried.get(&network(address)));
        match tried.filter(|tried| tried.keys.load(Ordering::Relaxed) >= self.most) {
            Some(tried) => {
                let left = WINDOW.saturating_sub(tried.since.elapsed());
                Err(ApiError::new(Code::TooManyAttempts).retry_after(left.as_secs() + 1))
            }
            None => Ok(()),
        }
    }

    /// Counts one that nobody has.
    pub fn count(&self, address: Option<IpAddr>) {
        if let Some(address) = address {
            let first = || Arc::new(Tried { since: Instant::now(), keys: AtomicU32::new(0) });
            self.tried.get_with(network(address), first).keys.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tried_too_many_waits_and_others_do_not() {
        let keys = UnknownKeys::new(2.try_into().unwrap());
        let [here, beside, elsewhere] =
            ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map(|text| Some(text.parse().unwrap()));
        for address in [here, beside] {
            keys.check(address).unwrap();
            keys.count(address);
        }
        assert_eq!(keys.check(here).unwrap_err().code(), Code::TooManyAttempts);
        keys.check(elsewhere).unwrap();
        // Of who has no address, nothing can be told.
        (0..3).for_each(|_| keys.count(None));
        keys.check(None).unwrap();
    }
}
