//! How messages are divided, and how far a move came.

use std::fmt;

use chrono::{DateTime, Utc};

use super::PartitionError;
use crate::db::Client;
use crate::db::migrate;

/// How messages are divided now.
#[derive(Debug)]
pub struct Status {
    /// Of one hotel each, and last that of all others.
    pub tables: Vec<Table>,
    /// The move that is not over.
    pub unfinished: Option<Unfinished>,
}

/// A table that holds messages.
#[derive(Debug)]
pub struct Table {
    /// Whose; everybody's who has none of their own where it is null.
    pub organization_id: Option<i32>,
    /// Its name, with the schema.
    pub name: String,
    /// As PostgreSQL estimates them.
    pub rows: i64,
    /// With the indexes.
    pub bytes: i64,
}

/// A move that is not over.
#[derive(Debug)]
pub struct Unfinished {
    /// Who has a partition afterwards.
    pub organizations: Vec<i32>,
    /// What was done last.
    pub phase: String,
    /// The last row that was copied.
    pub copied: (i32, uuid::Uuid),
    /// How many there are before it, and itself.
    pub rows_copied: i64,
    /// When.
    pub began_at: DateTime<Utc>,
}

/// How messages are divided, from the live catalogs.
///
/// # Errors
/// When the database cannot be asked.
pub async fn status(client: &mut Client) -> Result<Status, PartitionError> {
    migrate::as_owner(client).await?;
    let mut tables = Vec::new();
    for row in client.query(include_str!("../../sql/partitions/status.sql"), &[]).await? {
        tables.push(Table {
            organization_id: row.try_get("organization_id")?,
            name: row.try_get("table")?,
            rows: row.try_get("rows")?,
            bytes: row.try_get("bytes")?,
        });
    }
    Ok(Status { tables, unfinished: unfinished(client).await? })
}

pub(super) async fn unfinished(client: &Client) -> Result<Option<Unfinished>, PartitionError> {
    let row = client.query_opt(include_str!("../../sql/partitions/unfinished.sql"), &[]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Unfinished {
        organizations: row.try_get("organizations")?,
        phase: row.try_get("phase")?,
        copied: (row.try_get("copied_organization_id")?, row.try_get("copied_id")?),
        rows_copied: row.try_get("rows_copied")?,
        began_at: row.try_get("began_at")?,
    }))
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Table { organization_id, name, rows, bytes } in &self.tables {
            let whose = organization_id.map_or("everybody else".to_owned(), |id| format!("organization {id}"));
            let whose = if self.tables.len() == 1 { "everybody".to_owned() } else { whose };
            let megabytes = bytes / 1_000_000;
            writeln!(formatter, "{whose}: {name}, about {rows} rows, {megabytes} MB with indexes")?;
        }
        match &self.unfinished {
            None => write!(formatter, "No move is unfinished."),
            Some(Unfinished { organizations, phase, rows_copied, began_at, .. }) => write!(
                formatter,
                "Unfinished since {}: {phase}, {rows_copied} rows copied; afterwards these organizations have a \
                 partition: {organizations:?}. Ask for it again to go on, or `stayzr partition cancel`.",
                began_at.format("%Y-%m-%d %H:%M:%S UTC")
            ),
        }
    }
}
