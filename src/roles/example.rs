//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::Role;
use crate::auth::Permission;

impl Example for Role {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Role {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0013),
            built_in: None,
            name: "Concierge".into(),
            description: Some("Answers guests, assigns nothing.".into()),
            permissions: vec![Permission::GuestsRead, Permission::ConversationsRead, Permission::MessagesSend],
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}
