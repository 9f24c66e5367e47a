//! That a limit of the plan is nearly or wholly reached, or will be: once for each mark, limit
//! and period. Raised by the database where it counts (`sql/functions/usage_settle.sql`).

mod api;
mod example;
mod store;
mod telling;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use uuid::Uuid;

pub use api::UsageAlertsApi;
pub use telling::Telling;

use crate::text_enum::text_enum;
use crate::usage::Metered;

text_enum! {
    /// What an alert says.
    UsageAlertKind {
        /// So many hundredths of the limit were reached.
        Threshold "threshold",
        /// The limit will be passed before the period ends, if it goes on as it did.
        Forecast "forecast",
    }
}

/// What was worth telling, as it was at that moment.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct UsageAlert {
    /// Which.
    pub id: Uuid,
    /// Of what there is a limit.
    pub resource: Metered,
    /// What is said of it.
    pub kind: UsageAlertKind,
    /// How many hundredths of the limit were reached: 80, 90 or 100; null where it is a forecast.
    #[oai(nullable)]
    pub threshold: Option<i16>,
    /// The limit. Storage is in bytes.
    pub limit: i64,
    /// How much was used.
    pub used: i64,
    /// What the period was to come to; null while there were fewer than three days to tell by.
    #[oai(nullable)]
    pub forecast: Option<i64>,
    /// When the period began.
    pub period_start: DateTime<Utc>,
    /// When it ends.
    pub period_end: DateTime<Utc>,
    /// When it was raised.
    pub created_at: DateTime<Utc>,
    /// When somebody said that they know; null while nobody did.
    #[oai(nullable)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who said so; null also where it was a super admin on a visit.
    #[oai(nullable)]
    pub acknowledged_by: Option<Uuid>,
}
