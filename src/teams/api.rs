//! `/v1/teams`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{NewTeam, Team, TeamPatch, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, CreateUnder, Created, Found, Get, List, Listed, Refusal, Remove, Removed, Update, conditional,
    page::default_limit,
};
use crate::idempotency_keys::once;

/// The operations on teams.
pub struct TeamsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Teams")]
impl TeamsApi {
    /// List teams
    ///
    /// Newest first. Permission: `users.read`.
    #[oai(path = "/teams", method = "get", operation_id = "teams_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those of this department.
        #[oai(name = "departmentId")]
        department_id: Query<Option<Uuid>>,
    ) -> Result<Json<Listed<Team>>, Refusal<List>> {
        caller.require(Permission::UsersRead)?;
        Ok(Json(store::list(&scope, department_id.0, limit.0, after.as_deref()).await?))
    }

    /// Get a team
    ///
    /// Permission: `users.read`.
    #[oai(path = "/teams/:id", method = "get", operation_id = "teams_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Team>, Refusal<Get>> {
        caller.require(Permission::UsersRead)?;
        let team = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::TeamNotFound))?;
        Ok(Found::new(team))
    }

    /// Make a team
    ///
    /// Permission: `users.manage`.
    #[oai(path = "/teams", method = "post", operation_id = "teams_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        team: Body<NewTeam>,
    ) -> Result<Created<Team>, Refusal<CreateUnder>> {
        caller.require(Permission::UsersManage)?;
        let create = async |scope: &TenantScope| store::create(scope, &team).await;
        Ok(Created::new(once(&scope, "teams_create", key.as_deref(), &team, create).await?))
    }

    /// Change a team
    ///
    /// A JSON Merge Patch. Permission: `users.manage`.
    #[oai(path = "/teams/:id", method = "patch", operation_id = "teams_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<TeamPatch>,
    ) -> Result<Found<Team>, Refusal<Update>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(team) => Ok(Found::new(team)),
            None => Err(why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Delete a team
    ///
    /// Its memberships go with it. One that still owns guests or conversations, or that
    /// something is shared with, stays (409). Permission: `users.manage`.
    #[oai(path = "/teams/:id", method = "delete", operation_id = "teams_delete")]
    async fn delete(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Removed, Refusal<Remove>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        if store::delete(&scope, id.0, expected).await? {
            return Ok(Removed::Removed);
        }
        Err(why_unchanged(&scope, id.0, expected).await.into())
    }
}

async fn why_unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    conditional::why_unchanged(expected, Code::TeamNotFound, store::get(scope, id)).await
}
