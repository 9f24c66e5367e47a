//! Statements on `conversations`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    Channel, Conversation, ConversationGuest, ConversationPatch, ConversationSort, ConversationStatus, LastMessage,
    NewConversation,
};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::patch::{nullable, required};
use crate::http::{Listed, Page};

impl FromRow for Conversation {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let guest_id = row.try_get("guest_id")?;
        Ok(Conversation {
            id: row.try_get("id")?,
            guest_id,
            channel: row.try_get("channel")?,
            status: row.try_get("status")?,
            subject: row.try_get("subject")?,
            owner_id: row.try_get("owner_id")?,
            team_id: row.try_get("team_id")?,
            last_message_at: row.try_get("last_message_at")?,
            guest: ConversationGuest {
                id: guest_id,
                full_name: row.try_get("guest_full_name")?,
                email: row.try_get("guest_email")?,
                phone: row.try_get("guest_phone")?,
                language: row.try_get("guest_language")?,
            },
            last_message: last_message(row)?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

fn last_message(row: &Row) -> Result<Option<LastMessage>, tokio_postgres::Error> {
    let Some(id) = row.try_get("message_id")? else {
        return Ok(None);
    };
    Ok(Some(LastMessage {
        id,
        sender_type: row.try_get("message_sender_type")?,
        sender_user_id: row.try_get("message_sender_user_id")?,
        content: row.try_get("message_excerpt")?,
        created_at: row.try_get("message_created_at")?,
    }))
}

/// A conversation and the time it is listed by.
struct ListedConversation(Conversation, DateTime<Utc>);

impl FromRow for ListedConversation {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(ListedConversation(Conversation::from_row(row)?, row.try_get("activity_at")?))
    }
}

/// Which conversations a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) status: Option<ConversationStatus>,
    pub(super) channel: Option<Channel>,
    pub(super) owner_id: Option<Uuid>,
    pub(super) guest_id: Option<Uuid>,
}

pub(super) async fn list(
    scope: &TenantScope,
    sort: ConversationSort,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Conversation>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "conversations_list", &(sort, filter), limit, after)?;
    let sql = list_statement(scope.context().sees_all(), sort, filter);
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let conversations: Vec<ListedConversation> = scope
        .many(sql, &[&rows, &key, &id, &filter.status, &filter.channel, &filter.owner_id, &filter.guest_id])
        .await?;
    let position = |ListedConversation(conversation, activity_at): &ListedConversation| match sort {
        ConversationSort::LatestActivity => (*activity_at, conversation.id),
        ConversationSort::Newest => (conversation.created_at, conversation.id),
    };
    Ok(page.close(conversations, position, |ListedConversation(conversation, _)| conversation))
}

/// The statement whose index fits: the most selective filter decides, the others sift.
/// One statement with every filter optional would be planned once, for no index.
///
/// The others are written `case when $5 is null then true else … end`. Plans are made
/// before the parameters are known, and of `$5 is null or …` the planner expects next to
/// no row to pass: four of those, and sorting the whole hotel looks cheaper than walking an
/// index for a page.
///
/// Who does not see the whole hotel gets a page from each of their ways in. One guest's
/// conversations are few, whoever asks.
fn list_statement(sees_all: bool, sort: ConversationSort, filter: &Filter) -> &'static str {
    match (sort, filter) {
        (ConversationSort::Newest, _) if !sees_all => {
            include_str!("../../sql/queries/conversations/list_in_scope_by_created.sql")
        }
        (ConversationSort::Newest, _) => include_str!("../../sql/queries/conversations/list_by_created.sql"),
        (_, Filter { guest_id: Some(_), .. }) => include_str!("../../sql/queries/conversations/list_by_guest.sql"),
        _ if !sees_all => include_str!("../../sql/queries/conversations/list_in_scope.sql"),
        (_, Filter { owner_id: Some(_), .. }) => include_str!("../../sql/queries/conversations/list_by_owner.sql"),
        (_, Filter { status: Some(_), .. }) => include_str!("../../sql/queries/conversations/list_by_status.sql"),
        _ => include_str!("../../sql/queries/conversations/list.sql"),
    }
}

/// The conversation of that id.
pub(crate) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Conversation>, ApiError> {
    scope.optional(include_str!("../../sql/queries/conversations/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, conversation: &NewConversation) -> Result<Conversation, ApiError> {
    let NewConversation { guest_id, channel, subject, owner_id, team_id } = conversation;
    let sql = include_str!("../../sql/queries/conversations/create.sql");
    let created = scope.optional(sql, &[guest_id, channel, subject, owner_id, team_id]).await?;
    created.ok_or(ApiError::new(Code::GuestArchived))
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &ConversationPatch,
) -> Result<Option<Conversation>, ApiError> {
    let status = required("/status", &patch.status)?;
    let (subject_changes, subject) = nullable(&patch.subject);
    let (owner_changes, owner_id) = nullable(&patch.owner_id);
    let (team_changes, team_id) = nullable(&patch.team_id);
    scope
        .optional(
            include_str!("../../sql/queries/conversations/update.sql"),
            &[&id, &expected, &status, &subject_changes, &subject, &owner_changes, &owner_id, &team_changes, &team_id],
        )
        .await
}

pub(super) async fn archive(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
) -> Result<Option<Conversation>, ApiError> {
    scope.optional(include_str!("../../sql/queries/conversations/archive.sql"), &[&id, &expected]).await
}
