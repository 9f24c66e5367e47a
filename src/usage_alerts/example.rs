//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{UsageAlert, UsageAlertKind};
use crate::usage::Metered;

impl Example for UsageAlert {
    fn example() -> Self {
        let period_start = DateTime::from_timestamp(1_780_264_800, 0).unwrap_or_default();
        UsageAlert {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0021),
            resource: Metered::Messages,
            kind: UsageAlertKind::Threshold,
            threshold: Some(80),
            limit: 5_000,
            used: 4_000,
            forecast: Some(5_290),
            period_start,
            period_end: period_start + TimeDelta::days(30),
            created_at: period_start + TimeDelta::days(22),
            acknowledged_at: None,
            acknowledged_by: None,
        }
    }
}
