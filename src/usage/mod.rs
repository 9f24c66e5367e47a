//! What hotels use of what their plans allow.
//!
//! Counting is the database's (`sql/functions/usage_take.sql`): it happens in the transaction
//! of the write that is counted, whoever writes.

mod api;
mod dry_run;
mod example;
mod reconcile;
mod store;

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

pub use api::UsageApi;
pub use dry_run::{Allowance, dry_run};
pub use reconcile::{Difference, reconcile};

use crate::text_enum::text_enum;

text_enum! {
    /// What a plan limits.
    Metered {
        /// Users, the deleted ones aside.
        Users "users",
        /// Guests who are not archived.
        Guests "guests",
        /// Conversations that are open or pending.
        Conversations "conversations",
        /// Messages written in a period.
        Messages "messages",
        /// Bytes of attachments.
        Storage "storage",
    }
}

/// What a hotel uses of what its plan allows.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Usage {
    /// One of each resource that the plan limits.
    pub resources: Vec<ResourceUsage>,
}

/// How much of one resource a hotel uses.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct ResourceUsage {
    /// Of what.
    pub resource: Metered,
    /// How much is used now; of messages, in this period. Storage is in bytes.
    pub used: i64,
    /// How much the plan allows, counted in the same; null where there is no limit.
    #[oai(nullable)]
    pub limit: Option<i64>,
    /// What part of the limit is used, with four decimals: 1 is all of it, and all is used of a limit of 0.
    #[oai(nullable)]
    pub share: Option<f64>,
    /// Whether what goes beyond the limit is charged for instead of refused.
    pub overage: bool,
    /// When the period of now began.
    pub period_start: DateTime<Utc>,
    /// When it ends.
    pub period_end: DateTime<Utc>,
    /// What will be used when the period ends, if it goes on as in the last seven days; null while there are
    /// fewer than three days to tell by.
    #[oai(nullable)]
    pub forecast: Option<i64>,
    /// The last ninety days by the hotel's calendar, today among them; none before the first that is on record.
    pub days: Vec<UsageDay>,
}

/// What one day came to.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct UsageDay {
    /// The day.
    pub day: NaiveDate,
    /// Of messages how many were written on it, of all else how much there was when it ended.
    pub used: i64,
}
