//! `/v1/roles`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{NewRole, Role, RolePatch, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, Create, Created, Found, Get, List, Listed, Refusal, Remove, Removed, Update, conditional, page::default_limit,
};
use crate::idempotency_keys::once;

/// The operations on roles.
pub struct RolesApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Roles")]
impl RolesApi {
    /// List roles
    ///
    /// The built-in ones among them, newest first. Permission: `users.read`.
    #[oai(path = "/roles", method = "get", operation_id = "roles_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Role>>, Refusal<List>> {
        caller.require(Permission::UsersRead)?;
        Ok(Json(store::list(&scope, limit.0, after.as_deref()).await?))
    }

    /// Get a role
    ///
    /// Permission: `users.read`.
    #[oai(path = "/roles/:id", method = "get", operation_id = "roles_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Role>, Refusal<Get>> {
        caller.require(Permission::UsersRead)?;
        let role = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::RoleNotFound))?;
        Ok(Found::new(role))
    }

    /// Make a role
    ///
    /// It holds nothing that its maker does not (403). Permission: `roles.manage`.
    #[oai(path = "/roles", method = "post", operation_id = "roles_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        role: Body<NewRole>,
    ) -> Result<Created<Role>, Refusal<Create>> {
        may_manage(&caller)?;
        let create = async |scope: &TenantScope| store::create(scope, &role).await;
        Ok(Created::new(once(&scope, "roles_create", key.as_deref(), &role, create).await?))
    }

    /// Change a role
    ///
    /// A JSON Merge Patch. A built-in role does not change (409), and a role gains nothing
    /// that who changes it does not hold (403). Permission: `roles.manage`.
    #[oai(path = "/roles/:id", method = "patch", operation_id = "roles_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<RolePatch>,
    ) -> Result<Found<Role>, Refusal<Update>> {
        may_manage(&caller)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(role) => Ok(Found::new(role)),
            None => Err(store::why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Delete a role
    ///
    /// One that somebody holds stays, and so does a built-in one (409). Permission: `roles.manage`.
    #[oai(path = "/roles/:id", method = "delete", operation_id = "roles_delete")]
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
        may_manage(&caller)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        if store::delete(&scope, id.0, expected).await? {
            return Ok(Removed::Removed);
        }
        Err(store::why_unchanged(&scope, id.0, expected).await.into())
    }
}

/// The two go together in every role; an API key may have been given one of them alone.
fn may_manage(caller: &Caller) -> Result<(), ApiError> {
    caller.require(Permission::RolesManage)?;
    caller.require(Permission::UsersManage)
}
