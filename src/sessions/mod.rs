//! Sign-ins: an access token is good only while its session lives.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use uuid::Uuid;

pub use api::SessionsApi;
pub(crate) use store::{EndReason, NewSession, Refreshed, clear, create, end, refresh};

/// One of the caller's sign-ins that still lives.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Session {
    /// Which.
    pub id: Uuid,
    /// Whether it is the one this request belongs to.
    pub current: bool,
    /// The program that signed in, as it called itself.
    #[oai(nullable)]
    pub user_agent: Option<String>,
    /// Where it signed in from.
    #[oai(nullable)]
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it last got a new access token.
    pub last_used_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}
