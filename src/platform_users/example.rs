//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::PlatformUser;
use crate::users::UserStatus;

impl Example for PlatformUser {
    fn example() -> Self {
        PlatformUser {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002),
            organization_id: 2,
            organization_slug: "grand-plaza".into(),
            email: "helene@grand-plaza.example".into(),
            full_name: "Helene Brandt".into(),
            is_org_admin: true,
            is_super_admin: false,
            status: UserStatus::Active,
            created_at: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
        }
    }
}
