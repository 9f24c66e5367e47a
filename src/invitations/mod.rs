//! Who is asked to work at a hotel.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::Example;
use uuid::Uuid;

pub use api::InvitationsApi;
pub(crate) use store::{NewMember, accept};

use crate::http::Resource;
use crate::text_enum::text_enum;
use crate::users::DataScope;

text_enum! {
    /// Where an invitation stands.
    InvitationStatus {
        /// It can be accepted.
        Open "open",
        /// Whoever was invited is a user now.
        Accepted "accepted",
        /// It was taken back.
        Revoked "revoked",
        /// Nobody accepted it in time.
        Expired "expired",
    }
}

/// Somebody who is asked to work at the hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Invitation {
    /// Which.
    pub id: Uuid,
    /// Where it was sent, and the address they will sign in with.
    pub email: String,
    /// The roles they will hold.
    pub role_ids: Vec<Uuid>,
    /// The team they will be in.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// Whose guests and conversations they will see.
    pub data_scope: DataScope,
    /// Whether they will administer the hotel.
    pub is_org_admin: bool,
    /// Where it stands.
    pub status: InvitationStatus,
    /// Who answers for it: who sent it last. Null where the platform invited.
    #[oai(nullable)]
    pub invited_by: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was last sent.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted.
    #[oai(nullable)]
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    #[oai(nullable)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Invitation {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/invitations/{}", self.id)
    }
}

/// A new invitation. Nobody offers what they do not have.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewInvitation {
    /// Where to send it, and the address they will sign in with; no user's yet.
    #[oai(validator(min_length = 3, max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: String,
    /// The roles they will hold.
    #[oai(default, validator(max_items = 20, unique_items))]
    pub role_ids: Vec<Uuid>,
    /// The team they will be in.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// Whose guests and conversations they will see; `all` unless said.
    #[oai(default = "whole_hotel")]
    pub data_scope: DataScope,
    /// Whether they will administer the hotel.
    #[oai(default)]
    pub is_org_admin: bool,
}

fn whole_hotel() -> DataScope {
    DataScope::All
}

impl Example for NewInvitation {
    fn example() -> Self {
        NewInvitation {
            email: "olga@grand-plaza.example".into(),
            role_ids: Vec::new(),
            team_id: None,
            data_scope: DataScope::Team,
            is_org_admin: false,
        }
    }
}
