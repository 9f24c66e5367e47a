//! Every series there is, with what it says.

/// One name, whatever its labels.
pub struct Series {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    /// Of times: up to where each bucket counts, in seconds.
    pub(super) buckets: &'static [f64],
}

/// From a point read to the request's time limit.
const REQUEST_SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// From memory at hand to a database in trouble.
const TRIP_SECONDS: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

const fn series(name: &'static str, help: &'static str) -> Series {
    Series { name, help, buckets: &[] }
}

const fn times(name: &'static str, help: &'static str, buckets: &'static [f64]) -> Series {
    Series { name, help, buckets }
}

/// `operation`: its id in the OpenAPI document, or `none` where the request reached none or did not wait for its answer.
/// `status`: its class, or `abandoned` where the client went away before there was one.
pub const REQUESTS: Series =
    series("stayzr_requests_total", "Requests by operation (none: no operation was reached) and class of status.");
/// `operation` as above.
pub const REQUEST_SECONDS_BY_OPERATION: Series = times(
    "stayzr_request_duration_seconds",
    "From the head of a request to its answer, by operation.",
    REQUEST_SECONDS,
);
/// `organization`: the number of a hotel among the busiest, `other` for those that are not, `none` for requests of nobody
/// known. All together are all requests.
pub const ORGANIZATION_REQUESTS: Series = series(
    "stayzr_organization_requests_total",
    "Requests by hotel: the busiest by number, other for the rest, none for those of no hotel. The sum is that of stayzr_requests_total.",
);
/// `code`: the error's.
pub const REFUSALS: Series =
    series("stayzr_refusals_total", "Requests refused by a limit: of a plan, of its features or status, of attempts.");
/// `cache`: which; `outcome`: `hit` or `miss`.
pub const CACHE_REQUESTS: Series =
    series("stayzr_cache_requests_total", "Answers from memory (hit) and those the database was asked for (miss).");
/// `pool`: `app` or `platform`; `state`: `in_use` or `idle`.
pub const POOL_CONNECTIONS: Series = series("stayzr_pool_connections", "Open connections of a pool.");
/// `pool` as above.
pub const POOL_CONNECTIONS_MAX: Series =
    series("stayzr_pool_connections_max", "Connections a pool may open; all of them in use make requests wait.");
/// `pool` as above.
pub const POOL_WAITING: Series = series("stayzr_pool_waiting", "Who waits for a connection of a pool now.");
/// `pool` as above.
pub const POOL_WAIT_SECONDS: Series = times(
    "stayzr_pool_wait_seconds",
    "From asking for a connection of a pool to having it, or giving up.",
    TRIP_SECONDS,
);
/// `pool` as above.
pub const DATABASE_SECONDS: Series = times(
    "stayzr_database_seconds",
    "From sending one message or several at once to the database to having the answers.",
    TRIP_SECONDS,
);
/// Any one is an alarm: keys do not fit, or somebody forges contexts.
pub const SEAL_FAILURES: Series = series("stayzr_seal_failures_total", "Contexts or questions whose seal was refused.");

pub(super) const HISTOGRAMS: [&Series; 3] = [&REQUEST_SECONDS_BY_OPERATION, &POOL_WAIT_SECONDS, &DATABASE_SECONDS];
