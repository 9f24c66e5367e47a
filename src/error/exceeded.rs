//! A limit of the plan that a write would have gone beyond.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{ApiError, Code};

/// The detail of SQLSTATE SZ001, as `app.refuse_usage` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exceeded {
    pub resource: String,
    pub limit: i64,
    pub used: i64,
    pub requested: i64,
    pub period_end: Option<DateTime<Utc>>,
    pub available_in: Vec<String>,
}

impl Exceeded {
    /// The code of the resource.
    pub fn code(&self) -> Code {
        match &*self.resource {
            "users" => Code::UsersLimitExceeded,
            "guests" => Code::GuestsLimitExceeded,
            "conversations" => Code::ConversationsLimitExceeded,
            "messages" => Code::MessagesLimitExceeded,
            "storage" => Code::StorageLimitExceeded,
            _ => Code::Internal,
        }
    }

    /// What happened, for a person to read.
    pub fn sentence(&self) -> String {
        let Exceeded { limit, used, requested, .. } = self;
        let left = limit.saturating_sub(*used).max(0);
        let when = match self.period_end {
            Some(end) => format!(" They are counted anew from {} on.", end.format("%Y-%m-%dT%H:%M:%SZ")),
            None => String::new(),
        };
        match &*self.resource {
            "storage" => format!("{requested} bytes do not fit: the plan allows {limit}, and {left} are left."),
            name => {
                format!("This would be {requested} more: the plan allows {limit} {name}, and {left} are left.{when}")
            }
        }
    }
}

impl ApiError {
    /// 403: a limit of the plan. An internal error where the detail is not what we write.
    pub(super) fn limit_exceeded(detail: &str) -> Self {
        match serde_json::from_str::<Exceeded>(detail) {
            Ok(exceeded) => {
                let error = ApiError::new(exceeded.code()).detail(exceeded.sentence());
                ApiError { exceeded: Some(Box::new(exceeded)), ..error }
            }
            Err(error) => ApiError::internal(error),
        }
    }
}
