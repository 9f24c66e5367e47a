//! Statements on `messages`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{FoundMessage, Message, NewMessage, excerpt};
use crate::conversations::{self, ConversationStatus};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Listed, Page};

impl FromRow for Message {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Message {
            id: row.try_get("id")?,
            conversation_id: row.try_get("conversation_id")?,
            sender_type: row.try_get("sender_type")?,
            sender_user_id: row.try_get("sender_user_id")?,
            content: row.try_get("content")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

impl FromRow for FoundMessage {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(FoundMessage { message: Message::from_row(row)?, excerpt: excerpt::parts(row.try_get("excerpt")?) })
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    conversation_id: Uuid,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Message>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "messages_list", &conversation_id, limit, after)?;
    let sql = include_str!("../../sql/queries/messages/list.sql");
    let messages: Vec<Message> =
        scope.many(sql, &[&conversation_id, &page.rows(), &page.after_key(), &page.after_id()]).await?;
    Ok(page.close(messages, |message| (message.created_at, message.id), |message| message))
}

pub(super) async fn search(
    scope: &TenantScope,
    wanted: &str,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<FoundMessage>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "messages_search", &wanted, limit, after)?;
    let sql = include_str!("../../sql/queries/messages/search.sql");
    let found: Vec<FoundMessage> =
        scope.many(sql, &[&wanted, &page.rows(), &page.after_key(), &page.after_id()]).await?;
    Ok(page.close(found, |FoundMessage { message, .. }| (message.created_at, message.id), |found| found))
}

/// Writes the message; a conversation that is absent, archived or only to be read is told
/// apart only on the way to the error.
pub(super) async fn create(
    scope: &TenantScope,
    conversation_id: Uuid,
    message: &NewMessage,
) -> Result<Message, ApiError> {
    let sql = include_str!("../../sql/queries/messages/create.sql");
    match scope.optional(sql, &[&conversation_id, &message.sender_type, &message.content]).await? {
        Some(message) => Ok(message),
        None => Err(ApiError::new(match conversations::get(scope, conversation_id).await? {
            Some(conversation) if conversation.status == ConversationStatus::Archived => Code::ConversationArchived,
            Some(_) => Code::PermissionDenied,
            None => Code::ConversationNotFound,
        })),
    }
}
