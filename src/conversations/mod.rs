//! Threads, each with one guest on one channel.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

pub use api::ConversationsApi;
pub(crate) use store::get;

use crate::http::Resource;
use crate::messages::SenderType;
use crate::subscriptions::Feature;
use crate::text_enum::text_enum;

text_enum! {
    /// How messages of a conversation travel.
    Channel {
        /// WhatsApp.
        Whatsapp "whatsapp",
        /// Text messages.
        Sms "sms",
        /// E-mail.
        Email "email",
    }
}

impl Channel {
    /// What the hotel's plan has to have for a conversation to begin on it.
    pub fn feature(self) -> Feature {
        match self {
            Channel::Whatsapp => Feature::WhatsappIntegration,
            Channel::Sms => Feature::SmsIntegration,
            Channel::Email => Feature::EmailIntegration,
        }
    }
}

text_enum! {
    /// Where a conversation stands.
    ConversationStatus {
        /// Somebody has to answer.
        Open "open",
        /// Waiting for the guest.
        Pending "pending",
        /// Done.
        Closed "closed",
        /// Put away: it takes no more messages.
        Archived "archived",
    }
}

text_enum! {
    /// What a conversation can be set to; archiving is an operation of its own.
    WorkingStatus {
        /// Somebody has to answer.
        Open "open",
        /// Waiting for the guest.
        Pending "pending",
        /// Done.
        Closed "closed",
    }
}

text_enum! {
    /// How a list of conversations is sorted.
    ConversationSort {
        /// Latest message first; where there is none yet, its beginning counts.
        LatestActivity "-lastMessageAt",
        /// Newest first.
        Newest "-createdAt",
    }
}

/// The guest of a conversation, in short.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct ConversationGuest {
    /// Who.
    pub id: Uuid,
    /// Their name.
    pub full_name: String,
    /// Their e-mail address.
    #[oai(nullable)]
    pub email: Option<String>,
    /// Their phone number, in E.164.
    #[oai(nullable)]
    pub phone: Option<String>,
    /// The language they write in.
    pub language: String,
}

/// The last message of a conversation, in short.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct LastMessage {
    /// Which.
    pub id: Uuid,
    /// Who wrote it.
    pub sender_type: SenderType,
    /// The user who wrote it, where staff did.
    #[oai(nullable)]
    pub sender_user_id: Option<Uuid>,
    /// Its first 200 characters.
    pub content: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A thread with one guest on one channel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Conversation {
    /// Which.
    pub id: Uuid,
    /// The guest it is with.
    pub guest_id: Uuid,
    /// How its messages travel.
    pub channel: Channel,
    /// Where it stands.
    pub status: ConversationStatus,
    /// What it is about.
    #[oai(nullable)]
    pub subject: Option<String>,
    /// The user who takes care of it.
    #[oai(nullable)]
    pub owner_id: Option<Uuid>,
    /// The team that takes care of it.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// When its last message was written.
    #[oai(nullable)]
    pub last_message_at: Option<DateTime<Utc>>,
    /// The guest it is with.
    pub guest: ConversationGuest,
    /// Its last message; null while it has none.
    #[oai(nullable)]
    pub last_message: Option<LastMessage>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, by a message or otherwise.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Conversation {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/conversations/{}", self.id)
    }
}

/// A new conversation.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewConversation {
    /// The guest it is with.
    pub guest_id: Uuid,
    /// How its messages travel.
    pub channel: Channel,
    /// What it is about.
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub subject: Option<String>,
    /// The user who takes care of it. Where neither a user nor a team does, and the caller
    /// does not see the whole hotel, it is the caller.
    #[oai(nullable)]
    pub owner_id: Option<Uuid>,
    /// The team that takes care of it.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
}

impl Example for NewConversation {
    fn example() -> Self {
        NewConversation {
            guest_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            channel: Channel::Whatsapp,
            subject: Some("Late arrival on Friday".into()),
            owner_id: None,
            team_id: None,
        }
    }
}

/// What to change in a conversation. What is absent stays, null removes.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct ConversationPatch {
    /// Where it stands. An archived conversation opens again this way.
    pub status: MaybeUndefined<WorkingStatus>,
    /// What it is about.
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub subject: MaybeUndefined<String>,
    /// The user who takes care of it.
    #[oai(nullable)]
    pub owner_id: MaybeUndefined<Uuid>,
    /// The team that takes care of it.
    #[oai(nullable)]
    pub team_id: MaybeUndefined<Uuid>,
}

impl Example for ConversationPatch {
    fn example() -> Self {
        ConversationPatch {
            status: MaybeUndefined::Value(WorkingStatus::Closed),
            subject: MaybeUndefined::Undefined,
            owner_id: MaybeUndefined::Null,
            team_id: MaybeUndefined::Undefined,
        }
    }
}
