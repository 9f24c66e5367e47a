//! `/v1/platform/organizations`

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::store::{Filter, FirstInvitation};
use super::{
    DeletionSchedule, NewPlatformOrganization, PlatformOrganization, PlatformOrganizationPatch,
    PlatformOrganizationSort, PlatformReason, store,
};
use crate::app::Tag;
use crate::auth::{Caller, InvitationSecret};
use crate::db::PlatformScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, Create, Created, Found, Get, List, Listed, Refusal, Transition, Update, Withdraw, conditional,
    page::default_limit,
};
use crate::mail::{self, Mailer, Message};
use crate::organizations::SubscriptionStatus;

/// A hotel has so long to object, or to fetch what is its own.
const NOTICE_MIN: TimeDelta = TimeDelta::days(7);
/// What is further ahead is a slip of the pen.
const NOTICE_MAX: TimeDelta = TimeDelta::days(3653);

/// The operations on hotels, by super admins.
pub struct PlatformOrganizationsApi {
    /// Sends the invitations of first administrators.
    pub mailer: Mailer,
    /// How long one is good for.
    pub invitation_lifetime: Duration,
}

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformOrganizationsApi {
    /// List hotels
    ///
    /// The platform's own organization is among them. Permission: super admin.
    #[oai(path = "/organizations", method = "get", operation_id = "platform_organizations_list")]
    #[allow(clippy::too_many_arguments)] // One argument is one documented parameter.
    async fn list(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those whose name or slug begins with this, in any case.
        #[oai(validator(min_length = 1, max_length = 200))]
        search: Query<Option<String>>,
        /// Only the one of this slug.
        #[oai(validator(min_length = 1, max_length = 63))]
        slug: Query<Option<String>>,
        /// Only those with this plan.
        #[oai(validator(min_length = 1, max_length = 40))]
        tier: Query<Option<String>>,
        /// Only those whose subscription is in this.
        status: Query<Option<SubscriptionStatus>>,
        /// The order. By activity, a hotel without a conversation goes by when it was made.
        #[oai(default = "newest")]
        sort: Query<PlatformOrganizationSort>,
    ) -> Result<Json<Listed<PlatformOrganization>>, Refusal<List>> {
        let filter = Filter { search: search.0, slug: slug.0, tier: tier.0, status: status.0 };
        Ok(Json(store::list(&scope, sort.0, &filter, limit.0, after.as_deref()).await?))
    }

    /// Get a hotel
    ///
    /// Permission: super admin.
    #[oai(path = "/organizations/:id", method = "get", operation_id = "platform_organizations_get")]
    async fn get(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Get>> {
        Ok(Found::new(there(store::get(&scope, id.0).await?)?))
    }

    /// Make a hotel
    ///
    /// With its built-in roles, and an invitation to administer it, which is mailed. Sent
    /// twice it is refused the second time, because the slug is taken then. Where the
    /// invitation is lost, a visit that writes makes the administrator with `users_create`.
    /// Permission: super admin.
    #[oai(path = "/organizations", method = "post", operation_id = "platform_organizations_create")]
    async fn create(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        organization: Body<NewPlatformOrganization>,
    ) -> Result<Created<PlatformOrganization>, Refusal<Create>> {
        let to = &organization.first_admin.email;
        if !mail::is_address(to) {
            return Err(ApiError::invalid("/firstAdmin/email", "No mail can be sent there.").into());
        }
        not_suspended(organization.status)?;
        let (id, invitation) = (scope.reserve_organization_id().await?, Uuid::now_v7());
        let token = InvitationSecret::generate(id, invitation).map_err(ApiError::internal)?;
        let invitation = FirstInvitation { id: invitation, hash: token.hash(), lifetime: self.invitation_lifetime };
        let (made, expires_at) = store::create(&scope, id, &organization, &invitation).await?;
        self.mailer.send(&Message::invitation(&mail::Invitation {
            to,
            organization: &made.name,
            inviter: "Stayzr",
            token: token.reveal(),
            expires_at,
        }));
        Ok(Created::new(made))
    }

    /// Change a hotel
    ///
    /// A JSON Merge Patch. Permission: super admin.
    #[oai(path = "/organizations/:id", method = "patch", operation_id = "platform_organizations_update")]
    async fn update(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<PlatformOrganizationPatch>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Update>> {
        let expected = conditional::expected_version(if_match.as_deref())?;
        let status = patch.status.value().copied();
        if status.is_some() {
            not_the_platform(&scope, id.0)?;
            not_suspended(status)?;
        }
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(organization) => Ok(Found::new(organization)),
            None => Err(store::why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Suspend a hotel
    ///
    /// Its members, its API keys and what they have open are refused from the next request
    /// on; visits are let in. A suspended hotel stays as it is. Permission: super admin.
    #[oai(path = "/organizations/:id/suspend", method = "post", operation_id = "platform_organizations_suspend")]
    async fn suspend(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
        why: Body<PlatformReason>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Transition>> {
        not_the_platform(&scope, id.0)?;
        Ok(Found::new(there(store::suspend(&scope, id.0, &why.reason).await?)?))
    }

    /// Reactivate a hotel
    ///
    /// Its subscription is in again what it was in before. One that is not suspended stays
    /// as it is. Permission: super admin.
    #[oai(path = "/organizations/:id/reactivate", method = "post", operation_id = "platform_organizations_reactivate")]
    async fn reactivate(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
        why: Body<PlatformReason>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Transition>> {
        not_the_platform(&scope, id.0)?;
        Ok(Found::new(there(store::reactivate(&scope, id.0, &why.reason).await?)?))
    }

    /// Schedule a hotel's deletion
    ///
    /// Nothing deletes by itself: it is a schedule, which an operator carries out. Until then
    /// the hotel works as before. Scheduled anew, the later word counts. Permission: super admin.
    #[oai(
        path = "/organizations/:id/schedule-deletion",
        method = "post",
        operation_id = "platform_organizations_schedule"
    )]
    async fn schedule(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
        schedule: Body<DeletionSchedule>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Transition>> {
        not_the_platform(&scope, id.0)?;
        let notice = schedule.delete_at.signed_duration_since(Utc::now());
        if !(NOTICE_MIN..=NOTICE_MAX).contains(&notice) {
            return Err(ApiError::invalid("/deleteAt", "This must be 7 days to ten years ahead.").into());
        }
        Ok(Found::new(there(store::schedule(&scope, id.0, &schedule).await?)?))
    }

    /// Take the schedule of a hotel's deletion back
    ///
    /// A hotel without one stays as it is. Permission: super admin.
    #[oai(
        path = "/organizations/:id/schedule-deletion",
        method = "delete",
        operation_id = "platform_organizations_unschedule"
    )]
    async fn unschedule(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<i32>,
    ) -> Result<Found<PlatformOrganization>, Refusal<Withdraw>> {
        not_the_platform(&scope, id.0)?;
        Ok(Found::new(there(store::unschedule(&scope, id.0).await?)?))
    }
}

fn newest() -> PlatformOrganizationSort {
    PlatformOrganizationSort::Newest
}

fn there(organization: Option<PlatformOrganization>) -> Result<PlatformOrganization, ApiError> {
    organization.ok_or(ApiError::new(Code::OrganizationNotFound))
}

/// Out of service, the platform's own organization would shut everybody out who could put it back.
fn not_the_platform(scope: &PlatformScope, id: i32) -> Result<(), ApiError> {
    if id == scope.context().organization_id {
        return Err(ApiError::new(Code::OrganizationIsPlatform));
    }
    Ok(())
}

/// Suspending takes a reason and shuts the members out, so it is no status that one sets.
fn not_suspended(status: Option<SubscriptionStatus>) -> Result<(), ApiError> {
    if status == Some(SubscriptionStatus::Suspended) {
        return Err(ApiError::invalid("/status", "Suspending has an operation of its own."));
    }
    Ok(())
}
