//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{DataScope, User, UserRole, UserStatus};

impl Example for User {
    fn example() -> Self {
        let added = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        User {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002),
            email: "nora@grand-plaza.example".into(),
            full_name: "Nora Lindqvist".into(),
            is_org_admin: false,
            is_super_admin: false,
            data_scope: DataScope::All,
            status: UserStatus::Active,
            roles: vec![UserRole {
                id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0013),
                name: "Concierge".into(),
            }],
            team_ids: vec![Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0012)],
            created_at: added,
            updated_at: added,
            version: 1,
        }
    }
}
