//! The hotel of the caller.

mod api;
mod example;
mod search_language;
mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde_json::Value;
use uuid::Uuid;

pub use api::OrganizationsApi;
pub use search_language::SearchLanguage;
pub(crate) use store::get;

use crate::http::Resource;
use crate::subscriptions::Feature;
use crate::text_enum::text_enum;

text_enum! {
    /// What a hotel's subscription is in.
    SubscriptionStatus {
        /// Being tried out.
        Trialing "trialing",
        /// Paid.
        Active "active",
        /// A payment is late.
        PastDue "past_due",
        /// Stopped by the platform.
        Suspended "suspended",
        /// Ended.
        Cancelled "cancelled",
    }
}

impl SubscriptionStatus {
    /// What a hotel may not do in it any more, for whoever is refused. Which permissions count
    /// is decided in `sql/functions/plan_status.sql`; these are the words for it.
    pub(crate) fn restriction(self) -> &'static str {
        match self {
            SubscriptionStatus::PastDue => {
                "A payment is overdue and its days of grace are over: until it is settled, the hotel only reads."
            }
            SubscriptionStatus::Suspended => {
                "The subscription is suspended: the hotel only looks after its subscription and exports its data."
            }
            SubscriptionStatus::Cancelled => "The subscription is cancelled: the hotel only reads.",
            SubscriptionStatus::Trialing | SubscriptionStatus::Active => "The subscription does not allow this.",
        }
    }
}

/// A hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Organization {
    /// Its number.
    pub id: i32,
    /// Its public identifier.
    pub tenant_id: Uuid,
    /// Its name.
    pub name: String,
    /// What its members sign in under.
    pub slug: String,
    /// Its plan: `starter`, `professional` or `enterprise`.
    pub subscription_tier: String,
    /// What its subscription is in.
    pub subscription_status: SubscriptionStatus,
    /// Whether its members may sign in.
    pub is_active: bool,
    /// Settings of its own making.
    pub settings: BTreeMap<String, Value>,
    /// The language its messages are searched in, ISO 639-1, or `und` for none. A message is found in the one that was
    /// set when it was written.
    pub search_language: SearchLanguage,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Organization {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        "/v1/organization".into()
    }
}

/// What to change in a hotel. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct OrganizationPatch {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: MaybeUndefined<String>,
    /// Merged into the settings; null removes a setting.
    #[oai(validator(max_properties = 100))]
    pub settings: MaybeUndefined<BTreeMap<String, Value>>,
    /// The language its messages are searched in from now on. Those there are stay as they are.
    pub search_language: MaybeUndefined<SearchLanguage>,
}

impl OrganizationPatch {
    /// What the hotel's plan has to have for what is set.
    fn features(&self) -> impl Iterator<Item = Feature> {
        let settings = self.settings.value().into_iter().flatten();
        settings.filter(|(_, value)| !value.is_null()).filter_map(|(name, _)| Feature::of_setting(name))
    }
}
