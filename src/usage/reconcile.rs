//! `stayzr usage reconcile`: what was counted against the rows that are there.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, Row};

use crate::db::{DbError, FromRow};

/// A count that is not what the rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The hotel.
    pub organization_id: i32,
    /// What was counted.
    pub resource: String,
    /// The period it was counted in.
    pub period_start: DateTime<Utc>,
    /// What the counters said.
    pub recorded: i64,
    /// What the rows say.
    pub counted: i64,
}

impl Difference {
    fn from_row(organization_id: i32, row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Difference {
            organization_id,
            resource: row.try_get("resource")?,
            period_start: row.try_get("period_start")?,
            recorded: row.try_get("recorded")?,
            counted: row.try_get("counted")?,
        })
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Difference { organization_id, resource, period_start, recorded, counted } = self;
        write!(
            formatter,
            "organization {organization_id}: {resource} since {period_start}: {recorded} on record, {counted} counted"
        )
    }
}

struct Hotel(i32);

impl FromRow for Hotel {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Hotel(row.try_get("organization_id")?))
    }
}

/// Recounts hotel by hotel and tells each difference as it comes; how many there were. With
/// `fix` each is written in the transaction that found it. `client` is `stayzr_platform`, or
/// an administrator. Who writes into a hotel waits while that hotel is recounted.
///
/// # Errors
/// When the database cannot be reached, or refuses, as to a role that may not.
pub async fn reconcile(client: &mut Client, fix: bool, mut difference: impl FnMut(Difference)) -> Result<u64, DbError> {
    // The limits of the role are for requests; here a hotel takes as long as its rows take.
    client.batch_execute("set statement_timeout = 0").await?;
    let mut differences = 0;
    for row in client.query(include_str!("../../sql/queries/usage/organizations.sql"), &[]).await? {
        let Hotel(organization_id) = Hotel::from_row(&row)?;
        let sql = include_str!("../../sql/queries/usage/reconcile.sql");
        for row in client.query(sql, &[&organization_id, &fix]).await? {
            differences += 1;
            difference(Difference::from_row(organization_id, &row)?);
        }
    }
    Ok(differences)
}
