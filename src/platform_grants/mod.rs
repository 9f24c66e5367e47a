//! Super admins' visits: a grant lets one super admin into one hotel, for a reason and a
//! while, to read or to write as well.
//!
//! A visit runs as `stayzr_app` under the row security of that hotel, with a token of its
//! own, and leaves one record a request in the hotel's log.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use uuid::Uuid;

pub use api::PlatformGrantsApi;
pub(crate) use store::{current, end_current};

/// A visit of a super admin to a hotel.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformGrant {
    /// Which.
    pub id: Uuid,
    /// The hotel that is visited.
    pub organization_id: i32,
    /// Who visits.
    pub super_admin_id: Uuid,
    /// Why. The hotel's administrators read it in their audit log.
    pub reason: String,
    /// Whether the visitor may write too.
    pub can_write: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When somebody ended it; null while nobody has.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A visit to begin.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewPlatformGrant {
    /// The hotel to visit.
    pub organization_id: i32,
    /// Why. The hotel's administrators read it in their audit log.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
    /// For how long.
    #[oai(default = "default_minutes", validator(minimum(value = "1"), maximum(value = "480")))]
    pub minutes: i32,
    /// Whether to write too.
    #[oai(default)]
    pub write: bool,
}

fn default_minutes() -> i32 {
    30
}

/// A visit that has begun.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
pub struct SwitchedOrganization {
    /// The grant.
    pub grant: PlatformGrant,
    /// The token of the visit: send it as `Authorization: Bearer …`. It is the hotel's until
    /// the grant is over, and there is no refresh token.
    pub access_token: String,
    /// For how many seconds it is good.
    pub expires_in: u64,
}
