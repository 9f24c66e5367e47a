//! Guests and conversations shown to a user or a team beyond their data scope.
//!
//! What both kinds of shares have in common; `guest_shares` and `conversation_shares` are
//! the operations on each.

mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

pub(crate) use store::{create, delete, get, list};

use crate::http::Resource;
use crate::text_enum::text_enum;

text_enum! {
    /// What a share is good for.
    Access {
        /// To see it.
        Read "read",
        /// To see it and to change it.
        Write "write",
    }
}

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    /// That guest.
    Guest(Uuid),
    /// That conversation.
    Conversation(Uuid),
}

/// A guest or a conversation shown to a user or a team.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Share {
    /// Which.
    pub id: Uuid,
    /// The guest that is shared; null where a conversation is.
    #[oai(nullable)]
    pub guest_id: Option<Uuid>,
    /// The conversation that is shared; null where a guest is.
    #[oai(nullable)]
    pub conversation_id: Option<Uuid>,
    /// The user it is shared with; null where a team is.
    #[oai(nullable)]
    pub user_id: Option<Uuid>,
    /// The team it is shared with, all its members; null where a user is.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// What it is good for.
    pub access: Access,
    /// When it ends; null where it does not.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Whoever shared it.
    pub created_by: Uuid,
    /// When it was shared.
    pub created_at: DateTime<Utc>,
}

impl Resource for Share {
    /// A share is made and removed, and never changed.
    fn version(&self) -> i32 {
        1
    }

    fn path(&self) -> String {
        match (self.guest_id, self.conversation_id) {
            (Some(guest), _) => format!("/v1/guests/{guest}/shares/{}", self.id),
            (None, conversation) => {
                format!("/v1/conversations/{}/shares/{}", conversation.unwrap_or_default(), self.id)
            }
        }
    }
}

/// A new share, with a user or with a team.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewShare {
    /// The user to share it with.
    #[oai(nullable)]
    pub user_id: Option<Uuid>,
    /// The team to share it with, all its members.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// What it is good for.
    pub access: Access,
    /// When it ends; it does not unless said.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Example for NewShare {
    fn example() -> Self {
        NewShare {
            user_id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
            team_id: None,
            access: Access::Read,
            expires_at: None,
        }
    }
}

/// 204: it is shared no longer.
#[derive(ApiResponse)]
pub enum Unshared {
    /// It is not shared with them any more.
    #[oai(status = 204)]
    Unshared,
}
