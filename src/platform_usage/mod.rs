//! What all hotels use of what their plans allow.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;

pub use api::PlatformUsageApi;

use crate::text_enum::text_enum;
use crate::usage::Metered;

text_enum! {
    /// How a list of what hotels use is sorted.
    PlatformUsageSort {
        /// Nearest to a limit first, whichever it is; last those that have none.
        Share "-share",
        /// Most messages of the period first.
        Size "-size",
        /// Last active first.
        Activity "-activity",
    }
}

/// What a hotel uses, as the platform sees it.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformUsage {
    /// The hotel's number.
    pub organization_id: i32,
    /// What its members sign in under.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The tier that its plan is of at this moment.
    pub tier: String,
    /// The highest share of any of its limits, with four decimals; null where it has none.
    #[oai(nullable)]
    pub share: Option<f64>,
    /// One of each resource that plans limit.
    pub resources: Vec<PlatformResourceUsage>,
    /// When something last happened in a conversation; null where there is none.
    #[oai(nullable)]
    pub last_activity_at: Option<DateTime<Utc>>,
}

/// How much of one resource a hotel uses now.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct PlatformResourceUsage {
    /// Of what.
    pub resource: Metered,
    /// How much is used now; of messages, in this period. Storage is in bytes.
    pub used: i64,
    /// How much the plan allows, counted in the same; null where there is no limit.
    #[oai(nullable)]
    pub limit: Option<i64>,
    /// What part of the limit is used, with four decimals.
    #[oai(nullable)]
    pub share: Option<f64>,
}
