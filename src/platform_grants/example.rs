//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{NewPlatformGrant, PlatformGrant, SwitchedOrganization};

impl Example for PlatformGrant {
    fn example() -> Self {
        let began = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        PlatformGrant {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0008),
            organization_id: 2,
            super_admin_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0009),
            reason: "Ticket 4711: messages do not arrive".into(),
            can_write: false,
            created_at: began,
            expires_at: began + TimeDelta::minutes(30),
            ended_at: None,
        }
    }
}

impl Example for NewPlatformGrant {
    fn example() -> Self {
        NewPlatformGrant {
            organization_id: 2,
            reason: "Ticket 4711: messages do not arrive".into(),
            minutes: 30,
            write: false,
        }
    }
}

impl Example for SwitchedOrganization {
    fn example() -> Self {
        SwitchedOrganization { grant: PlatformGrant::example(), access_token: "eyJ…".into(), expires_in: 1800 }
    }
}
