//! What is on offer.

mod api;
mod example;
mod store;

use poem_openapi::Object;

pub use api::SubscriptionTiersApi;

use crate::money::Money;
use crate::subscriptions::{TierFeatures, TierLimits};

/// A tier that may be bought, in the version on offer.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct SubscriptionTier {
    /// Its name.
    pub name: String,
    /// Its place among the tiers: a higher one allows more.
    pub rank: i32,
    /// The version on offer.
    pub version: i32,
    /// How much it allows.
    pub limits: TierLimits,
    /// What it has.
    pub features: TierFeatures,
    /// What a month costs.
    pub monthly_price: Money,
    /// What 1,000 messages beyond the plan cost; null where they are refused.
    #[oai(nullable)]
    pub overage_price: Option<Money>,
    /// The currency, as ISO 4217 has it.
    pub currency: String,
}
