//! Making audits of the catalogs, and keeping the latest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::Mutex;

use super::PlatformAudit;
use crate::audit::report::{Identity, Report};
use crate::audit::{AuditError, Catalogue, Waivers, lint_within};
use crate::db::Catalogs;
use crate::error::ApiError;

/// How long one is kept.
const KEPT: Duration = Duration::from_secs(60);
/// How long one check may take. A server waits less long than a command: with 1,000 tables the slowest takes a second.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// The audits of one server.
pub struct Audits {
    catalogs: Catalogs,
    catalogue: Catalogue,
    waivers: Waivers,
    /// Held while one is made, so that there is one at a time.
    latest: Mutex<Option<Made<PlatformAudit>>>,
}

/// What was made, or was to be.
struct Made<T> {
    begun: Instant,
    ended: Instant,
    outcome: Result<T, ApiError>,
}

impl<T> Made<T> {
    /// Whether it answers somebody who asked at that moment: it failed while they waited, or is new enough.
    fn answers(&self, asked: Instant, fresh: bool) -> bool {
        match (&self.outcome, fresh) {
            (Err(_), false) => self.ended >= asked,
            (Ok(_), false) => self.ended >= asked || asked - self.ended < KEPT,
            (_, true) => self.begun >= asked,
        }
    }
}

impl Audits {
    /// Of that database, by the checks and waivers of this release.
    ///
    /// # Errors
    /// When a check or a waiver of the release is malformed.
    pub(crate) fn new(catalogs: Catalogs) -> Result<Self, AuditError> {
        let catalogue = Catalogue::embedded()?;
        let waivers = Waivers::load(None, &catalogue)?;
        Ok(Audits { catalogs, catalogue, waivers, latest: Mutex::default() })
    }

    /// The latest, made now if there is none of the last minute, or a fresh one is wanted. Whoever asks while one is
    /// made waits for it.
    ///
    /// # Errors
    /// When the database cannot be reached; whoever waited for that is told the same.
    pub(super) async fn latest(self: &Arc<Self>, fresh: bool) -> Result<PlatformAudit, ApiError> {
        let (audits, asked) = (self.clone(), Instant::now());
        // A task of its own: what was begun is finished and kept, even if whoever asked has gone.
        let task = tokio::spawn(async move {
            let mut latest = audits.latest.lock().await;
            if let Some(made) = latest.as_ref().filter(|made| made.answers(asked, fresh)) {
                return made.outcome.clone();
            }
            let begun = Instant::now();
            let outcome = audits.make().await.map_err(refused);
            *latest = Some(Made { begun, ended: Instant::now(), outcome: outcome.clone() });
            outcome
        });
        task.await.map_err(ApiError::internal)?
    }

    async fn make(&self) -> Result<PlatformAudit, AuditError> {
        let checked_at = Utc::now();
        let (mut client, address) = self.catalogs.connect().await?;
        let identity = Identity::read(&mut client, address).await?;
        let (catalogue, waivers) = (&self.catalogue, &self.waivers);
        let begun = Instant::now();
        let lint = lint_within(CHECK_TIMEOUT, &mut client, catalogue, waivers, checked_at.date_naive(), |_| ()).await?;
        let report = Report::new(identity).with_lint(lint, begun.elapsed());
        let Report { release, database, summary, parts, lint, .. } = report;
        Ok(PlatformAudit { checked_at, release, database, summary, parts, lint: lint.unwrap_or_default() })
    }
}

fn refused(error: AuditError) -> ApiError {
    match error {
        AuditError::Database(error) => error.into(),
        other => ApiError::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_kept_and_an_error_is_told_to_those_who_waited() {
        let begun = Instant::now();
        let (second, ended) = (Duration::from_secs(1), begun + Duration::from_secs(2));
        let failed = Made { begun, ended, outcome: Err(ApiError::internal("away")) };
        for (asked, fresh, wanted) in [
            (begun + second, false, true),
            (ended + second, false, false),
            (begun, true, true),
            (begun + second, true, false),
        ] {
            assert_eq!(failed.answers(asked, fresh), wanted);
        }
        let made = Made { outcome: Ok(()), ..failed };
        for (asked, fresh, wanted) in [
            (begun + second, false, true),
            (ended + KEPT - second, false, true),
            (ended + KEPT, false, false),
            (begun, true, true),
            (begun + second, true, false),
        ] {
            assert_eq!(made.answers(asked, fresh), wanted);
        }
    }
}
