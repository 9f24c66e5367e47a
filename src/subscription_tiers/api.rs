//! `/v1/subscription-tiers`

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::{SubscriptionTier, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::http::{List, Listed, Refusal};

/// The operations on the tiers on offer.
pub struct SubscriptionTiersApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Subscription")]
impl SubscriptionTiersApi {
    /// List what is on offer
    ///
    /// Every tier, the lowest first, on one page. Permission: `subscription.read`.
    #[oai(path = "/subscription-tiers", method = "get", operation_id = "subscription_tiers_list")]
    async fn list(&self, caller: Caller, scope: TenantScope) -> Result<Json<Listed<SubscriptionTier>>, Refusal<List>> {
        caller.require(Permission::SubscriptionRead)?;
        Ok(Json(store::list(&scope).await?))
    }
}
