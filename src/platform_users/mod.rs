//! Users of every hotel, to look for.
//!
//! Nothing here writes: a super admin changes a hotel's users on a visit.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use uuid::Uuid;

pub use api::PlatformUsersApi;

use crate::users::UserStatus;

/// A user of a hotel, as the platform sees them.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformUser {
    /// Who.
    pub id: Uuid,
    /// The hotel they are at.
    pub organization_id: i32,
    /// The slug of that hotel.
    pub organization_slug: String,
    /// The address they sign in with. The same address may be at several hotels.
    pub email: String,
    /// Their name.
    pub full_name: String,
    /// Whether they administer the hotel.
    pub is_org_admin: bool,
    /// Whether they are a super admin of the platform.
    pub is_super_admin: bool,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}
