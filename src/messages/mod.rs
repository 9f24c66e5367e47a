//! What was said in a conversation.

mod api;
mod example;
mod excerpt;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::Example;
use uuid::Uuid;

pub use api::MessagesApi;
pub use excerpt::ExcerptPart;

use crate::http::Resource;
use crate::text_enum::text_enum;

text_enum! {
    /// Who wrote a message.
    SenderType {
        /// The guest.
        Guest "guest",
        /// Somebody at the hotel.
        Staff "staff",
        /// An assistant.
        Ai "ai",
    }
}

/// One message. It never changes.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Message {
    /// Which.
    pub id: Uuid,
    /// The conversation it belongs to.
    pub conversation_id: Uuid,
    /// Who wrote it.
    pub sender_type: SenderType,
    /// The user who wrote it, where staff did.
    #[oai(nullable)]
    pub sender_user_id: Option<Uuid>,
    /// What it says.
    pub content: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// The same: a message never changes.
    pub updated_at: DateTime<Utc>,
}

impl Resource for Message {
    fn version(&self) -> i32 {
        1
    }

    fn path(&self) -> String {
        format!("/v1/conversations/{}/messages", self.conversation_id)
    }
}

/// A message that a search found.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct FoundMessage {
    /// The message.
    #[oai(flatten)]
    pub message: Message,
    /// What it says around what was searched for: pieces of plain text, to be shown one after the other. ` … ` stands
    /// where something is left out, and where a tag was there may be a space.
    pub excerpt: Vec<ExcerptPart>,
}

/// A new message.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewMessage {
    /// Who wrote it. Staff sign with the caller; a guest's or an assistant's message is
    /// recorded on their behalf.
    #[oai(default = "staff")]
    pub sender_type: SenderType,
    /// What it says.
    #[oai(validator(min_length = 1, max_length = 10000))]
    pub content: String,
}

fn staff() -> SenderType {
    SenderType::Staff
}

impl Example for NewMessage {
    fn example() -> Self {
        NewMessage { sender_type: SenderType::Staff, content: "Your room is ready. Welcome!".into() }
    }
}
