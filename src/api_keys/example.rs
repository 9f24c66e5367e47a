//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{ApiKey, CreatedApiKey};
use crate::auth::Permission;
use crate::users::DataScope;

impl Example for ApiKey {
    fn example() -> Self {
        ApiKey {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0007),
            name: "Booking engine".into(),
            prefix: "szk_AAAAAgGQ".into(),
            permissions: vec![Permission::GuestsRead, Permission::GuestsWrite],
            data_scope: DataScope::All,
            created_by: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002),
            created_at: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }
}

impl Example for CreatedApiKey {
    fn example() -> Self {
        let api_key = ApiKey::example();
        CreatedApiKey { id: api_key.id, secret: "szk_AAAAAgGQAAAAAHAAgAAAAAAAAAc…".into(), api_key }
    }
}
