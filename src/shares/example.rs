//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{Access, Share};

impl Example for Share {
    fn example() -> Self {
        Share {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0006),
            guest_id: None,
            conversation_id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0004)),
            user_id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
            team_id: None,
            access: Access::Read,
            expires_at: DateTime::from_timestamp(1_780_600_000, 0),
            created_by: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003),
            created_at: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
        }
    }
}
