//! Example answers, for the document.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::{Example, MaybeUndefined};
use rust_decimal::Decimal;

use super::{
    EffectiveFeature, EffectiveLimit, Excess, Limit, Period, PlanOrigin, ScheduledChange, Subscription,
    SubscriptionChange, SubscriptionChangeKind, SubscriptionPatch, TierFeatures, TierLimits,
};
use crate::money::Money;
use crate::organizations::SubscriptionStatus;

/// The limits of a small tier.
pub(crate) fn limits() -> TierLimits {
    TierLimits {
        max_users: Some(5),
        max_guests: Some(1_000),
        max_messages_per_month: Some(5_000),
        max_active_conversations: Some(100),
        max_storage_gb: Some(5),
        max_requests_per_second: Some(20),
        max_concurrent_requests: Some(4),
        max_waiting_requests: Some(32),
        max_statement_seconds: Some(2),
        max_database_milliseconds_per_second: Some(200),
        max_dedicated_connections: Some(0),
    }
}

/// The features of a small tier.
pub(crate) fn features() -> TierFeatures {
    TierFeatures {
        whatsapp_integration: false,
        sms_integration: false,
        email_integration: true,
        ai_automation: false,
        workflow_automation: false,
        advanced_analytics: false,
        custom_branding: false,
        api_access: false,
        multi_property_management: false,
    }
}

impl Example for Subscription {
    fn example() -> Self {
        let starts_at = DateTime::from_timestamp(1_780_272_000, 0).unwrap_or_default();
        let ends_at = starts_at + TimeDelta::days(30);
        let from_tier = |value| EffectiveLimit { value, origin: PlanOrigin::Tier, reason: None, expires_at: None };
        let extra = EffectiveFeature {
            value: true,
            origin: PlanOrigin::Override,
            reason: Some("A trial of the assistant".into()),
            expires_at: Some(ends_at),
        };
        let change = SubscriptionChange {
            kind: SubscriptionChangeKind::DowngradeScheduled,
            from_tier: "professional".into(),
            from_version: 1,
            to_tier: Some("starter".into()),
            to_version: Some(2),
            amount: Money(Decimal::new(0, 2)),
            currency: "EUR".into(),
            period_start: starts_at,
            period_end: ends_at,
            at: starts_at + TimeDelta::days(3),
        };
        Subscription {
            tier: "professional".into(),
            tier_version: 1,
            status: SubscriptionStatus::Active,
            past_due_since: None,
            billing_day: 1,
            time_zone: "UTC".into(),
            period: Period { starts_at, ends_at },
            monthly_price: Money(Decimal::new(19_900, 2)),
            overage_price: None,
            currency: "EUR".into(),
            discount_percent: None,
            limits: BTreeMap::from([("maxUsers".into(), from_tier(Some(25)))]),
            features: BTreeMap::from([("aiAutomation".into(), extra)]),
            scheduled_change: Some(ScheduledChange {
                tier: "starter".into(),
                tier_version: 2,
                at: ends_at,
                limits: limits(),
            }),
            cancel_at: None,
            over: vec![Excess { limit: Limit::MaxUsers, used: 8.0, allowed: 5, from: Some(ends_at) }],
            history: vec![change],
            version: 4,
        }
    }
}

impl Example for SubscriptionPatch {
    fn example() -> Self {
        SubscriptionPatch { tier: MaybeUndefined::Value("professional".into()), cancel: MaybeUndefined::Undefined }
    }
}
