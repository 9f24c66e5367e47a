//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::Property;

impl Example for Property {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Property {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0029),
            name: "Plaza by the Lake".into(),
            address: Some("Seestraße 4, 14129 Berlin".into()),
            time_zone: Some("Europe/Berlin".into()),
            archived_at: None,
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}
