//! `/v1/organization`

use poem_openapi::OpenApi;
use poem_openapi::param::Header;

use super::{Organization, OrganizationPatch, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, Found, Get, Refusal, Update, conditional};

/// The operations on one's own hotel.
pub struct OrganizationsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Organization")]
impl OrganizationsApi {
    /// Get one's own hotel
    ///
    /// Permission: `organization.read`.
    #[oai(path = "/organization", method = "get", operation_id = "organizations_get")]
    async fn get(&self, caller: Caller, scope: TenantScope) -> Result<Found<Organization>, Refusal<Get>> {
        caller.require(Permission::OrganizationRead)?;
        let organization = store::get(&scope).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?;
        Ok(Found::new(organization))
    }

    /// Change one's own hotel
    ///
    /// A JSON Merge Patch. Of the settings, `workflows` takes the feature
    /// `workflowAutomation` and `branding` the feature `customBranding`; removing them takes
    /// none. Permission: `organization.manage`.
    #[oai(path = "/organization", method = "patch", operation_id = "organizations_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<OrganizationPatch>,
    ) -> Result<Found<Organization>, Refusal<Update>> {
        caller.require(Permission::OrganizationManage)?;
        patch.features().try_for_each(|feature| caller.require_feature(feature))?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, expected, &patch).await? {
            Some(organization) => Ok(Found::new(organization)),
            None => {
                Err(conditional::why_unchanged(expected, Code::OrganizationNotFound, store::get(&scope)).await.into())
            }
        }
    }
}
