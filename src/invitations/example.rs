//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{Invitation, InvitationStatus};
use crate::users::DataScope;

impl Example for Invitation {
    fn example() -> Self {
        let invited = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Invitation {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0007),
            email: "olga@grand-plaza.example".into(),
            role_ids: vec![Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0008)],
            team_id: None,
            data_scope: DataScope::Team,
            is_org_admin: false,
            status: InvitationStatus::Open,
            invited_by: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
            created_at: invited,
            updated_at: invited,
            sent_at: invited,
            expires_at: invited + TimeDelta::days(7),
            accepted_at: None,
            revoked_at: None,
            version: 1,
        }
    }
}
