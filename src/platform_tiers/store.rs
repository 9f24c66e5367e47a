//! Statements on `subscription_tiers` and their versions.

use postgres_types::Json;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::{PlatformTier, PlatformTierDetails, PlatformTierPatch};
use crate::db::{FromRow, PlatformScope};
use crate::error::ApiError;
use crate::http::Listed;
use crate::http::patch::{nullable, required};
use crate::subscription_tiers::SubscriptionTier;

/// What is more is a slip of the pen.
const PRICE_MAX: Decimal = Decimal::from_parts(100_000_000, 0, 0, false, 0);

impl FromRow for PlatformTier {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformTier { offer: SubscriptionTier::from_row(row)?, hotels: row.try_get::<_, Json<_>>("hotels")?.0 })
    }
}

impl FromRow for PlatformTierDetails {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformTierDetails {
            offer: SubscriptionTier::from_row(row)?,
            versions: row.try_get::<_, Json<_>>("versions")?.0,
        })
    }
}

/// The version on offer now, where it was based on the one before.
struct Offered(Option<i32>);

impl FromRow for Offered {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get("offered").map(Offered)
    }
}

pub(super) async fn list(scope: &PlatformScope) -> Result<Listed<PlatformTier>, ApiError> {
    let items = scope.many(include_str!("../../sql/queries/platform_tiers/list.sql"), &[]).await?;
    Ok(Listed { items, next_cursor: None })
}

pub(super) async fn get(scope: &PlatformScope, name: &str) -> Result<Option<PlatformTierDetails>, ApiError> {
    scope.optional(include_str!("../../sql/queries/platform_tiers/get.sql"), &[&name]).await
}

/// Offers another version; tells whether there is such a tier, of the version expected.
pub(super) async fn update(
    scope: &PlatformScope,
    name: &str,
    expected: Option<i32>,
    patch: &PlatformTierPatch,
) -> Result<bool, ApiError> {
    let limits = required("/limits", &patch.limits)?.map(|limits| Json(limits.members()));
    let features = required("/features", &patch.features)?.map(|features| features.members().map(Json)).transpose()?;
    let price = required("/monthlyPrice", &patch.monthly_price)?;
    let (overage_changes, overage) = nullable(&patch.overage_price);
    for (pointer, price) in [("/monthlyPrice", price), ("/overagePrice", overage)] {
        if price.is_some_and(|price| price.is_sign_negative() || *price > PRICE_MAX) {
            return Err(ApiError::invalid(pointer, format!("This must be from 0 to {PRICE_MAX}.")));
        }
    }
    let currency = required("/currency", &patch.currency)?;
    let sql = include_str!("../../sql/queries/platform_tiers/update.sql");
    let Offered(offered) =
        scope.one(sql, &[&name, &expected, &limits, &features, &price, &overage_changes, &overage, &currency]).await?;
    Ok(offered.is_some())
}
