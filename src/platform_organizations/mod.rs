//! Hotels as the platform sees them: making one, what it pays for, whether it is in service.
//!
//! Nothing here deletes a hotel. A deletion is a time in `organizations.delete_at`, from when
//! on an operator may carry it out.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use uuid::Uuid;

pub use api::PlatformOrganizationsApi;

use crate::http::Resource;
use crate::organizations::SubscriptionStatus;
use crate::text_enum::text_enum;

text_enum! {
    /// How a list of hotels is sorted.
    PlatformOrganizationSort {
        /// Newest first.
        Newest "-createdAt",
        /// By name, from A to Z.
        Name "name",
        /// Most users first.
        Size "-userCount",
        /// Last active first.
        Activity "-lastActivityAt",
    }
}

/// A hotel, as the platform sees it.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformOrganization {
    /// Its number.
    pub id: i32,
    /// Its public identifier.
    pub tenant_id: Uuid,
    /// What its members sign in under.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its plan: `starter`, `professional` or `enterprise`.
    pub tier: String,
    /// What its subscription is in.
    pub status: SubscriptionStatus,
    /// Whether its members are let in.
    pub is_active: bool,
    /// From when on it may be deleted, where that is scheduled. Nothing deletes by itself.
    #[oai(nullable)]
    pub delete_at: Option<DateTime<Utc>>,
    /// How many users it has, the deleted ones aside.
    pub user_count: i64,
    /// When something last happened in a conversation; null where there is none.
    #[oai(nullable)]
    pub last_activity_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`. Users and conversations come and go without it.
    pub version: i32,
}

impl Resource for PlatformOrganization {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/platform/organizations/{}", self.id)
    }
}

/// A hotel to make.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewPlatformOrganization {
    /// What its members will sign in under; no other hotel's. It never changes.
    #[oai(validator(min_length = 1, max_length = 63, pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"))]
    pub slug: String,
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// Its plan; `starter` unless said.
    #[oai(nullable, validator(min_length = 1, max_length = 40))]
    pub tier: Option<String>,
    /// What its subscription is in; `trialing` unless said, and not `suspended`.
    #[oai(nullable)]
    pub status: Option<SubscriptionStatus>,
    /// Who is invited to administer it.
    pub first_admin: FirstAdmin,
}

/// The first administrator of a hotel. They name themselves when they accept.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct FirstAdmin {
    /// Where to send the invitation, and the address they will sign in with.
    #[oai(validator(min_length = 3, max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: String,
}

/// What to change in a hotel. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct PlatformOrganizationPatch {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: MaybeUndefined<String>,
    /// Its plan.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub tier: MaybeUndefined<String>,
    /// What its subscription is in. Not `suspended`: suspending has an operation of its own.
    pub status: MaybeUndefined<SubscriptionStatus>,
}

/// Why a hotel is suspended, or is not any more.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct PlatformReason {
    /// Why. The hotel's administrators read it in their audit log.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
}

/// When a hotel may be deleted, and why.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct DeletionSchedule {
    /// From when on it may be deleted: at least 7 days ahead, and at most ten years.
    pub delete_at: DateTime<Utc>,
    /// Why. The hotel's administrators read it in their audit log.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
}
