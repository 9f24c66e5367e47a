//! Statements on the tiers on offer.

use postgres_types::Json;
use tokio_postgres::Row;

use super::SubscriptionTier;
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::Listed;

impl FromRow for SubscriptionTier {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(SubscriptionTier {
            name: row.try_get("name")?,
            rank: row.try_get("rank")?,
            version: row.try_get("version")?,
            limits: row.try_get::<_, Json<_>>("limits")?.0,
            features: row.try_get::<_, Json<_>>("features")?.0,
            monthly_price: row.try_get("monthly_price")?,
            overage_price: row.try_get("overage_price")?,
            currency: row.try_get("currency")?,
        })
    }
}

pub(super) async fn list(scope: &TenantScope) -> Result<Listed<SubscriptionTier>, ApiError> {
    let items = scope.many(include_str!("../../sql/queries/subscription_tiers/list.sql"), &[]).await?;
    Ok(Listed { items, next_cursor: None })
}
