//! Whether a write that is counted would pass, and what would remain.

use chrono::{DateTime, Utc};
use poem_openapi::{Object, types::Example};
use tokio_postgres::Row;

use super::Metered;
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;

/// What the plan leaves, as a dry run found it.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Allowance {
    /// What is counted.
    pub resource: Metered,
    /// How many the plan allows; null where it does not limit them.
    #[oai(nullable)]
    pub limit: Option<i64>,
    /// How many there are; what was tried is not among them.
    pub used: i64,
    /// How many more this would be.
    pub requested: i64,
    /// How many would be left after it; null where there is no limit. Below zero, more is charged for.
    #[oai(nullable)]
    pub remaining: Option<i64>,
    /// When the count begins anew; null where what goes makes room.
    #[oai(nullable)]
    pub period_end: Option<DateTime<Utc>>,
}

impl Example for Allowance {
    fn example() -> Self {
        Allowance {
            resource: Metered::Guests,
            limit: Some(1_000),
            used: 940,
            requested: 1,
            remaining: Some(59),
            period_end: None,
        }
    }
}

struct Counted {
    used: i64,
    maximum: Option<i64>,
    period_end: Option<DateTime<Utc>>,
}

impl FromRow for Counted {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Counted {
            used: row.try_get("used")?,
            maximum: row.try_get("maximum")?,
            period_end: row.try_get("period_end")?,
        })
    }
}

/// Does the work, which makes one of what is counted, looks at what is left and undoes it all.
/// What would refuse the work refuses this.
///
/// # Errors
/// The work's own.
pub async fn dry_run<T>(
    scope: &TenantScope,
    resource: Metered,
    work: impl AsyncFnOnce(&TenantScope) -> Result<T, ApiError>,
) -> Result<Allowance, ApiError> {
    const REQUESTED: i64 = 1;
    let counted: Counted = scope
        .dry_run(async |scope| {
            work(scope).await?;
            scope.one(include_str!("../../sql/queries/usage/allowance.sql"), &[&resource]).await
        })
        .await?;
    Ok(Allowance {
        resource,
        limit: counted.maximum,
        used: counted.used - REQUESTED,
        requested: REQUESTED,
        remaining: counted.maximum.map(|maximum| maximum - counted.used),
        period_end: counted.period_end,
    })
}
