//! How long the pools and the database take, and how often a seal is refused.

use std::sync::Arc;
use std::time::Instant;

use deadpool_postgres::Status;
use metrics::{Counter, Gauge, Histogram};

use super::DbError;
use super::load::Running;
use crate::metrics::{Metrics, series};

/// What is measured of one pool and the connections it lends.
pub(super) struct Meter {
    wait: Histogram,
    answers: Histogram,
    seal_failures: Counter,
    in_use: Gauge,
    idle: Gauge,
    max: Gauge,
    waiting: Gauge,
}

impl Meter {
    /// Of the pool of that name.
    pub(super) fn new(metrics: &Metrics, pool: &'static str) -> Self {
        let of_pool = [("pool", pool)];
        let connections = |state| metrics.gauge(&series::POOL_CONNECTIONS, &[("pool", pool), ("state", state)]);
        Meter {
            wait: metrics.histogram(&series::POOL_WAIT_SECONDS, &of_pool),
            answers: metrics.histogram(&series::DATABASE_SECONDS, &of_pool),
            seal_failures: metrics.counter(&series::SEAL_FAILURES, &[]),
            in_use: connections("in_use"),
            idle: connections("idle"),
            max: metrics.gauge(&series::POOL_CONNECTIONS_MAX, &of_pool),
            waiting: metrics.gauge(&series::POOL_WAITING, &of_pool),
        }
    }

    /// Begins to wait for a connection. Whoever drops what this returns has one, or gave up.
    pub(super) fn wait(self: &Arc<Self>) -> Wait {
        Wait { meter: self.clone(), began: Instant::now() }
    }

    /// Begins to ask the database. Whoever drops what this returns has the answers, or gave up.
    pub(super) fn trip(self: &Arc<Self>, running: Option<Running>) -> Trip {
        Trip { meter: self.clone(), began: Instant::now(), _running: running }
    }

    /// Notes how the pools are now that are measured by this.
    pub(super) fn gauge(&self, pools: impl IntoIterator<Item = Status>) {
        let [mut in_use, mut idle, mut max, mut waiting] = [0; 4];
        for status in pools {
            in_use += status.size - status.available;
            idle += status.available;
            max += status.max_size;
            waiting += status.waiting;
        }
        for (gauge, count) in [(&self.in_use, in_use), (&self.idle, idle), (&self.max, max), (&self.waiting, waiting)] {
            gauge.set(count as f64);
        }
    }
}

/// Time that passes until a connection is there.
pub(super) struct Wait {
    meter: Arc<Meter>,
    began: Instant,
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.meter.wait.record(self.began.elapsed());
    }
}

/// Time that passes until answers are there. Taken also where nobody waited for them: those took longest.
pub(super) struct Trip {
    meter: Arc<Meter>,
    began: Instant,
    /// Noted on somebody's account when it is dropped.
    _running: Option<Running>,
}

impl Trip {
    /// The answers are there. Counts a refused seal, wherever it comes from.
    pub(super) fn over<T>(self, answers: Result<T, DbError>) -> Result<T, DbError> {
        if answers.as_ref().is_err_and(DbError::is_context_refused) {
            self.meter.seal_failures.increment(1);
        }
        answers
    }
}

impl Drop for Trip {
    fn drop(&mut self) {
        self.meter.answers.record(self.began.elapsed());
    }
}
