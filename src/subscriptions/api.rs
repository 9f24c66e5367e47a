//! `/v1/organization/subscription`

use poem_openapi::OpenApi;
use poem_openapi::param::Header;

use super::{Subscription, SubscriptionPatch, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Body, Found, Get, Refusal, Update, conditional};

/// The operations on one's own subscription.
pub struct SubscriptionsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Subscription")]
impl SubscriptionsApi {
    /// Get one's own subscription
    ///
    /// The plan, what it allows and where each limit and feature is from, and what is to come.
    /// Permission: `subscription.read`.
    #[oai(path = "/organization/subscription", method = "get", operation_id = "subscriptions_get")]
    async fn get(&self, caller: Caller, scope: TenantScope) -> Result<Found<Subscription>, Refusal<Get>> {
        caller.require(Permission::SubscriptionRead)?;
        Ok(Found::new(store::get(&scope).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?))
    }

    /// Change one's own subscription
    ///
    /// A higher tier at once, a lower one with the next period, or the end of it. Nothing is
    /// deleted by a lower tier. Permission: `subscription.manage`.
    #[oai(path = "/organization/subscription", method = "patch", operation_id = "subscriptions_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<SubscriptionPatch>,
    ) -> Result<Found<Subscription>, Refusal<Update>> {
        caller.require(Permission::SubscriptionManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        if !store::update(&scope, expected, &patch).await? {
            return Err(ApiError::new(Code::Stale).into());
        }
        Ok(Found::new(store::get(&scope).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?))
    }
}
