//! What lets one hotel see another, as the live catalogs have it: the checks of `stayzr audit lint`, for super admins.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::Serialize;

pub use api::PlatformAuditApi;
pub use store::Audits;

use crate::audit::report::{Identity, Lint, Part, Release, Summary};

/// The latest audit of the catalogs.
#[derive(Debug, Clone, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformAudit {
    /// When it was begun, by this server's clock.
    pub checked_at: DateTime<Utc>,
    /// What made it.
    pub release: Release,
    /// Of which database.
    pub database: Identity,
    /// How it went.
    pub summary: Summary,
    /// What it is made of: the checks.
    pub parts: Vec<Part>,
    /// The checks, and what they found.
    pub lint: Lint,
}
