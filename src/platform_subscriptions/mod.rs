//! The subscriptions of hotels as super admins see and change them.
//!
//! The rules are in `sql/functions/set_subscription.sql`.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde::Deserialize;
use serde_json::Value;

pub use api::PlatformSubscriptionsApi;

use crate::http::Resource;
use crate::organizations::SubscriptionStatus;
use crate::subscriptions::Subscription;
use crate::text_enum::text_enum;

text_enum! {
    /// What a hotel may have otherwise than its tier says.
    OverrideName {
        /// A limit.
        MaxUsers "maxUsers",
        /// A limit.
        MaxGuests "maxGuests",
        /// A limit.
        MaxMessagesPerMonth "maxMessagesPerMonth",
        /// A limit.
        MaxActiveConversations "maxActiveConversations",
        /// A limit.
        MaxStorageGb "maxStorageGB",
        /// A limit.
        MaxRequestsPerSecond "maxRequestsPerSecond",
        /// A limit.
        MaxConcurrentRequests "maxConcurrentRequests",
        /// A limit.
        MaxWaitingRequests "maxWaitingRequests",
        /// A limit.
        MaxStatementSeconds "maxStatementSeconds",
        /// A limit.
        MaxDatabaseMillisecondsPerSecond "maxDatabaseMillisecondsPerSecond",
        /// A limit.
        MaxDedicatedConnections "maxDedicatedConnections",
        /// A feature.
        WhatsappIntegration "whatsappIntegration",
        /// A feature.
        SmsIntegration "smsIntegration",
        /// A feature.
        EmailIntegration "emailIntegration",
        /// A feature.
        AiAutomation "aiAutomation",
        /// A feature.
        WorkflowAutomation "workflowAutomation",
        /// A feature.
        AdvancedAnalytics "advancedAnalytics",
        /// A feature.
        CustomBranding "customBranding",
        /// A feature.
        ApiAccess "apiAccess",
        /// A feature.
        MultiPropertyManagement "multiPropertyManagement",
        /// What is taken off the price.
        DiscountPercent "discountPercent",
    }
}

/// A hotel's subscription with what was made otherwise for it.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct PlatformSubscription {
    /// As the hotel sees it.
    #[oai(flatten)]
    pub subscription: Subscription,
    /// Every override, those that are over too.
    pub overrides: Vec<SubscriptionOverride>,
}

impl Resource for PlatformSubscription {
    fn version(&self) -> i32 {
        self.subscription.version
    }

    fn path(&self) -> String {
        self.subscription.path()
    }
}

/// What a hotel has otherwise than its tier says.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase", example)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionOverride {
    /// The limit or feature, or `discountPercent`.
    pub name: String,
    /// Of a limit how much, or null for no limit; of a feature whether; of a discount how many per cent.
    #[oai(nullable)]
    pub value: Option<Value>,
    /// Why.
    pub reason: String,
    /// Until when; null: until it is removed.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for SubscriptionOverride {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        self.name.clone()
    }
}

/// What a hotel is to have otherwise than its tier says.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewSubscriptionOverride {
    /// Of a limit how much, from 0 to 10^12, or null for no limit; of a feature whether; of a
    /// discount how many per cent, from 0 to 100. Not to be left out.
    #[oai(nullable)]
    pub value: MaybeUndefined<Value>,
    /// Why. The hotel reads it.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
    /// Until when; until it is removed unless said.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What to change in a hotel's subscription, and why. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct PlatformSubscriptionPatch {
    /// A tier, in force at once whichever it is; what was scheduled is taken back.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub tier: MaybeUndefined<String>,
    /// Which version of it; the one on offer unless said.
    #[oai(validator(minimum(value = "1")))]
    pub tier_version: MaybeUndefined<i32>,
    /// Whether the rest of the period is charged, or credited; it is unless said.
    #[oai(default = "prorated")]
    pub prorate: bool,
    /// True: it ends with the period. False: it goes on after all.
    pub cancel: MaybeUndefined<bool>,
    /// What it is in. What had ended goes on with any but `cancelled`. With `suspended` its
    /// members still sign in, to see to the subscription; to shut them out is an operation on hotels.
    pub status: MaybeUndefined<SubscriptionStatus>,
    /// The day of the month a period begins on; the last of a month that has no such day.
    #[oai(validator(minimum(value = "1"), maximum(value = "31")))]
    pub billing_day: MaybeUndefined<i32>,
    /// Where that day begins: a name of the IANA database.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub time_zone: MaybeUndefined<String>,
    /// Why. The hotel's administrators read it in their audit log.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
}

fn prorated() -> bool {
    true
}
