//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

use super::{
    DeletionSchedule, FirstAdmin, NewPlatformOrganization, PlatformOrganization, PlatformOrganizationPatch,
    PlatformReason,
};
use crate::organizations::SubscriptionStatus;

impl Example for PlatformOrganization {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        PlatformOrganization {
            id: 2,
            tenant_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003),
            slug: "grand-plaza".into(),
            name: "Grand Plaza Hotel".into(),
            tier: "enterprise".into(),
            status: SubscriptionStatus::Active,
            is_active: true,
            delete_at: None,
            user_count: 14,
            last_activity_at: Some(made + TimeDelta::days(30)),
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}

impl Example for NewPlatformOrganization {
    fn example() -> Self {
        NewPlatformOrganization {
            slug: "harbour-house".into(),
            name: "Harbour House".into(),
            tier: Some("professional".into()),
            status: None,
            first_admin: FirstAdmin::example(),
        }
    }
}

impl Example for FirstAdmin {
    fn example() -> Self {
        FirstAdmin { email: "olga@harbour-house.example".into() }
    }
}

impl Example for PlatformOrganizationPatch {
    fn example() -> Self {
        PlatformOrganizationPatch {
            name: MaybeUndefined::Undefined,
            tier: MaybeUndefined::Value("enterprise".into()),
            status: MaybeUndefined::Value(SubscriptionStatus::Active),
        }
    }
}

impl Example for PlatformReason {
    fn example() -> Self {
        PlatformReason { reason: "Three invoices are unpaid".into() }
    }
}

impl Example for DeletionSchedule {
    fn example() -> Self {
        let delete_at = DateTime::from_timestamp(1_893_456_000, 0).unwrap_or_default();
        DeletionSchedule { delete_at, reason: "The contract has ended".into() }
    }
}
