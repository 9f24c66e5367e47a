//! Statements on a hotel's subscription.

use postgres_types::Json;
use tokio_postgres::Row;

use super::{Period, ScheduledChange, Subscription, SubscriptionPatch, TierLimits};
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::patch::required;

impl FromRow for Subscription {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Subscription {
            tier: row.try_get("tier")?,
            tier_version: row.try_get("tier_version")?,
            status: row.try_get("status")?,
            past_due_since: row.try_get("past_due_since")?,
            billing_day: row.try_get("billing_day")?,
            time_zone: row.try_get("time_zone")?,
            period: Period { starts_at: row.try_get("period_starts_at")?, ends_at: row.try_get("period_ends_at")? },
            monthly_price: row.try_get("monthly_price")?,
            overage_price: row.try_get("overage_price")?,
            currency: row.try_get("currency")?,
            discount_percent: row.try_get("discount_percent")?,
            limits: row.try_get::<_, Json<_>>("limits")?.0,
            features: row.try_get::<_, Json<_>>("features")?.0,
            scheduled_change: scheduled_change(row)?,
            cancel_at: row.try_get("cancel_at")?,
            over: row.try_get::<_, Json<_>>("over")?.0,
            history: row.try_get::<_, Json<_>>("history")?.0,
            version: row.try_get("version")?,
        })
    }
}

fn scheduled_change(row: &Row) -> Result<Option<ScheduledChange>, tokio_postgres::Error> {
    let Some(Json(limits)) = row.try_get::<_, Option<Json<TierLimits>>>("next_limits")? else { return Ok(None) };
    Ok(Some(ScheduledChange {
        tier: row.try_get("next_tier")?,
        tier_version: row.try_get("next_tier_version")?,
        at: row.try_get("next_tier_at")?,
        limits,
    }))
}

/// Whether a change was based on what there is.
pub(crate) struct Done(pub(crate) bool);

impl FromRow for Done {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get("done").map(Done)
    }
}

pub(super) async fn get(scope: &TenantScope) -> Result<Option<Subscription>, ApiError> {
    scope.optional(include_str!("../../sql/queries/subscriptions/get.sql"), &[]).await
}

/// Changes it; tells whether it was of the version expected.
pub(super) async fn update(
    scope: &TenantScope,
    expected: Option<i32>,
    patch: &SubscriptionPatch,
) -> Result<bool, ApiError> {
    let (tier, cancel) = (required("/tier", &patch.tier)?, required("/cancel", &patch.cancel)?);
    let sql = include_str!("../../sql/queries/subscriptions/update.sql");
    let Done(done) = scope.one(sql, &[&expected, &tier, &cancel]).await?;
    Ok(done)
}
