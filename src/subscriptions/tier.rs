//! What a tier allows: the closed lists of limits and features, as a version of a tier holds
//! them and as a super admin edits them.

use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::http::patch::required;

macro_rules! limits {
    ($($(#[$doc:meta])* $variant:ident $field:ident $name:literal;)*) => {
        /// What a plan may allow only so much of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, poem_openapi::Enum, Deserialize)]
        pub enum Limit { $($(#[$doc])* #[oai(rename = $name)] #[serde(rename = $name)] $variant),* }

        impl Limit {
            /// All of them.
            pub const ALL: &[Limit] = &[$(Limit::$variant),*];

            /// Its name in the API and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Limit::$variant => $name),* }
            }
        }

        /// How much a tier allows; null: as much as one likes.
        #[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
        pub struct TierLimits {
            $($(#[$doc])* #[oai(rename = $name, nullable)] #[serde(rename = $name)] pub $field: Option<i64>,)*
        }

        /// Which limits to change. What is absent stays, null: no limit.
        #[derive(Debug, Default, Object)]
        #[oai(deny_unknown_fields)]
        pub struct TierLimitsPatch {
            $(
                $(#[$doc])*
                #[oai(rename = $name, nullable, validator(minimum(value = "0"), maximum(value = "1000000000000")))]
                pub $field: MaybeUndefined<i64>,
            )*
        }

        impl TierLimitsPatch {
            /// What changes, by name.
            pub(crate) fn members(&self) -> Value {
                let mut members = Map::new();
                $(match self.$field {
                    MaybeUndefined::Undefined => {}
                    MaybeUndefined::Null => drop(members.insert($name.into(), Value::Null)),
                    MaybeUndefined::Value(value) => drop(members.insert($name.into(), json!(value))),
                })*
                Value::Object(members)
            }
        }
    };
}

limits! {
    /// Users, the deleted ones aside.
    MaxUsers max_users "maxUsers";
    /// Guests, the archived ones aside.
    MaxGuests max_guests "maxGuests";
    /// Messages within one period.
    MaxMessagesPerMonth max_messages_per_month "maxMessagesPerMonth";
    /// Conversations that are open at a time.
    MaxActiveConversations max_active_conversations "maxActiveConversations";
    /// Gigabytes of attachments.
    MaxStorageGb max_storage_gb "maxStorageGB";
    /// Requests a second that each server admits, on average; those of five seconds may come at once.
    MaxRequestsPerSecond max_requests_per_second "maxRequestsPerSecond";
    /// Requests that each server works on at the same time.
    MaxConcurrentRequests max_concurrent_requests "maxConcurrentRequests";
    /// Requests that wait on each server until it works on fewer.
    MaxWaitingRequests max_waiting_requests "maxWaitingRequests";
    /// Seconds a statement may run, at least one and at most five.
    MaxStatementSeconds max_statement_seconds "maxStatementSeconds";
    /// Milliseconds of the database's time that the hotel's requests to each server may take a second, on average; those
    /// of five seconds may be taken at once.
    MaxDatabaseMillisecondsPerSecond max_database_milliseconds_per_second "maxDatabaseMillisecondsPerSecond";
    /// Connections to the database that each server keeps for the hotel alone, never more than it has for all others;
    /// with 0 the hotel shares those.
    MaxDedicatedConnections max_dedicated_connections "maxDedicatedConnections";
}

macro_rules! tier_features {
    ($($(#[$doc:meta])* $field:ident $name:literal;)*) => {
        /// What a tier has and what it lacks.
        #[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
        pub struct TierFeatures {
            $($(#[$doc])* #[oai(rename = $name)] #[serde(rename = $name)] pub $field: bool,)*
        }

        /// Which features to add or to take away. What is absent stays.
        #[derive(Debug, Default, Object)]
        #[oai(deny_unknown_fields)]
        pub struct TierFeaturesPatch {
            $($(#[$doc])* #[oai(rename = $name)] pub $field: MaybeUndefined<bool>,)*
        }

        impl TierFeaturesPatch {
            /// What changes, by name.
            pub(crate) fn members(&self) -> Result<Value, ApiError> {
                let mut members = Map::new();
                $(if let Some(value) = required(concat!("/features/", $name), &self.$field)? {
                    members.insert($name.into(), json!(value));
                })*
                Ok(Value::Object(members))
            }
        }
    };
}

tier_features! {
    /// Conversations on WhatsApp.
    whatsapp_integration "whatsappIntegration";
    /// Conversations by SMS.
    sms_integration "smsIntegration";
    /// Conversations by e-mail.
    email_integration "emailIntegration";
    /// Messages written by a machine.
    ai_automation "aiAutomation";
    /// Workflows.
    workflow_automation "workflowAutomation";
    /// Figures beyond the usage of the plan.
    advanced_analytics "advancedAnalytics";
    /// A look of the hotel's own.
    custom_branding "customBranding";
    /// API keys.
    api_access "apiAccess";
    /// More than one property.
    multi_property_management "multiPropertyManagement";
}
