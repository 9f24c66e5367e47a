//! Example answers, for the document.

use std::collections::BTreeMap;

use chrono::DateTime;
use poem_openapi::types::Example;
use serde_json::json;
use uuid::Uuid;

use super::{ActorKind, AuditRecord, Outcome};

impl Example for AuditRecord {
    fn example() -> Self {
        AuditRecord {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0005),
            sequence: 42,
            created_at: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
            actor_user_id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
            actor_kind: ActorKind::User,
            api_key_id: None,
            grant_id: None,
            address: Some("192.0.2.7".into()),
            request_id: Some("0190000000007000800000000000000a".into()),
            action: "users_update".into(),
            resource: "users".into(),
            resource_id: Some("01900000-0000-7000-8000-000000000003".into()),
            reason: None,
            outcome: Outcome::Done,
            changes: BTreeMap::from([("full_name".into(), json!({"before": "Jo Weber", "after": "Jonas Weber"}))]),
            hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        }
    }
}
