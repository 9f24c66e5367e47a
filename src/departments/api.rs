//! `/v1/departments`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{Department, DepartmentPatch, NewDepartment, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, Create, Created, Found, Get, List, Listed, Refusal, Remove, Removed, Update, conditional, page::default_limit,
};
use crate::idempotency_keys::once;

/// The operations on departments.
pub struct DepartmentsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Departments")]
impl DepartmentsApi {
    /// List departments
    ///
    /// Newest first. Permission: `users.read`.
    #[oai(path = "/departments", method = "get", operation_id = "departments_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Department>>, Refusal<List>> {
        caller.require(Permission::UsersRead)?;
        Ok(Json(store::list(&scope, limit.0, after.as_deref()).await?))
    }

    /// Get a department
    ///
    /// Permission: `users.read`.
    #[oai(path = "/departments/:id", method = "get", operation_id = "departments_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Department>, Refusal<Get>> {
        caller.require(Permission::UsersRead)?;
        let department = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::DepartmentNotFound))?;
        Ok(Found::new(department))
    }

    /// Make a department
    ///
    /// Permission: `users.manage`.
    #[oai(path = "/departments", method = "post", operation_id = "departments_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        department: Body<NewDepartment>,
    ) -> Result<Created<Department>, Refusal<Create>> {
        caller.require(Permission::UsersManage)?;
        let create = async |scope: &TenantScope| store::create(scope, &department).await;
        Ok(Created::new(once(&scope, "departments_create", key.as_deref(), &department, create).await?))
    }

    /// Change a department
    ///
    /// A JSON Merge Patch. Permission: `users.manage`.
    #[oai(path = "/departments/:id", method = "patch", operation_id = "departments_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<DepartmentPatch>,
    ) -> Result<Found<Department>, Refusal<Update>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(department) => Ok(Found::new(department)),
            None => Err(why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Delete a department
    ///
    /// One that has teams stays (409). Permission: `users.manage`.
    #[oai(path = "/departments/:id", method = "delete", operation_id = "departments_delete")]
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
    conditional::why_unchanged(expected, Code::DepartmentNotFound, store::get(scope, id)).await
}
