//! Example answers, for the document.

use std::collections::BTreeMap;

use chrono::DateTime;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

use super::{Organization, OrganizationPatch, SearchLanguage, SubscriptionStatus};

impl Example for Organization {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Organization {
            id: 2,
            tenant_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003),
            name: "Grand Plaza Hotel".into(),
            slug: "grand-plaza".into(),
            subscription_tier: "enterprise".into(),
            subscription_status: SubscriptionStatus::Active,
            is_active: true,
            settings: BTreeMap::from([("timeZone".into(), "Europe/Berlin".into())]),
            search_language: SearchLanguage::English,
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}

impl Example for OrganizationPatch {
    fn example() -> Self {
        OrganizationPatch {
            name: MaybeUndefined::Value("The Grand Plaza".into()),
            settings: MaybeUndefined::Value(BTreeMap::from([("checkInFrom".into(), "15:00".into())])),
            search_language: MaybeUndefined::Value(SearchLanguage::German),
        }
    }
}
