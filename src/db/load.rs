//! How much of the database's time a request takes.
//!
//! That is the time its statements run, and where more run beside them than there are processors, its part of it: a
//! hotel does not pay for the wait that others cause. So processor time is guessed as a machine would give it that
//! shares its processors evenly (Kleinrock, "Time-shared Systems: A theoretical treatment", 1967). PostgreSQL does not
//! tell it by statement. How many processors it has is not told either, and taken to be as many as this machine.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// What one request has taken so far.
#[derive(Debug, Default)]
pub struct Spent(AtomicU64);

impl Spent {
    /// The time of the database it took.
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }

    /// Takes so much more.
    pub(crate) fn add(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What this server has the database do at this moment, for hotels.
pub(super) struct Load {
    running: AtomicUsize,
    processors: usize,
}

impl Load {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Load { running: AtomicUsize::new(0), processors: available_parallelism().map_or(1, NonZero::get) }
    }

    /// Begins to run something on somebody's account. It is over when what this returns is dropped.
    pub(super) fn run(self: Arc<Self>, spent: Arc<Spent>) -> Running {
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        Running { load: self, spent, began: Instant::now(), running }
    }

    /// The part of so much time that is one's own, while so many run on average.
    fn own(&self, time: Duration, running: f64) -> Duration {
        time.mul_f64((self.processors as f64 / running).min(1.0))
    }
}

/// See [`Load::run`].
pub(super) struct Running {
    load: Arc<Load>,
    spent: Arc<Spent>,
    began: Instant,
    /// How many ran when it began, itself among them.
    running: usize,
}

impl Drop for Running {
    fn drop(&mut self) {
        let running = self.load.running.fetch_sub(1, Ordering::Relaxed);
        let on_average = (self.running + running) as f64 / 2.0;
        self.spent.add(self.load.own(self.began.elapsed(), on_average));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::{Load, Spent};

    #[test]
    fn a_crowd_pays_for_what_the_processors_did_and_not_for_its_waiting() {
        let load = Load { running: AtomicUsize::new(0), processors: 2 };
        let second = Duration::from_secs(1);
        assert_eq!(load.own(second, 1.0), second);
        assert_eq!(load.own(second, 2.0), second);
        assert_eq!(load.own(second, 8.0), second / 4);
    }

    #[test]
    fn what_ran_is_on_its_own_account_and_runs_no_more() {
        let load = Arc::new(Load { running: AtomicUsize::new(0), processors: 1 });
        let (mine, theirs) = (Arc::new(Spent::default()), Arc::new(Spent::default()));
        let running = load.clone().run(mine.clone());
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(mine.time(), Duration::ZERO, "it is not over");
        drop(running);
        assert!(mine.time() >= Duration::from_millis(5));
        assert_eq!(theirs.time(), Duration::ZERO);
        assert_eq!(load.running.load(Ordering::Relaxed), 0);
    }
}
