//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::Example;
use uuid::Uuid;

use super::Session;

impl Example for Session {
    fn example() -> Self {
        let began = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Session {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0006),
            current: true,
            user_agent: Some("Mozilla/5.0".into()),
            address: Some("192.0.2.7".into()),
            created_at: began,
            last_used_at: began,
            expires_at: began + TimeDelta::days(30),
        }
    }
}
