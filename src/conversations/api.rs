//! `/v1/conversations`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{Channel, Conversation, ConversationPatch, ConversationSort, ConversationStatus, NewConversation, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Archive, Body, CreateUnder, CreatedOrTried, Deleted, Found, Get, List, Listed, Refusal, Update, conditional,
    page::default_limit,
};
use crate::idempotency_keys::once;
use crate::usage::{self, Metered};

/// The operations on conversations.
pub struct ConversationsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Conversations")]
impl ConversationsApi {
    /// List conversations
    ///
    /// Each with its guest and its last message. Permission: `conversations.read`.
    #[oai(path = "/conversations", method = "get", operation_id = "conversations_list")]
    #[allow(clippy::too_many_arguments)] // One argument is one documented parameter.
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those that stand there. Archived ones show only when asked for.
        status: Query<Option<ConversationStatus>>,
        /// Only those on this channel.
        channel: Query<Option<Channel>>,
        /// Only those this user takes care of.
        #[oai(name = "ownerId")]
        owner_id: Query<Option<Uuid>>,
        /// Only those with this guest.
        #[oai(name = "guestId")]
        guest_id: Query<Option<Uuid>>,
        /// The order.
        #[oai(default = "latest_activity")]
        sort: Query<ConversationSort>,
    ) -> Result<Json<Listed<Conversation>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        let filter = store::Filter { status: status.0, channel: channel.0, owner_id: owner_id.0, guest_id: guest_id.0 };
        Ok(Json(store::list(&scope, sort.0, &filter, limit.0, after.as_deref()).await?))
    }

    /// Get a conversation
    ///
    /// With its guest and its last message. Permission: `conversations.read`.
    #[oai(path = "/conversations/:id", method = "get", operation_id = "conversations_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Conversation>, Refusal<Get>> {
        caller.require(Permission::ConversationsRead)?;
        let conversation = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::ConversationNotFound))?;
        Ok(Found::new(conversation))
    }

    /// Begin a conversation
    ///
    /// Beginning one takes the feature of its channel: `whatsappIntegration`,
    /// `smsIntegration` or `emailIntegration`. Those that have begun go on without it.
    /// Permission: `conversations.write`.
    #[oai(path = "/conversations", method = "post", operation_id = "conversations_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        /// Only tells whether it would pass and what the plan would leave; the idempotency key does not count then.
        #[oai(name = "dryRun", default)]
        dry_run: Query<bool>,
        conversation: Body<NewConversation>,
    ) -> Result<CreatedOrTried<Conversation>, Refusal<CreateUnder>> {
        caller.require(Permission::ConversationsWrite)?;
        caller.require_feature(conversation.channel.feature())?;
        let create = async |scope: &TenantScope| store::create(scope, &conversation).await;
        if dry_run.0 {
            return Ok(CreatedOrTried::tried(usage::dry_run(&scope, Metered::Conversations, create).await?));
        }
        Ok(CreatedOrTried::created(once(&scope, "conversations_create", key.as_deref(), &conversation, create).await?))
    }

    /// Change a conversation
    ///
    /// A JSON Merge Patch. Changing who takes care of it (`ownerId`, `teamId`) also takes
    /// `conversations.assign`, and nobody can put it out of their own sight.
    /// Permission: `conversations.write`.
    #[oai(path = "/conversations/:id", method = "patch", operation_id = "conversations_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<ConversationPatch>,
    ) -> Result<Found<Conversation>, Refusal<Update>> {
        caller.require(Permission::ConversationsWrite)?;
        if !patch.owner_id.is_undefined() || !patch.team_id.is_undefined() {
            caller.require(Permission::ConversationsAssign)?;
        }
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(conversation) => Ok(Found::new(conversation)),
            None => Err(unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Archive a conversation
    ///
    /// It stays readable and takes no more messages. Permission: `conversations.write`.
    #[oai(path = "/conversations/:id", method = "delete", operation_id = "conversations_archive")]
    async fn archive(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Deleted, Refusal<Archive>> {
        caller.require(Permission::ConversationsWrite)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::archive(&scope, id.0, expected).await? {
            Some(_) => Ok(Deleted::Deleted),
            None => Err(unchanged(&scope, id.0, expected).await.into()),
        }
    }
}

fn latest_activity() -> ConversationSort {
    ConversationSort::LatestActivity
}

async fn unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    conditional::why_refused(expected, Code::ConversationNotFound, store::get(scope, id)).await
}
