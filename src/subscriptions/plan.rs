//! The plan of a hotel as `app.plan_summary` tells it: what gates ask before any work.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio_postgres::types::{FromSql, Json, Type};

use crate::auth::Permissions;
use crate::error::ApiError;
use crate::organizations::SubscriptionStatus;
use crate::subscriptions::Limit;

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

impl Feature {
    /// What the plan has to have for a hotel to set a setting of that name to something.
    /// `app.gate_settings` knows the same ones.
    pub fn of_setting(name: &str) -> Option<Feature> {
        match name {
            "workflows" => Some(Feature::WorkflowAutomation),
            "branding" => Some(Feature::CustomBranding),
            _ => None,
        }
    }
}

/// What a hotel's plan comes to at the moment it was asked for. As small as can be: one is remembered of every caller of
/// ten thousand hotels.
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
    limits: [Option<i64>; Limit::ALL.len()],
    features: [bool; Feature::ALL.len()],
    /// The tiers that have a feature, by its name; read when a feature is refused.
    available_in: Box<RawValue>,
}

impl Plan {
    /// How much the plan allows of something; `None`: as much as one likes. What the database counts is held there
    /// (`app.plan_limit`); this is for what only the server can.
    pub fn limit(&self, limit: Limit) -> Option<i64> {
        self.limits[limit as usize]
    }

    /// Whether the plan has a feature. One that nobody knows it does not have.
    pub fn has(&self, feature: Feature) -> bool {
        self.features[feature as usize]
    }

    /// Goes on only where the plan has the feature. The database asks again where a row
    /// depends on it (`app.require_feature`), and refuses in the same words.
    ///
    /// # Errors
    /// 403 `feature_not_available`, with the tier and the tiers that have the feature.
    pub fn require(&self, feature: Feature) -> Result<(), ApiError> {
        if self.has(feature) {
            return Ok(());
        }
        let available_in: HashMap<String, Vec<String>> =
            serde_json::from_str(self.available_in.get()).map_err(ApiError::internal)?;
        let tiers = available_in.get(feature.name()).map_or(&[][..], Vec::as_slice);
        Err(ApiError::feature_not_available(feature.name(), &self.tier, tiers))
    }
}

/// The JSON of `app.plan_summary`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    tier: String,
    status: String,
    permissions: Option<Vec<String>>,
    limits: HashMap<String, Option<i64>>,
    features: HashMap<String, bool>,
    available_in: Box<RawValue>,
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
            limits: std::array::from_fn(|number| summary.limits.get(Limit::ALL[number].name()).copied().flatten()),
            features: std::array::from_fn(|number| {
                summary.features.get(Feature::ALL[number].name()).copied().unwrap_or(false)
            }),
            available_in: summary.available_in,
        })
    }

    fn accepts(kind: &Type) -> bool {
        <Json<Summary> as FromSql>::accepts(kind)
    }
}
