//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::{ExcerptPart, FoundMessage, Message, SenderType};

impl Example for Message {
    fn example() -> Self {
        let written = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        Message {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0005),
            conversation_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0004),
            sender_type: SenderType::Staff,
            sender_user_id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002)),
            content: "Your room is ready. Welcome!".into(),
            created_at: written,
            updated_at: written,
        }
    }
}

impl Example for FoundMessage {
    fn example() -> Self {
        let part = |text: &str, matched| ExcerptPart { text: text.into(), matched };
        let excerpt = vec![part("Your ", false), part("room", true), part(" is ready. Welcome!", false)];
        FoundMessage { message: Message::example(), excerpt }
    }
}
