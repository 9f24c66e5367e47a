//! Statements on what a hotel uses.

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::{ResourceUsage, Usage, UsageDay};
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;

impl FromRow for ResourceUsage {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let days: Vec<NaiveDate> = row.try_get("days")?;
        let day_used: Vec<i64> = row.try_get("day_used")?;
        Ok(ResourceUsage {
            resource: row.try_get("resource")?,
            used: row.try_get("used")?,
            limit: row.try_get("maximum")?,
            share: row.try_get("share")?,
            overage: row.try_get("charges_more")?,
            period_start: row.try_get("period_start")?,
            period_end: row.try_get("period_end")?,
            forecast: row.try_get("forecast")?,
            days: days.into_iter().zip(day_used).map(|(day, used)| UsageDay { day, used }).collect(),
        })
    }
}

/// What the hotel uses, and how it came to that.
pub(super) async fn get(scope: &TenantScope) -> Result<Usage, ApiError> {
    let resources = scope.many(include_str!("../../sql/queries/usage/get.sql"), &[]).await?;
    Ok(Usage { resources })
}
