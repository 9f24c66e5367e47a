//! `/v1/auth/sessions`

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{EndReason, Session, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Clear, Deleted, Get, List, Listed, Refusal, page::default_limit};

/// The operations on one's own sessions.
pub struct SessionsApi;

#[OpenApi(prefix_path = "/v1/auth", tag = "Tag::Auth")]
impl SessionsApi {
    /// List one's sessions
    ///
    /// Those that live, newest first. Permission: none but a session.
    #[oai(path = "/sessions", method = "get", operation_id = "sessions_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Session>>, Refusal<List>> {
        let current = caller.session_id()?;
        Ok(Json(store::list(&scope, current, limit.0, after.as_deref()).await?))
    }

    /// End one of one's sessions
    ///
    /// Its access tokens are refused from the next request on. Permission: none but a session.
    #[oai(path = "/sessions/:id", method = "delete", operation_id = "sessions_delete")]
    async fn delete(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Deleted, Refusal<Get>> {
        let current = caller.session_id()?;
        let reason = if id.0 == current { EndReason::Logout } else { EndReason::Ended };
        match store::end(&scope, id.0, reason).await? {
            true => Ok(Deleted::Deleted),
            false => Err(ApiError::new(Code::SessionNotFound).into()),
        }
    }

    /// End all one's sessions but this one
    ///
    /// Permission: none but a session.
    #[oai(path = "/sessions", method = "delete", operation_id = "sessions_clear")]
    async fn clear(&self, caller: Caller, scope: TenantScope) -> Result<Deleted, Refusal<Clear>> {
        let current = caller.session_id()?;
        store::clear(&scope, Some(current), EndReason::Ended).await?;
        Ok(Deleted::Deleted)
    }
}
