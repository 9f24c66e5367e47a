//! What a hotel's subscription allows, and what the hotel does with it.
//!
//! The rules of changing one are in `sql/functions/change_subscription.sql`.

mod api;
pub(crate) mod example;
mod plan;
mod store;
mod tier;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use rust_decimal::Decimal;
use serde::Deserialize;

pub use api::SubscriptionsApi;
pub use plan::{Feature, Plan};
pub(crate) use store::Done;
pub use tier::{Limit, TierFeatures, TierFeaturesPatch, TierLimits, TierLimitsPatch};

use crate::http::Resource;
use crate::money::Money;
use crate::organizations::SubscriptionStatus;

/// A hotel's subscription, as it is at the moment.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Subscription {
    /// The tier in force.
    pub tier: String,
    /// Which version of it: the one the hotel bought, whatever is on offer now.
    pub tier_version: i32,
    /// What it is in.
    pub status: SubscriptionStatus,
    /// Since when a payment is late, where one is.
    #[oai(nullable)]
    pub past_due_since: Option<DateTime<Utc>>,
    /// The day of the month a period begins on; the last of a month that has no such day.
    pub billing_day: i32,
    /// Where that day begins.
    pub time_zone: String,
    /// The period that is running.
    pub period: Period,
    /// What a month costs, in the currency's decimals.
    pub monthly_price: Money,
    /// What 1,000 messages beyond the plan cost; null where they are refused.
    #[oai(nullable)]
    pub overage_price: Option<Money>,
    /// The currency, as ISO 4217 has it.
    pub currency: String,
    /// What is taken off the price, in per cent.
    #[oai(nullable)]
    pub discount_percent: Option<Decimal>,
    /// How much there may be, by the name of the limit.
    pub limits: BTreeMap<String, EffectiveLimit>,
    /// What may be used, by the name of the feature.
    pub features: BTreeMap<String, EffectiveFeature>,
    /// The lower tier that comes with the next period, where one is scheduled.
    #[oai(nullable)]
    pub scheduled_change: Option<ScheduledChange>,
    /// When it ends, or ended, where it was cancelled.
    #[oai(nullable)]
    pub cancel_at: Option<DateTime<Utc>>,
    /// What the hotel has more of than is allowed, now or by the scheduled change. Nothing of it goes; nothing is added
    /// until there is less.
    pub over: Vec<Excess>,
    /// What became of it, the last twelve steps, newest first. To whoever has `subscription.read`.
    pub history: Vec<SubscriptionChange>,
    /// How often the hotel was changed, plus one; the `ETag`. Overrides come and go without it.
    pub version: i32,
}

impl Resource for Subscription {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        "/v1/organization/subscription".into()
    }
}

/// A month that is billed.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct Period {
    /// Its first moment.
    pub starts_at: DateTime<Utc>,
    /// The first moment after it.
    pub ends_at: DateTime<Utc>,
}

/// Where a limit or a feature is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum, Deserialize)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum PlanOrigin {
    /// The tier says so.
    Tier,
    /// The platform says otherwise than the tier.
    Override,
}

/// A limit in force.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EffectiveLimit {
    /// How much; null: as much as one likes.
    #[oai(nullable)]
    pub value: Option<i64>,
    /// Where it is from.
    pub origin: PlanOrigin,
    /// Of an override: why.
    #[oai(nullable)]
    pub reason: Option<String>,
    /// Of an override: until when, where it ends.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A feature in force.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EffectiveFeature {
    /// Whether the hotel has it.
    pub value: bool,
    /// Where it is from.
    pub origin: PlanOrigin,
    /// Of an override: why.
    #[oai(nullable)]
    pub reason: Option<String>,
    /// Of an override: until when, where it ends.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A tier that is to come.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct ScheduledChange {
    /// The tier.
    pub tier: String,
    /// Which version of it.
    pub tier_version: i32,
    /// From when on.
    pub at: DateTime<Utc>,
    /// How much it allows. Who has more by then keeps it, and gets no more.
    pub limits: TierLimits,
}

/// More than is allowed.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Excess {
    /// By which limit.
    pub limit: Limit,
    /// How much there is, in the limit's unit.
    pub used: f64,
    /// How much is allowed.
    pub allowed: i64,
    /// From when on; null: now.
    #[oai(nullable)]
    pub from: Option<DateTime<Utc>>,
}

/// What was done with a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionChangeKind {
    /// A higher tier, from that moment on.
    Upgrade,
    /// A lower tier, from the end of the period on.
    DowngradeScheduled,
    /// It stays at the tier it has.
    DowngradeWithdrawn,
    /// It ends with the period.
    Cancel,
    /// It goes on.
    CancelWithdrawn,
    /// What was scheduled came, or the platform moved it.
    Moved,
}

/// A step in the history of a subscription.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionChange {
    /// What was done.
    pub kind: SubscriptionChangeKind,
    /// The tier before.
    pub from_tier: String,
    /// Which version of it.
    pub from_version: i32,
    /// The tier after; null where it ends.
    #[oai(nullable)]
    pub to_tier: Option<String>,
    /// Which version of it.
    #[oai(nullable)]
    pub to_version: Option<i32>,
    /// What the rest of the period costs more, or less than zero: what is credited.
    pub amount: Money,
    /// The currency.
    pub currency: String,
    /// The first moment of the period.
    pub period_start: DateTime<Utc>,
    /// The first moment after it.
    pub period_end: DateTime<Utc>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What to change in one's subscription. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct SubscriptionPatch {
    /// A higher tier is in force at once, and the rest of the period is charged; a lower one
    /// from the next period on; the one it has takes a scheduled change back.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub tier: MaybeUndefined<String>,
    /// True: it ends with the period. False: it goes on after all, while it has not ended.
    pub cancel: MaybeUndefined<bool>,
}
