//! `/v1/conversations/{id}/messages` and `/v1/messages/search`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{FoundMessage, Message, NewMessage, SenderType, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::conversations;
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, CreateUnder, CreatedOrTried, Get, List, Listed, Refusal, page::default_limit};
use crate::idempotency_keys::once;
use crate::subscriptions::Feature;
use crate::usage::{self, Metered};

/// The operations on messages.
pub struct MessagesApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Messages")]
impl MessagesApi {
    /// List the messages of a conversation
    ///
    /// Newest first. Permission: `conversations.read`.
    #[oai(path = "/conversations/:id/messages", method = "get", operation_id = "messages_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The conversation.
        id: Path<Uuid>,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Message>>, Refusal<Get>> {
        caller.require(Permission::ConversationsRead)?;
        let messages = store::list(&scope, id.0, limit.0, after.as_deref()).await?;
        // None on the first page is either a conversation that has just begun or none at all.
        if messages.items.is_empty() && conversations::get(&scope, id.0).await?.is_none() {
            return Err(ApiError::new(Code::ConversationNotFound).into());
        }
        Ok(Json(messages))
    }

    /// Search the messages
    ///
    /// Of all conversations in sight, archived ones too, those that have every word of `q`, newest first. A word is found
    /// in whatever form it takes in the hotel's `searchLanguage`; small words such as `the` are passed over. `"late
    /// arrival"` has the words side by side, `towel or sheet` either of them, and `-breakfast` leaves out what has it.
    /// Permission: `conversations.read`.
    #[oai(path = "/messages/search", method = "get", operation_id = "messages_search")]
    async fn search(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// What to look for. 422 `invalid` where no word is left to look for.
        #[oai(validator(min_length = 1, max_length = 200))]
        q: Query<String>,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<FoundMessage>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        Ok(Json(store::search(&scope, &q, limit.0, after.as_deref()).await?))
    }

    /// Write a message
    ///
    /// One of `senderType` `ai` takes the feature `aiAutomation`. Permission: `messages.send`.
    #[oai(path = "/conversations/:id/messages", method = "post", operation_id = "messages_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The conversation.
        id: Path<Uuid>,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        /// Only tells whether it would pass and what the plan would leave; the idempotency key does not count then.
        #[oai(name = "dryRun", default)]
        dry_run: Query<bool>,
        message: Body<NewMessage>,
    ) -> Result<CreatedOrTried<Message>, Refusal<CreateUnder>> {
        caller.require(Permission::MessagesSend)?;
        if message.sender_type == SenderType::Ai {
            caller.require_feature(Feature::AiAutomation)?;
        }
        let create = async |scope: &TenantScope| store::create(scope, id.0, &message).await;
        if dry_run.0 {
            return Ok(CreatedOrTried::tried(usage::dry_run(&scope, Metered::Messages, create).await?));
        }
        Ok(CreatedOrTried::created(once(&scope, "messages_create", key.as_deref(), &message, create).await?))
    }
}
