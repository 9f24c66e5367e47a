//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::TeamMember;

impl Example for TeamMember {
    fn example() -> Self {
        TeamMember {
            user_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002),
            full_name: "Nora Lindqvist".into(),
            email: "nora@grand-plaza.example".into(),
            since: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
        }
    }
}
