//! `/v1/platform/organizations/{id}/subscription`

use chrono::Utc;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};

use super::{
    NewSubscriptionOverride, OverrideName, PlatformSubscription, PlatformSubscriptionPatch, SubscriptionOverride, store,
};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::error::{ApiError, Code};
use crate::http::{Archive, Body, Found, Get, Refusal, Removed, Update, conditional};

/// The operations on hotels' subscriptions, by super admins.
pub struct PlatformSubscriptionsApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformSubscriptionsApi {
    /// Get a hotel's subscription
    ///
    /// As the hotel sees it, and every override. Permission: super admin.
    #[oai(path = "/organizations/:id/subscription", method = "get", operation_id = "platform_subscriptions_get")]
    async fn get(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Whose.
        id: Path<i32>,
    ) -> Result<Found<PlatformSubscription>, Refusal<Get>> {
        Ok(Found::new(store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?))
    }

    /// Change a hotel's subscription
    ///
    /// A tier is in force at once, whichever it is; to schedule one as the hotel does takes a
    /// visit. Permission: super admin.
    #[oai(path = "/organizations/:id/subscription", method = "patch", operation_id = "platform_subscriptions_update")]
    async fn update(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Whose.
        id: Path<i32>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<PlatformSubscriptionPatch>,
    ) -> Result<Found<PlatformSubscription>, Refusal<Update>> {
        let expected = conditional::expected_version(if_match.as_deref())?;
        // In any other status than paid it could shut everybody out who could put it back.
        if patch.status.value().is_some() && id.0 == scope.context().organization_id {
            return Err(ApiError::new(Code::OrganizationIsPlatform).into());
        }
        let done = store::update(&scope, id.0, expected, &patch).await?;
        let current = store::get(&scope, id.0);
        if !done {
            return Err(conditional::why_unchanged(expected, Code::OrganizationNotFound, current).await.into());
        }
        Ok(Found::new(current.await?.ok_or(ApiError::new(Code::OrganizationNotFound))?))
    }

    /// Override a limit, a feature or the price of a hotel
    ///
    /// Whatever its tier says, until it expires. Set again, the later word counts.
    /// Permission: super admin.
    #[oai(
        path = "/organizations/:id/subscription/overrides/:name",
        method = "put",
        operation_id = "platform_subscriptions_override"
    )]
    async fn set(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Whose.
        id: Path<i32>,
        /// Which.
        name: Path<OverrideName>,
        /// The `ETag` of the override it replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        new: Body<NewSubscriptionOverride>,
    ) -> Result<Found<SubscriptionOverride>, Refusal<Update>> {
        let expected = conditional::expected_version(if_match.as_deref())?;
        if new.expires_at.is_some_and(|end| end <= Utc::now()) {
            return Err(ApiError::invalid("/expiresAt", "This is over already.").into());
        }
        match store::set(&scope, id.0, name.0, expected, &new).await? {
            Some(set) => Ok(Found::new(set)),
            // What is not there is not of the version expected.
            None => Err(store::why_no_override(&scope, id.0, name.0, Code::Stale).await.into()),
        }
    }

    /// Remove an override
    ///
    /// What the tier says counts again. Permission: super admin.
    #[oai(
        path = "/organizations/:id/subscription/overrides/:name",
        method = "delete",
        operation_id = "platform_subscriptions_restore"
    )]
    async fn restore(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Whose.
        id: Path<i32>,
        /// Which.
        name: Path<OverrideName>,
        /// The `ETag` of the override.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Removed, Refusal<Archive>> {
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::restore(&scope, id.0, name.0, expected).await? {
            Some(_) => Ok(Removed::Removed),
            None => {
                let absent = Code::SubscriptionOverrideNotFound;
                Err(store::why_no_override(&scope, id.0, name.0, absent).await.into())
            }
        }
    }
}
