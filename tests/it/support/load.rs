//! What tests under load share: chance that can be repeated, and patience with an end.

use std::future::Future;
use std::time::{Duration, Instant};

/// How long anything may take that happens by itself. A safety net, not a measurement.
const PATIENCE: Duration = Duration::from_secs(20);

/// Random numbers that come again with the same seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// A seed that is not the same every day; print it, so that a failure can be repeated with
    /// `STAYZR_TEST_SEED`.
    pub fn seed() -> u64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        std::env::var("STAYZR_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(now.as_nanos() as u64)
    }

    /// A number below that one.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Waits until it holds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
