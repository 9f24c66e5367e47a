//! `/v1/api-keys`

use chrono::Utc;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{ApiKey, CreatedApiKey, NewApiKey, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, Create, Deleted, Get, Issued, List, Listed, Refusal, page::default_limit};
use crate::subscriptions::Feature;

/// The operations on API keys.
pub struct ApiKeysApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::ApiKeys")]
impl ApiKeysApi {
    /// List API keys
    ///
    /// Permission: `users.manage`.
    #[oai(path = "/api-keys", method = "get", operation_id = "api_keys_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Whether revoked and expired ones show too.
        #[oai(default)]
        inactive: Query<bool>,
    ) -> Result<Json<Listed<ApiKey>>, Refusal<List>> {
        caller.require(Permission::UsersManage)?;
        Ok(Json(store::list(&scope, inactive.0, limit.0, after.as_deref()).await?))
    }

    /// Get an API key
    ///
    /// Permission: `users.manage`.
    #[oai(path = "/api-keys/:id", method = "get", operation_id = "api_keys_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Json<ApiKey>, Refusal<Get>> {
        caller.require(Permission::UsersManage)?;
        Ok(Json(store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::ApiKeyNotFound))?))
    }

    /// Make an API key
    ///
    /// The secret is in this answer and nowhere else, so there is no idempotency key: a
    /// request whose answer was lost is followed by another, and the first key is revoked.
    /// Feature: `apiAccess`. Permission: `users.manage`.
    #[oai(path = "/api-keys", method = "post", operation_id = "api_keys_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        key: Body<NewApiKey>,
    ) -> Result<Issued<CreatedApiKey>, Refusal<Create>> {
        caller.require(Permission::UsersManage)?;
        caller.require_feature(Feature::ApiAccess)?;
        caller.session_id()?;
        if key.expires_at.is_some_and(|expiry| expiry <= Utc::now()) {
            return Err(ApiError::invalid("/expiresAt", "This is over already.").into());
        }
        let created = store::create(&scope, &key).await?;
        let path = format!("/v1/api-keys/{}", created.id);
        Ok(Issued::Issued(Json(created), path))
    }

    /// Revoke an API key
    ///
    /// It is refused from the next request on, and for good. Permission: `users.manage`.
    #[oai(path = "/api-keys/:id", method = "delete", operation_id = "api_keys_revoke")]
    async fn revoke(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Deleted, Refusal<Get>> {
        caller.require(Permission::UsersManage)?;
        match store::revoke(&scope, id.0).await? {
            true => Ok(Deleted::Deleted),
            false => Err(ApiError::new(Code::ApiKeyNotFound).into()),
        }
    }
}
