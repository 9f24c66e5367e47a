//! Who is in which team.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use uuid::Uuid;

pub use api::TeamMembersApi;

/// Somebody in a team.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct TeamMember {
    /// Who.
    pub user_id: Uuid,
    /// Their name.
    pub full_name: String,
    /// Their address.
    pub email: String,
    /// Since when they are in it.
    pub since: DateTime<Utc>,
}
