//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::Department;

impl Example for Department {
    fn example() -> Self {
        let made = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Department {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0011),
            name: "Front office".into(),
            created_at: made,
            updated_at: made,
            version: 1,
        }
    }
}
