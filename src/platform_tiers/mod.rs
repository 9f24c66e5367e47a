//! The tiers as super admins see and edit them.
//!
//! Editing one offers a version of its own; who bought an earlier one keeps it.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use rust_decimal::Decimal;
use serde::Deserialize;

pub use api::PlatformTiersApi;

use crate::http::Resource;
use crate::money::Money;
use crate::subscription_tiers::SubscriptionTier;
use crate::subscriptions::{TierFeatures, TierFeaturesPatch, TierLimits, TierLimitsPatch};

/// A tier in the version on offer, and who has which.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct PlatformTier {
    /// What is on offer.
    #[oai(flatten)]
    pub offer: SubscriptionTier,
    /// How many hotels have which version. A version that none has is not listed.
    pub hotels: Vec<TierHotels>,
}

/// How many hotels have a version.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
pub struct TierHotels {
    /// The version.
    pub version: i32,
    /// How many have it.
    pub count: i64,
}

/// A tier with all its versions.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct PlatformTierDetails {
    /// What is on offer.
    #[oai(flatten)]
    pub offer: SubscriptionTier,
    /// Every version there was, newest first.
    pub versions: Vec<TierVersion>,
}

impl Resource for PlatformTierDetails {
    fn version(&self) -> i32 {
        self.offer.version
    }

    fn path(&self) -> String {
        format!("/v1/platform/tiers/{}", self.offer.name)
    }
}

/// What a tier was, or is.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct TierVersion {
    /// Its number, from 1 on.
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
    /// The currency.
    pub currency: String,
    /// Since when it was on offer.
    pub created_at: DateTime<Utc>,
    /// How many hotels have it.
    pub hotel_count: i64,
}

/// What to change in a tier. What is absent is as in the version on offer.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct PlatformTierPatch {
    /// How much it allows.
    pub limits: MaybeUndefined<TierLimitsPatch>,
    /// What it has.
    pub features: MaybeUndefined<TierFeaturesPatch>,
    /// What a month costs, no finer than the currency.
    pub monthly_price: MaybeUndefined<Decimal>,
    /// What 1,000 messages beyond the plan cost; null: they are refused.
    #[oai(nullable)]
    pub overage_price: MaybeUndefined<Decimal>,
    /// The currency, as ISO 4217 has it.
    #[oai(validator(min_length = 3, max_length = 3, pattern = "^[A-Z]{3}$"))]
    pub currency: MaybeUndefined<String>,
}
