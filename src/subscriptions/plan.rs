//! The plan of a hotel as `app.plan_summary` tells it: what gates ask before any work.

use std::collections::HashMap;

use serde::Deserialize;
use tokio_postgres::types::{FromSql, Json, Type};

use crate::auth::Permissions;
use crate::organizations::SubscriptionStatus;

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// What a plan may have or lack.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, poem_openapi::Enum)]
        pub enum Feature { $($(#[$doc])* #[oai(rename = $name)] $variant),* }

        impl Feature {
            /// All of them.
            pub const ALL: &[Feature] = &[$(Feature::$variant),*];

            /// Its name in the API and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Feature::$variant => $name),* }
            }
        }
    };
}

features! {
    /// Conversations on WhatsApp.
    WhatsappIntegration "whatsappIntegration";
    /// Conversations by SMS.
    SmsIntegration "smsIntegration";
    /// Conversations by e-mail.
    EmailIntegration "emailIntegration";
    /// Messages written by a machine.
    AiAutomation "aiAutomation";
    /// Workflows.
    WorkflowAutomation "workflowAutomation";
    /// Figures beyond the usage of the plan.
    AdvancedAnalytics "advancedAnalytics";
    /// A look of the hotel's own.
    CustomBranding "customBranding";
    /// API keys.
    ApiAccess "apiAccess";
    /// More than one property.
    MultiPropertyManagement "multiPropertyManagement";
}

/// What a hotel's plan comes to at the moment it was asked for.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The tier.
    pub tier: String,
    /// What the subscription is in.
    pub status: SubscriptionStatus,
    /// The permissions that count at all in that status.
    pub permissions: Permissions,
    /// In how many seconds the plan is another by itself, where it will be.
    pub seconds_left: Option<f64>,
    features: HashMap<String, bool>,
}

impl Plan {
    /// Whether the plan has a feature. One that nobody knows it does not have.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.get(feature.name()).copied().unwrap_or(false)
    }
}

/// The JSON of `app.plan_summary`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    tier: String,
    status: String,
    permissions: Option<Vec<String>>,
    features: HashMap<String, bool>,
    seconds_left: Option<f64>,
}

impl<'a> FromSql<'a> for Plan {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let Json(summary) = <Json<Summary> as FromSql>::from_sql(kind, raw)?;
        let permissions = summary.permissions;
        Ok(Plan {
            tier: summary.tier,
            status: SubscriptionStatus::from_sql(&Type::TEXT, summary.status.as_bytes())?,
            permissions: permissions
                .map_or_else(Permissions::all, |held| Permissions::named(held.iter().map(String::as_str))),
            seconds_left: summary.seconds_left,
            features: summary.features,
        })
    }

    fn accepts(kind: &Type) -> bool {
        <Json<Summary> as FromSql>::accepts(kind)
    }
}
