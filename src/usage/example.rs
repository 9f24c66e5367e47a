//! Example answers, for the document.

use chrono::{DateTime, NaiveDate, TimeDelta};
use poem_openapi::types::Example;

use super::{Metered, ResourceUsage, Usage, UsageDay};

impl Example for Usage {
    fn example() -> Self {
        let period_start = DateTime::from_timestamp(1_780_264_800, 0).unwrap_or_default();
        let day = |day, used| UsageDay { day: NaiveDate::from_ymd_opt(2026, 6, day).unwrap_or_default(), used };
        Usage {
            resources: vec![ResourceUsage {
                resource: Metered::Messages,
                used: 3_120,
                limit: Some(5_000),
                share: Some(0.624),
                overage: false,
                period_start,
                period_end: period_start + TimeDelta::days(30),
                forecast: Some(4_870),
                days: vec![day(1, 161), day(2, 174)],
            }],
        }
    }
}
