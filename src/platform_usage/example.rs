//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;

use super::{PlatformResourceUsage, PlatformUsage};
use crate::usage::Metered;

impl Example for PlatformUsage {
    fn example() -> Self {
        let messages =
            PlatformResourceUsage { resource: Metered::Messages, used: 4_120, limit: Some(5_000), share: Some(0.824) };
        PlatformUsage {
            organization_id: 2,
            slug: "grand-plaza".into(),
            name: "Grand Plaza Hotel".into(),
            tier: "starter".into(),
            share: Some(0.824),
            resources: vec![messages],
            last_activity_at: DateTime::from_timestamp(1_782_600_000, 0),
        }
    }
}
