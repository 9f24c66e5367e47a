//! `/v1/properties`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{NewProperty, Property, PropertyPatch, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Archive, Body, Create, Created, Deleted, Found, Get, List, Listed, Refusal, Update, conditional,
    page::default_limit,
};
use crate::idempotency_keys::once;

/// The operations on properties.
pub struct PropertiesApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Properties")]
impl PropertiesApi {
    /// List properties
    ///
    /// Newest first. Permission: `organization.read`.
    #[oai(path = "/properties", method = "get", operation_id = "properties_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Whether archived ones show too.
        #[oai(default)]
        archived: Query<bool>,
    ) -> Result<Json<Listed<Property>>, Refusal<List>> {
        caller.require(Permission::OrganizationRead)?;
        Ok(Json(store::list(&scope, archived.0, limit.0, after.as_deref()).await?))
    }

    /// Get a property
    ///
    /// Permission: `organization.read`.
    #[oai(path = "/properties/:id", method = "get", operation_id = "properties_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Property>, Refusal<Get>> {
        caller.require(Permission::OrganizationRead)?;
        let property = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::PropertyNotFound))?;
        Ok(Found::new(property))
    }

    /// Make a property
    ///
    /// One that is not archived is on every plan; another one beside it takes the feature
    /// `multiPropertyManagement`. Those that are there stay without it.
    /// Permission: `organization.manage`.
    #[oai(path = "/properties", method = "post", operation_id = "properties_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        property: Body<NewProperty>,
    ) -> Result<Created<Property>, Refusal<Create>> {
        caller.require(Permission::OrganizationManage)?;
        let create = async |scope: &TenantScope| store::create(scope, &property).await;
        Ok(Created::new(once(&scope, "properties_create", key.as_deref(), &property, create).await?))
    }

    /// Change a property
    ///
    /// A JSON Merge Patch. An archived property does not change.
    /// Permission: `organization.manage`.
    #[oai(path = "/properties/:id", method = "patch", operation_id = "properties_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<PropertyPatch>,
    ) -> Result<Found<Property>, Refusal<Update>> {
        caller.require(Permission::OrganizationManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(property) => Ok(Found::new(property)),
            None => Err(store::why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Archive a property
    ///
    /// It stays readable; its name becomes free again. Permission: `organization.manage`.
    #[oai(path = "/properties/:id", method = "delete", operation_id = "properties_archive")]
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
        caller.require(Permission::OrganizationManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::archive(&scope, id.0, expected).await? {
            Some(_) => Ok(Deleted::Deleted),
            None => {
                let current = store::get(&scope, id.0);
                Err(conditional::why_unchanged(expected, Code::PropertyNotFound, current).await.into())
            }
        }
    }
}
