//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::{Example, MaybeUndefined};

use super::{NewSubscriptionOverride, PlatformSubscriptionPatch, SubscriptionOverride};
use crate::organizations::SubscriptionStatus;

impl Example for SubscriptionOverride {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        SubscriptionOverride {
            name: "maxUsers".into(),
            value: Some(40.into()),
            reason: "Agreed with the group's head office".into(),
            expires_at: DateTime::from_timestamp(1_893_456_000, 0),
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}

impl Example for NewSubscriptionOverride {
    fn example() -> Self {
        NewSubscriptionOverride {
            value: MaybeUndefined::Value(40.into()),
            reason: "Agreed with the group's head office".into(),
            expires_at: DateTime::from_timestamp(1_893_456_000, 0),
        }
    }
}

impl Example for PlatformSubscriptionPatch {
    fn example() -> Self {
        PlatformSubscriptionPatch {
            tier: MaybeUndefined::Value("professional".into()),
            tier_version: MaybeUndefined::Value(1),
            prorate: true,
            cancel: MaybeUndefined::Undefined,
            status: MaybeUndefined::Value(SubscriptionStatus::Active),
            billing_day: MaybeUndefined::Value(15),
            time_zone: MaybeUndefined::Value("Europe/Lisbon".into()),
            reason: "Agreed with the hotel's director".into(),
        }
    }
}
