//! What each request was, counted once at its end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::Histogram;
use metrics_exporter_prometheus::PrometheusRecorder;

use super::organizations::Organizations;
use super::{Metrics, counter, series};
use crate::error::Code;

/// Classes of statuses, as labels.
const STATUSES: [&str; 5] = ["2xx", "3xx", "4xx", "5xx", "abandoned"];
/// The label of requests that reached no operation.
const NO_OPERATION: &str = "none";
/// What is refused because of a limit and not because of a fault.
const REFUSALS: [Code; 11] = [
    Code::UsersLimitExceeded,
    Code::GuestsLimitExceeded,
    Code::ConversationsLimitExceeded,
    Code::MessagesLimitExceeded,
    Code::StorageLimitExceeded,
    Code::FeatureNotAvailable,
    Code::SubscriptionRestricted,
    Code::TooManyAttempts,
    Code::RateLimitExceeded,
    Code::ConcurrencyLimitExceeded,
    Code::DatabaseTimeExceeded,
];

/// A request that is over.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// Its operation, if it reached one.
    pub operation: Option<&'static str>,
    /// The status of its answer, if the client waited for it.
    pub status: Option<u16>,
    /// The error it was answered with.
    pub code: Option<Code>,
    /// The hotel, once it was known.
    pub organization_id: Option<i32>,
    /// How many standings were found in memory.
    pub cache_hits: u32,
    /// How many had to be asked for.
    pub cache_misses: u32,
    /// From its head to its answer.
    pub duration: Duration,
}

/// Counts requests.
pub struct Requests {
    /// Where each operation is counted; the last place is for none of them.
    places: HashMap<String, usize>,
    durations: Vec<Histogram>,
    /// Everything of a request is counted under one lock, and all of it is read under it: no sum differs from another by
    /// a request that is half counted. It is held for a few additions.
    tally: Mutex<Tally>,
}

struct Tally {
    requests: Vec<[u64; STATUSES.len()]>,
    refusals: [u64; REFUSALS.len()],
    cache_hits: u64,
    cache_misses: u64,
    organizations: Organizations,
}

impl Requests {
    pub(super) fn new(metrics: &Metrics, operations: impl IntoIterator<Item = String>, elect_every: Duration) -> Self {
        let names: Vec<String> = operations.into_iter().chain([NO_OPERATION.to_owned()]).collect();
        let duration = |name: &String| metrics.histogram(&series::REQUEST_SECONDS_BY_OPERATION, &[("operation", name)]);
        Requests {
            durations: names.iter().map(duration).collect(),
            tally: Mutex::new(Tally {
                requests: vec![[0; STATUSES.len()]; names.len()],
                refusals: [0; REFUSALS.len()],
                cache_hits: 0,
                cache_misses: 0,
                organizations: Organizations::new(elect_every),
            }),
            places: names.into_iter().enumerate().map(|(place, name)| (name, place)).collect(),
        }
    }

    /// Counts one.
    pub fn count(&self, ended: &Ended) {
        let place = ended.operation.and_then(|operation| self.places.get(operation));
        let place = place.copied().unwrap_or(self.durations.len() - 1);
        self.durations[place].record(ended.duration);
        let refusal = ended.code.and_then(|code| REFUSALS.iter().position(|refusal| *refusal == code));
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.requests[place][status_class(ended.status)] += 1;
        if let Some(refusal) = refusal {
            tally.refusals[refusal] += 1;
        }
        tally.cache_hits += u64::from(ended.cache_hits);
        tally.cache_misses += u64::from(ended.cache_misses);
        tally.organizations.count(ended.organization_id);
    }

    /// Writes what is counted at this moment. Also what is zero: Prometheus misses the first of a series it has not seen.
    pub(super) fn write(&self, recorder: &PrometheusRecorder) {
        let (requests, refusals, cache, organizations) = {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            let cache = [("hit", tally.cache_hits), ("miss", tally.cache_misses)];
            (tally.requests.clone(), tally.refusals, cache, tally.organizations.counted())
        };
        for (operation, place) in &self.places {
            for (status, count) in STATUSES.iter().zip(requests[*place]) {
                let labels = [("operation", &**operation), ("status", *status)];
                counter(recorder, &series::REQUESTS, &labels).absolute(count);
            }
        }
        for (code, count) in REFUSALS.iter().zip(refusals) {
            counter(recorder, &series::REFUSALS, &[("code", code.name())]).absolute(count);
        }
        for (outcome, count) in cache {
            let labels = [("cache", "standings"), ("outcome", outcome)];
            counter(recorder, &series::CACHE_REQUESTS, &labels).absolute(count);
        }
        for (organization, count) in organizations {
            counter(recorder, &series::ORGANIZATION_REQUESTS, &[("organization", &organization)]).absolute(count);
        }
    }
}

/// The place of its class among [`STATUSES`].
fn status_class(status: Option<u16>) -> usize {
    match status {
        Some(200..=299) => 0,
        Some(300..=399) => 1,
        Some(400..=499) => 2,
        Some(_) => 3,
        None => 4,
    }
}
