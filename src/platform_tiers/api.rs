//! `/v1/platform/tiers`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;

use super::{PlatformTier, PlatformTierDetails, PlatformTierPatch, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, Found, Get, List, Listed, Refusal, Update, conditional};

/// The operations on the tiers, by super admins.
pub struct PlatformTiersApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformTiersApi {
    /// List the tiers
    ///
    /// Every tier, the lowest first, on one page, with how many hotels have which version.
    /// Permission: super admin.
    #[oai(path = "/tiers", method = "get", operation_id = "platform_tiers_list")]
    async fn list(&self, _caller: Caller, scope: PlatformScope) -> Result<Json<Listed<PlatformTier>>, Refusal<List>> {
        Ok(Json(store::list(&scope).await?))
    }

    /// Get a tier
    ///
    /// With every version there was. Permission: super admin.
    #[oai(path = "/tiers/:name", method = "get", operation_id = "platform_tiers_get")]
    async fn get(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        name: Path<String>,
    ) -> Result<Found<PlatformTierDetails>, Refusal<Get>> {
        Ok(Found::new(store::get(&scope, &name).await?.ok_or(ApiError::new(Code::TierNotFound))?))
    }

    /// Offer another version of a tier
    ///
    /// A JSON Merge Patch of the version on offer; the `ETag` is its number. Hotels keep the
    /// version they bought, until they are moved. Permission: super admin.
    #[oai(path = "/tiers/:name", method = "patch", operation_id = "platform_tiers_update")]
    async fn update(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        name: Path<String>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<PlatformTierPatch>,
    ) -> Result<Found<PlatformTierDetails>, Refusal<Update>> {
        let expected = conditional::expected_version(if_match.as_deref())?;
        let made = store::update(&scope, &name, expected, &patch).await?;
        let current = store::get(&scope, &name);
        if !made {
            return Err(conditional::why_unchanged(expected, Code::TierNotFound, current).await.into());
        }
        Ok(Found::new(current.await?.ok_or(ApiError::new(Code::TierNotFound))?))
    }
}
