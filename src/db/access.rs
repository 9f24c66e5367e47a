//! The one record of a super admin's request (I9).
//!
//! It is written in the transaction of the work, in the same round trip, so whatever holds
//! is on record. A request that committed nothing, because it was refused or found wanting,
//! gets its record in a transaction of its own at the end; if that cannot be written the
//! request fails.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::DbError;
use super::lease::{Lease, Params};
use crate::tenancy::SealedContext;
use tokio_postgres::Row;
use uuid::Uuid;

/// The statement that writes it.
const RECORD: &str = include_str!("../../sql/queries/audit_log/record.sql");
/// After the record of a read nothing more is written: a handler that writes behind a read fails.
const READ_ONLY: &str = "set transaction read only";

/// What the record says of a request, and whether it is written yet.
#[derive(Debug, Default)]
pub struct Access {
    operation: OnceLock<Operation>,
    reason: OnceLock<String>,
    recorded: AtomicBool,
}

#[derive(Debug)]
struct Operation {
    action: String,
    resource: String,
    resource_id: Option<String>,
}

impl Access {
    /// Of a request with that reason, about to be found out what it is.
    pub fn new(reason: Option<String>) -> Self {
        let reason = reason.map_or_else(OnceLock::new, OnceLock::from);
        Access { reason, ..Access::default() }
    }

    /// Tells which operation it is: the first word of it that counts.
    pub fn name(&self, action: &str, resource: &str, resource_id: Option<&str>) {
        let shortened = |text: &str| text.chars().take(64).collect::<String>();
        let _ = self.operation.set(Operation {
            action: shortened(action),
            resource: shortened(resource),
            resource_id: resource_id.map(shortened),
        });
    }

    /// Tells why, where the request itself does.
    pub(super) fn because(&self, reason: &str) {
        let _ = self.reason.set(reason.to_owned());
    }

    /// Whether the record is written.
    pub fn is_recorded(&self) -> bool {
        self.recorded.load(Ordering::Acquire)
    }

    /// Begins, sets the context, runs the statement, writes the record and commits: one
    /// round trip. A read is recorded before it reads.
    pub(super) async fn one_trip(
        &self,
        lease: Lease,
        context: &SealedContext,
        statement: Option<(&'static str, Params<'_>)>,
        about: About,
        how: How,
    ) -> Result<Vec<Row>, DbError> {
        let unknown = Operation { action: "unknown".into(), resource: "unknown".into(), resource_id: None };
        let Operation { action, resource, resource_id } = self.operation.get().unwrap_or(&unknown);
        let outcome = if how == How::Refused { "refused" } else { "done" };
        let (organization, subject) = about.ids();
        let reason = self.reason.get();
        let record: Params<'_> = &[action, resource, resource_id, &organization, &reason, &outcome, &subject];
        let mut work: Vec<(&'static str, Params<'_>)> = vec![(RECORD, record)];
        match (statement, how) {
            (Some(statement), How::Reads) => work.extend([(READ_ONLY, &[] as Params<'_>), statement]),
            (Some(statement), _) => work.insert(0, statement),
            // The record alone: the request was refused, or reads outside of this transaction.
            (None, _) => {}
        }
        // The answer that is asked for: the statement's, first or last.
        let wanted = if how == How::Reads { work.len() - 1 } else { 0 };
        let rows = lease.pipeline("begin", context, &work).await?.swap_remove(wanted);
        self.recorded.store(true, Ordering::Release);
        Ok(rows)
    }

    /// Writes the record at the end of an open transaction, before its commit.
    pub(super) async fn in_transaction(&self, lease: &Lease, about: About) -> Result<(), DbError> {
        let unknown = Operation { action: "unknown".into(), resource: "unknown".into(), resource_id: None };
        let Operation { action, resource, resource_id } = self.operation.get().unwrap_or(&unknown);
        let (organization, subject) = about.ids();
        let reason = self.reason.get();
        let record: Params<'_> = &[action, resource, resource_id, &organization, &reason, &"done", &subject];
        lease.query(RECORD, record).await.map(drop)
    }

    /// The transaction that holds the record is committed.
    pub(super) fn committed(&self) {
        self.recorded.store(true, Ordering::Release);
    }
}

/// Whose log the record of work across hotels is filed in. What names a hotel that does not
/// exist has none: that record is the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum About {
    /// The platform's.
    #[default]
    Platform,
    /// That hotel's.
    Organization(i32),
    /// That of the hotel the grant lets into.
    Grant(Uuid),
    /// That of the hotel the invoice is of.
    Invoice(Uuid),
}

impl About {
    fn ids(self) -> (Option<i32>, Option<Uuid>) {
        match self {
            About::Platform => (None, None),
            About::Organization(id) => (Some(id), None),
            About::Grant(id) | About::Invoice(id) => (None, Some(id)),
        }
    }
}

/// What the record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// A statement that only reads.
    Reads,
    /// A statement that may write.
    Writes,
    /// A request that was refused: nothing but the record.
    Refused,
}
