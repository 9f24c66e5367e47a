//! `stayzr audit-log verify`: the chain of every hotel, from its first record to its head.

use futures_util::TryStreamExt;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::db::{DbError, FromRow, snapshot};

/// The end of one hotel's chain. Kept outside the database, its hash proves later that
/// everything up to this record is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The hotel.
    pub organization_id: i32,
    /// How many records there are.
    pub records: i64,
    /// The place of the last record.
    pub sequence: i64,
    /// Its hash, in hex.
    pub hash: String,
}

impl FromRow for Head {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Head {
            organization_id: row.try_get("organization_id")?,
            records: row.try_get("records")?,
            sequence: row.try_get("sequence")?,
            hash: row.try_get("hash")?,
        })
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Head { organization_id, records, sequence, hash } = self;
        write!(formatter, "organization {organization_id}: {records} records, head {sequence} {hash}")
    }
}

/// What does not fit in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The hotel.
    pub organization_id: i32,
    /// The place in its chain; the first one where several are missing.
    pub sequence: Option<i64>,
    /// The last place that is missing.
    pub last: Option<i64>,
    /// The record, if there is one.
    pub id: Option<Uuid>,
    /// `altered`, `removed`, `inserted` or `head differs`.
    pub finding: String,
}

impl FromRow for Fault {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Fault {
            organization_id: row.try_get("organization_id")?,
            sequence: row.try_get("sequence")?,
            last: row.try_get("last")?,
            id: row.try_get("id")?,
            finding: row.try_get("finding")?,
        })
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "organization {}: {}", self.organization_id, self.finding)?;
        match (self.sequence, self.last) {
            (Some(first), Some(last)) if first != last => write!(formatter, ", {first} to {last}")?,
            (Some(sequence), _) => write!(formatter, ", {sequence}")?,
            (None, _) => {}
        }
        self.id.map_or(Ok(()), |id| write!(formatter, ", record {id}"))
    }
}

/// Walks every chain and tells each head and each fault as it comes; how many faults there
/// were. `client` is `stayzr_platform`, or an administrator that bypasses row security.
///
/// Heads and records are those of one moment, so that what is written meanwhile is no fault.
/// Nothing is kept in memory here: a log of any length will do.
///
/// # Errors
/// When the database cannot be read, as by a role that may not.
pub async fn verify(
    client: &mut Client,
    mut head: impl FnMut(Head),
    mut fault: impl FnMut(Fault),
) -> Result<u64, DbError> {
    let transaction = snapshot(client).await?;
    for row in transaction.query(include_str!("../../sql/queries/audit_log/heads.sql"), &[]).await? {
        head(Head::from_row(&row)?);
    }
    let nothing: [&(dyn ToSql + Sync); 0] = [];
    let walk = transaction.query_raw(include_str!("../../sql/queries/audit_log/verify.sql"), nothing).await?;
    let mut walk = std::pin::pin!(walk);
    let mut faults = 0;
    while let Some(row) = walk.try_next().await? {
        faults += 1;
        fault(Fault::from_row(&row)?);
    }
    transaction.rollback().await?;
    Ok(faults)
}
