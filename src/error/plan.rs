//! What a hotel's plan, or what its subscription is in, does not allow: the errors, and how the
//! functions of the database word them.

use chrono::{DateTime, Utc};
use poem_openapi::types::ParseFromJSON;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ApiError, Code, Extensions};
use crate::organizations::SubscriptionStatus;

impl ApiError {
    /// 403: the hotel's plan, of that tier, does not have the feature; those tiers have it.
    pub fn feature_not_available(feature: &str, current_tier: &str, available_in: &[String]) -> Self {
        let offers = match available_in {
            [] => "no tier on offer has it".to_owned(),
            tiers => format!("these tiers have it: {}", tiers.join(", ")),
        };
        let detail = format!("The hotel's plan, {current_tier}, does not have {feature}; {offers}.");
        ApiError::new(Code::FeatureNotAvailable).detail(detail).telling(Extensions {
            feature: Some(feature.to_owned()),
            current_tier: Some(current_tier.to_owned()),
            available_in: Some(available_in.to_vec()),
            ..Extensions::default()
        })
    }

    /// 403: the caller may, and the hotel may not any more, because of what its subscription is in.
    pub fn subscription_restricted(status: SubscriptionStatus) -> Self {
        let error = ApiError::new(Code::SubscriptionRestricted).detail(status.restriction());
        error.telling(Extensions { subscription_status: Some(status), ..Extensions::default() })
    }

    /// The same with members of its own.
    fn telling(mut self, extensions: Extensions) -> Self {
        self.extensions = Some(Box::new(extensions));
        self
    }
}

/// The detail of SQLSTATE SZ002, as `app.require_feature` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MissingFeature {
    current_tier: String,
    available_in: Vec<String>,
}

pub(super) fn missing_feature(feature: Option<&str>, detail: Option<&str>) -> ApiError {
    match (feature, read(detail)) {
        (Some(feature), Some(MissingFeature { current_tier, available_in })) => {
            ApiError::feature_not_available(feature, &current_tier, &available_in)
        }
        _ => ApiError::new(Code::Internal),
    }
}

/// The detail of SQLSTATE SZ006, as `app.settle_usage` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Restricted {
    subscription_status: serde_json::Value,
}

pub(super) fn restricted(detail: Option<&str>) -> ApiError {
    let status = read::<Restricted>(detail)
        .and_then(|restricted| SubscriptionStatus::parse_from_json(Some(restricted.subscription_status)).ok());
    status.map_or_else(|| ApiError::new(Code::Internal), ApiError::subscription_restricted)
}

/// The detail of SQLSTATE SZ001, as `app.refuse_usage` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exceeded {
    resource: String,
    limit: i64,
    used: i64,
    requested: i64,
    period_end: Option<DateTime<Utc>>,
    current_tier: String,
    available_in: Vec<String>,
}

impl Exceeded {
    fn code(&self) -> Code {
        match &*self.resource {
            "users" => Code::UsersLimitExceeded,
            "guests" => Code::GuestsLimitExceeded,
            "conversations" => Code::ConversationsLimitExceeded,
            "messages" => Code::MessagesLimitExceeded,
            "storage" => Code::StorageLimitExceeded,
            _ => Code::Internal,
        }
    }

    fn sentence(&self) -> String {
        let Exceeded { limit, used, requested, .. } = self;
        let left = limit.saturating_sub(*used).max(0);
        let unit = match &*self.resource {
            "storage" => "bytes of storage",
            "conversations" => "active conversations",
            name => name,
        };
        let anew = match self.period_end {
            Some(end) => format!(" They are counted anew from {} on.", end.format("%Y-%m-%dT%H:%M:%SZ")),
            None => String::new(),
        };
        format!("The plan allows {limit} {unit} and {left} are left; this would be {requested} more.{anew}")
    }
}

pub(super) fn limit_exceeded(detail: Option<&str>) -> ApiError {
    let Some(exceeded) = read::<Exceeded>(detail) else {
        return ApiError::new(Code::Internal);
    };
    ApiError::new(exceeded.code()).detail(exceeded.sentence()).telling(Extensions {
        resource: Some(exceeded.resource),
        limit: Some(exceeded.limit),
        used: Some(exceeded.used),
        requested: Some(exceeded.requested),
        period_end: exceeded.period_end,
        current_tier: Some(exceeded.current_tier),
        available_in: Some(exceeded.available_in),
        ..Extensions::default()
    })
}

fn read<T: DeserializeOwned>(detail: Option<&str>) -> Option<T> {
    detail.and_then(|detail| serde_json::from_str(detail).ok())
}
