//! Example answers, for the document.

use std::collections::BTreeMap;

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::Guest;

impl Example for Guest {
    fn example() -> Self {
        let registered = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Guest {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            email: Some("ada@example.com".into()),
            phone: Some("+4915112345678".into()),
            full_name: "Ada Lovelace".into(),
            language: "en".into(),
            notes: None,
            preferences: BTreeMap::from([("pillow".into(), "soft".into())]),
            owner_id: None,
            team_id: None,
            archived_at: None,
            created_at: registered,
            updated_at: registered,
            version: 1,
        }
    }
}
