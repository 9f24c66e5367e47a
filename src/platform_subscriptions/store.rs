//! Statements on a hotel's subscription and its overrides, across hotels.

use postgres_types::Json;
use serde_json::Value;
use tokio_postgres::Row;

use super::{
    NewSubscriptionOverride, OverrideName, PlatformSubscription, PlatformSubscriptionPatch, SubscriptionOverride,
};
use crate::db::{FromRow, PlatformScope};
use crate::error::{ApiError, Code};
use crate::http::patch::{nullable, required};
use crate::subscriptions::{Done, Limit, Subscription};

/// More of anything is no limit at all.
const LIMIT_MAX: u64 = 1_000_000_000_000;
/// Per cent: it costs nothing then.
const DISCOUNT_MAX: f64 = 100.0;

impl FromRow for PlatformSubscription {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformSubscription {
            subscription: Subscription::from_row(row)?,
            overrides: row.try_get::<_, Json<_>>("overrides")?.0,
        })
    }
}

impl FromRow for SubscriptionOverride {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let Json(value) = row.try_get::<_, Json<Value>>("value")?;
        Ok(SubscriptionOverride {
            name: row.try_get("name")?,
            value: Some(value).filter(|value| !value.is_null()),
            reason: row.try_get("reason")?,
            expires_at: row.try_get("expires_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

pub(super) async fn get(scope: &PlatformScope, id: i32) -> Result<Option<PlatformSubscription>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_subscriptions/get.sql");
    scope.about(id).optional(sql, &[&id]).await
}

/// Changes it; tells whether there is such a hotel, of the version expected.
pub(super) async fn update(
    scope: &PlatformScope,
    id: i32,
    expected: Option<i32>,
    patch: &PlatformSubscriptionPatch,
) -> Result<bool, ApiError> {
    let tier = required("/tier", &patch.tier)?;
    let tier_version = required("/tierVersion", &patch.tier_version)?;
    let cancel = required("/cancel", &patch.cancel)?;
    let status = required("/status", &patch.status)?;
    let billing_day = required("/billingDay", &patch.billing_day)?;
    let time_zone = required("/timeZone", &patch.time_zone)?;
    let sql = include_str!("../../sql/queries/platform_subscriptions/update.sql");
    let Done(done) = scope
        .about(id)
        .because(&patch.reason)
        .one(sql, &[&id, &expected, &tier, &tier_version, &patch.prorate, &cancel, &status, &billing_day, &time_zone])
        .await?;
    Ok(done)
}

/// Sets an override; `None` where there is no such hotel, or the override is not of the version expected.
pub(super) async fn set(
    scope: &PlatformScope,
    id: i32,
    name: OverrideName,
    expected: Option<i32>,
    new: &NewSubscriptionOverride,
) -> Result<Option<SubscriptionOverride>, ApiError> {
    let value = Json(fitting(name, new)?);
    let sql = include_str!("../../sql/queries/platform_subscriptions/override.sql");
    let scope = scope.about(id).because(&new.reason);
    scope.optional(sql, &[&id, &name, &value, &new.reason, &new.expires_at, &expected]).await
}

pub(super) async fn restore(
    scope: &PlatformScope,
    id: i32,
    name: OverrideName,
    expected: Option<i32>,
) -> Result<Option<SubscriptionOverride>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_subscriptions/restore.sql");
    scope.about(id).optional(sql, &[&id, &name, &expected]).await
}

/// Why there was no override to set or to remove. `absent` is said of one that is not there.
pub(super) async fn why_no_override(scope: &PlatformScope, id: i32, name: OverrideName, absent: Code) -> ApiError {
    match get(scope, id).await {
        Ok(None) => ApiError::new(Code::OrganizationNotFound),
        Ok(Some(hotel)) if hotel.overrides.iter().any(|there| there.name == name.as_str()) => {
            ApiError::new(Code::Stale)
        }
        Ok(Some(_)) => ApiError::new(absent),
        Err(error) => error,
    }
}

/// The value, where it is of the kind that the name takes. The table holds the same.
fn fitting(name: OverrideName, new: &NewSubscriptionOverride) -> Result<&Value, ApiError> {
    let refused = |expected: &str| Err(ApiError::invalid("/value", format!("This must be {expected}.")));
    let (given, value) = nullable(&new.value);
    let value = match value {
        Some(value) => value,
        None if given => &Value::Null,
        None => return Err(ApiError::invalid("/value", "This is missing.")),
    };
    if Limit::ALL.iter().any(|limit| limit.name() == name.as_str()) {
        let fits = value.is_null() || value.as_u64().is_some_and(|amount| amount <= LIMIT_MAX);
        return if fits { Ok(value) } else { refused("an integer from 0 to 10^12, or null") };
    }
    if name == OverrideName::DiscountPercent {
        let fits = value.as_f64().is_some_and(|percent| (0.0..=DISCOUNT_MAX).contains(&percent));
        return if fits { Ok(value) } else { refused("a number from 0 to 100") };
    }
    if value.is_boolean() { Ok(value) } else { refused("true or false") }
}
