//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{Channel, Conversation, ConversationGuest, ConversationStatus, LastMessage};
use crate::messages::SenderType;

impl Example for Conversation {
    fn example() -> Self {
        let written = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        let guest_id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        Conversation {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0004),
            guest_id,
            channel: Channel::Whatsapp,
            status: ConversationStatus::Open,
            subject: Some("Late arrival on Friday".into()),
            owner_id: None,
            team_id: None,
            last_message_at: Some(written),
            guest: ConversationGuest {
                id: guest_id,
                full_name: "Ada Lovelace".into(),
                email: Some("ada@example.com".into()),
                phone: Some("+4915112345678".into()),
                language: "en".into(),
            },
            last_message: Some(LastMessage {
                id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0005),
                sender_type: SenderType::Guest,
                sender_user_id: None,
                content: "We will only be there around midnight.".into(),
                created_at: written,
            }),
            created_at: written,
            updated_at: written,
            version: 2,
        }
    }
}
