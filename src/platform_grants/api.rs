//! `/v1/platform/switch-organization` and `/v1/platform/grants`

use std::sync::Arc;

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::store::Given;
use super::{NewPlatformGrant, PlatformGrant, SwitchedOrganization, store};
use crate::app::Tag;
use crate::auth::{Actor, Caller, Tokens};
use crate::db::PlatformScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, CreateUnder, Deleted, Get, Issued, List, Listed, Refusal, page::default_limit};

/// The operations on super admins' visits.
pub struct PlatformGrantsApi {
    /// Signs the tokens of visits.
    pub tokens: Arc<Tokens>,
}

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformGrantsApi {
    /// Switch to a hotel
    ///
    /// The answer has a token of that hotel: with it every operation works on the hotel, as
    /// for its administrators, and without `write` only those that read. One's own token
    /// stays what it is. Every request of the visit is in the hotel's audit log, with the
    /// reason. The visit is over when the time is, when somebody ends the grant, or when one
    /// signs out. Permission: super admin.
    #[oai(path = "/switch-organization", method = "post", operation_id = "platform_grants_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: PlatformScope,
        grant: Body<NewPlatformGrant>,
    ) -> Result<Issued<SwitchedOrganization>, Refusal<CreateUnder>> {
        let (session, home) = (caller.session_id()?, scope.context().organization_id);
        if grant.organization_id == home {
            return Err(ApiError::invalid("/organizationId", "This is the platform's own organization.").into());
        }
        let given = store::create(&scope, &grant).await?;
        let Given { grant: given, tenant_id } = given.ok_or(ApiError::new(Code::OrganizationNotFound))?;
        let actor = Actor { sub: caller.user_id(), org: home, grant: given.id };
        let expires_in = u64::from(grant.minutes.unsigned_abs()) * 60;
        let claims = self.tokens.visit_claims(actor, given.organization_id, tenant_id, session, expires_in);
        let access_token = self.tokens.sign(&claims).map_err(ApiError::internal)?;
        let path = format!("/v1/platform/grants/{}", given.id);
        Ok(Issued::Issued(Json(SwitchedOrganization { grant: given, access_token, expires_in }), path))
    }

    /// List visits
    ///
    /// Those of every super admin that are not over, newest first. Permission: super admin.
    #[oai(path = "/grants", method = "get", operation_id = "platform_grants_list")]
    async fn list(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Whether those that are over show too.
        #[oai(default)]
        all: Query<bool>,
    ) -> Result<Json<Listed<PlatformGrant>>, Refusal<List>> {
        Ok(Json(store::list(&scope, all.0, limit.0, after.as_deref()).await?))
    }

    /// End a visit
    ///
    /// One's own or another super admin's. Its token is refused from the next request on.
    /// Permission: super admin.
    #[oai(path = "/grants/:id", method = "delete", operation_id = "platform_grants_end")]
    async fn end(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Deleted, Refusal<Get>> {
        match store::end(&scope, id.0).await? {
            true => Ok(Deleted::Deleted),
            false => Err(ApiError::new(Code::PlatformGrantNotFound).into()),
        }
    }
}
