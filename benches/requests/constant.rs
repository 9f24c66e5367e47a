//! The same API answered without a database: same layers, token check, parameters and cursors, and rows that are always
//! the same.

use chrono::{DateTime, Utc};
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, ParseFromJSON, ToJSON};
use stayzr::auth::{Caller, Permission};
use stayzr::conversations::Conversation;
use stayzr::db::TenantScope;
use stayzr::error::ApiError;
use stayzr::guests::Guest;
use stayzr::http::{Body, Create, Created, Found, Get, List, Listed, Page, Refusal};
use stayzr::messages::{FoundMessage, Message, NewMessage};
use uuid::Uuid;

/// The API of the benchmark's workloads, that way.
pub struct Constant;

/// As long a page as was asked for, and a cursor for the next one.
fn page<T>(
    scope: &TenantScope,
    name: &'static str,
    limit: u16,
    after: Option<&str>,
    position: impl Fn(&T) -> (DateTime<Utc>, Uuid),
    finish: impl Fn(&mut T),
) -> Result<Listed<T>, ApiError>
where
    T: Example + ParseFromJSON + ToJSON,
{
    let page = Page::<DateTime<Utc>>::open(scope, name, &(), limit, after)?;
    let row = |_| {
        let mut row = T::example();
        finish(&mut row);
        row
    };
    let rows = (0..page.rows()).map(row).collect();
    Ok(page.close(rows, position, |row| row))
}

#[OpenApi(prefix_path = "/v1")]
impl Constant {
    /// As `guests_get`.
    #[oai(path = "/guests/:id", method = "get", operation_id = "guests_get")]
    async fn guest(&self, caller: Caller, _scope: TenantScope, id: Path<Uuid>) -> Result<Found<Guest>, Refusal<Get>> {
        caller.require(Permission::GuestsRead)?;
        Ok(Found::new(Guest { id: id.0, ..Guest::example() }))
    }

    /// As `messages_list`.
    #[oai(path = "/conversations/:id/messages", method = "get", operation_id = "messages_list")]
    async fn messages(
        &self,
        caller: Caller,
        scope: TenantScope,
        id: Path<Uuid>,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Message>>, Refusal<Get>> {
        caller.require(Permission::ConversationsRead)?;
        let finish = |message: &mut Message| message.conversation_id = id.0;
        let position = |message: &Message| (message.created_at, message.id);
        Ok(Json(page(&scope, "messages_list", limit.0, after.as_deref(), position, finish)?))
    }

    /// As `conversations_list`.
    #[oai(path = "/conversations", method = "get", operation_id = "conversations_list")]
    async fn conversations(
        &self,
        caller: Caller,
        scope: TenantScope,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Conversation>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        let position = |row: &Conversation| (row.updated_at, row.id);
        Ok(Json(page(&scope, "conversations_list", limit.0, after.as_deref(), position, |_| ())?))
    }

    /// As `messages_search`.
    #[oai(path = "/messages/search", method = "get", operation_id = "messages_search")]
    async fn search(
        &self,
        caller: Caller,
        scope: TenantScope,
        #[oai(name = "q", validator(min_length = 1, max_length = 200))] _wanted: Query<String>,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<FoundMessage>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        let position = |found: &FoundMessage| (found.message.created_at, found.message.id);
        Ok(Json(page(&scope, "messages_search", limit.0, after.as_deref(), position, |_| ())?))
    }

    /// As `messages_create`.
    #[oai(path = "/conversations/:id/messages", method = "post", operation_id = "messages_create")]
    async fn post(
        &self,
        caller: Caller,
        _scope: TenantScope,
        id: Path<Uuid>,
        #[oai(name = "Idempotency-Key")] _key: Header<Option<String>>,
        message: Body<NewMessage>,
    ) -> Result<Created<Message>, Refusal<Create>> {
        caller.require(Permission::MessagesSend)?;
        let content = message.content.clone();
        Ok(Created::new(Message { conversation_id: id.0, content, ..Message::example() }))
    }
}
