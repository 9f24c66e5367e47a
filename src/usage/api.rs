//! `/v1/organization/usage`

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::{Usage, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::http::{List, Refusal};

/// The operations on what a hotel uses.
pub struct UsageApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Organization")]
impl UsageApi {
    /// Get the usage of the hotel
    ///
    /// Of each thing that the plan limits: how much is used now, how much of the limit that
    /// is, what the period will have come to if it goes on like this, and the last ninety days.
    /// Exact at any moment. Permission: `subscription.read`.
    #[oai(path = "/organization/usage", method = "get", operation_id = "usage_get")]
    async fn get(&self, caller: Caller, scope: TenantScope) -> Result<Json<Usage>, Refusal<List>> {
        caller.require(Permission::SubscriptionRead)?;
        Ok(Json(store::get(&scope).await?))
    }
}
