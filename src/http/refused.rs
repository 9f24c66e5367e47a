//! What was refused because it was another hotel's, made up or over, goes on record too.
//!
//! Behind the request's back: the answer never waits for it, so that its time tells nobody
//! whether an id that is not theirs is somebody else's. A queue of bounded length and a rate
//! per address keep whoever tries many from filling the log or the database; what is passed
//! over is counted in the server's log.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota};
use poem::Error;
use poem::http::{StatusCode, Uri};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::address::ClientAddress;
use super::problem::api_error;
use crate::auth::{Identity, network};
use crate::db::{Asker, DbError, RefusalLog};
use crate::error::Code;

/// Attempts that wait to be recorded.
const WAITING_MAX: usize = 1024;
/// So many a minute of one address are recorded.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Above this many remembered addresses, the idle ones are dropped.
const REMEMBERED_MAX: usize = 100_000;

/// What somebody tried.
#[derive(Debug)]
pub(super) enum Attempt {
    /// To reach these ids, of which their hotel has none.
    NotTheirs {
        /// Who.
        identity: Box<Identity>,
        /// What for.
        ids: Vec<Uuid>,
    },
    /// To get in by a token or a key that nobody gave out.
    Forged,
    /// To go on with a visit that is over.
    AfterVisit {
        /// Who.
        visitor: Uuid,
        /// The grant of the visit.
        grant_id: Uuid,
    },
}

/// Takes attempts and records them one after the other, until it is dropped.
pub(super) struct Refused {
    waiting: mpsc::Sender<(Asker, Attempt)>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    passed_over: Arc<AtomicU64>,
    recorder: JoinHandle<()>,
}

impl Refused {
    /// Records in that log. Must be called in a runtime.
    pub(super) fn new(log: RefusalLog) -> Self {
        let (waiting, mut taken) = mpsc::channel::<(Asker, Attempt)>(WAITING_MAX);
        let passed_over = Arc::new(AtomicU64::new(0));
        let counter = passed_over.clone();
        let recorder = tokio::spawn(async move {
            while let Some((asker, attempt)) = taken.recv().await {
                let request_id = asker.request_id.clone();
                match record(&log, &asker, &attempt).await {
                    Ok(false) => {}
                    Ok(true) => {
                        tracing::warn!(alarm = "attempt_refused", %request_id, ?attempt, "an attempt is on record");
                    }
                    Err(error) => {
                        tracing::error!(%request_id, %error, "a refused attempt could not be recorded");
                    }
                }
                let count = counter.swap(0, Ordering::Relaxed);
                if count > 0 {
                    tracing::warn!(count, "refused attempts were passed over: there are too many");
                }
            }
        });
        let addresses = DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_ADDRESS));
        Refused { waiting, addresses, passed_over, recorder }
    }

    /// Hands one in. Never waits.
    pub(super) fn note(&self, request_id: &Arc<str>, address: ClientAddress, attempt: Attempt) {
        if self.addresses.len() > REMEMBERED_MAX {
            self.addresses.retain_recent();
        }
        let asker = Asker { request_id: request_id.clone(), address: address.text() };
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let taken = self.addresses.check_key(&network(address.0.unwrap_or(nowhere))).is_ok()
            && self.waiting.try_send((asker, attempt)).is_ok();
        if !taken {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Refused {
    fn drop(&mut self) {
        self.recorder.abort();
    }
}

async fn record(log: &RefusalLog, asker: &Asker, attempt: &Attempt) -> Result<bool, DbError> {
    match attempt {
        Attempt::NotTheirs { identity, ids } => {
            log.cross_tenant(asker, identity.organization_id, identity.user_id, identity.via, ids).await
        }
        Attempt::Forged => log.forged(asker).await,
        Attempt::AfterVisit { visitor, grant_id } => log.after_visit(asker, *visitor, *grant_id).await,
    }
}

/// The ids of a path whose answer was that there is no such thing: none where the path
/// itself is unknown.
pub(super) fn ids_not_found(error: &Error, uri: &Uri) -> Vec<Uuid> {
    if error.status() != StatusCode::NOT_FOUND || api_error(error).code() == Code::RouteNotFound {
        return Vec::new();
    }
    uri.path().split('/').filter_map(|segment| segment.parse().ok()).collect()
}
