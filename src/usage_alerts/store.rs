//! Statements on `usage_alerts`.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{UsageAlert, UsageAlertKind};
use crate::db::{Accounts, DbError, FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};
use crate::usage::Metered;

/// The threshold of what is no mark that was reached.
const FORETOLD: i16 = 0;

impl FromRow for UsageAlert {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let threshold = threshold(row)?;
        Ok(UsageAlert {
            id: row.try_get("id")?,
            resource: row.try_get("resource")?,
            kind: if threshold.is_some() { UsageAlertKind::Threshold } else { UsageAlertKind::Forecast },
            threshold,
            limit: row.try_get("maximum")?,
            used: row.try_get("used")?,
            forecast: row.try_get("forecast")?,
            period_start: row.try_get("period_start")?,
            period_end: row.try_get("period_end")?,
            created_at: row.try_get("created_at")?,
            acknowledged_at: row.try_get("acknowledged_at")?,
            acknowledged_by: row.try_get("acknowledged_by")?,
        })
    }
}

fn threshold(row: &Row) -> Result<Option<i16>, tokio_postgres::Error> {
    Ok(Some(row.try_get("threshold")?).filter(|threshold| *threshold != FORETOLD))
}

/// Which alerts a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) acknowledged: Option<bool>,
    pub(super) resource: Option<Metered>,
}

/// Filters sift one index: a hotel has a few alerts a month.
pub(super) async fn list(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<UsageAlert>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "usage_alerts_list", filter, limit, after)?;
    let Filter { acknowledged, resource } = filter;
    let sql = include_str!("../../sql/queries/usage_alerts/list.sql");
    let alerts: Vec<UsageAlert> =
        scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), acknowledged, resource]).await?;
    Ok(page.close(alerts, |alert| (alert.created_at, alert.id), |alert| alert))
}

/// Acknowledges it; one that is acknowledged stays as it is. `None` where there is no such alert.
pub(super) async fn acknowledge(scope: &TenantScope, id: Uuid) -> Result<Option<UsageAlert>, ApiError> {
    let sql = include_str!("../../sql/queries/usage_alerts/acknowledge.sql");
    match scope.optional(sql, &[&id]).await? {
        Some(acknowledged) => Ok(Some(acknowledged)),
        None => scope.optional(include_str!("../../sql/queries/usage_alerts/get.sql"), &[&id]).await,
    }
}

/// An alert that is worth telling, and whom.
#[derive(Debug)]
pub(super) struct Raised {
    pub(super) hotel: String,
    pub(super) addresses: Vec<String>,
    pub(super) resource: Metered,
    pub(super) threshold: Option<i16>,
    pub(super) limit: i64,
    pub(super) used: i64,
    pub(super) forecast: Option<i64>,
    pub(super) period_ends_on: NaiveDate,
    pub(super) charges_more: bool,
}

impl FromRow for Raised {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Raised {
            hotel: row.try_get("hotel")?,
            addresses: row.try_get("addresses")?,
            resource: row.try_get("resource")?,
            threshold: threshold(row)?,
            limit: row.try_get("maximum")?,
            used: row.try_get("used")?,
            forecast: row.try_get("forecast")?,
            period_ends_on: row.try_get("period_ends_on")?,
            charges_more: row.try_get("charges_more")?,
        })
    }
}

struct Hotel(i32);

impl FromRow for Hotel {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Hotel(row.try_get("organization_id")?))
    }
}

/// The hotels with alerts that nobody was told of.
pub(super) async fn unmailed(accounts: &Accounts) -> Result<Vec<i32>, DbError> {
    let sql = include_str!("../../sql/queries/usage_alerts/unmailed.sql");
    let hotels: Vec<Hotel> = accounts.ask_all(sql, "organizations_to_alert", &[], &[]).await?;
    Ok(hotels.into_iter().map(|Hotel(organization_id)| organization_id).collect())
}

/// Takes a hotel's alerts that nobody was told of; those that are worth telling. Whatever
/// servers ask, each alert is taken once.
pub(super) async fn claim(accounts: &Accounts, organization_id: i32) -> Result<Vec<Raised>, DbError> {
    let sql = include_str!("../../sql/queries/usage_alerts/claim.sql");
    accounts.ask_all(sql, "claim_usage_alerts", &[&organization_id.to_string()], &[&organization_id]).await
}
