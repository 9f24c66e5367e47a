//! `/v1/teams/{id}/members`

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{TeamMember, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Done, Get, Link, Listed, Refusal, page::default_limit};
use crate::teams;

/// The operations on the members of teams.
pub struct TeamMembersApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Teams")]
impl TeamMembersApi {
    /// List the members of a team
    ///
    /// Whoever joined last comes first. Permission: `users.read`.
    #[oai(path = "/teams/:id/members", method = "get", operation_id = "team_members_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The team.
        id: Path<Uuid>,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<TeamMember>>, Refusal<Get>> {
        caller.require(Permission::UsersRead)?;
        let members = store::list(&scope, id.0, limit.0, after.as_deref()).await?;
        // Nobody on the first page is either a team without members or no team at all.
        if members.items.is_empty() && teams::get(&scope, id.0).await?.is_none() {
            return Err(ApiError::new(Code::TeamNotFound).into());
        }
        Ok(Json(members))
    }

    /// Add a user to a team
    ///
    /// Doing it again changes nothing. Permission: `users.manage`.
    #[oai(path = "/teams/:id/members/:userId", method = "put", operation_id = "team_members_add")]
    async fn add(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The team.
        id: Path<Uuid>,
        /// Who.
        #[oai(name = "userId")]
        user_id: Path<Uuid>,
    ) -> Result<Done, Refusal<Link>> {
        caller.require(Permission::UsersManage)?;
        store::add(&scope, id.0, user_id.0).await?;
        Ok(Done::Done)
    }

    /// Remove a user from a team
    ///
    /// Doing it again changes nothing. Permission: `users.manage`.
    #[oai(path = "/teams/:id/members/:userId", method = "delete", operation_id = "team_members_remove")]
    async fn remove(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The team.
        id: Path<Uuid>,
        /// Who.
        #[oai(name = "userId")]
        user_id: Path<Uuid>,
    ) -> Result<Done, Refusal<Link>> {
        caller.require(Permission::UsersManage)?;
        store::remove(&scope, id.0, user_id.0).await?;
        Ok(Done::Done)
    }
}
