//! The body of an error.

use chrono::{DateTime, Utc};
use poem_openapi::Object;

use crate::organizations::SubscriptionStatus;

/// One field of a request that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FieldError {
    /// Where it is: a JSON pointer into the body (`/email`), or the name of the
    /// parameter or header.
    #[oai(validator(max_length = 200))]
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

/// An error, as RFC 9457 describes it.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Problem {
    /// `urn:stayzr:problem:<code>`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The same sentence for every error of this code; where a feature is missing, it names
    /// the feature.
    pub title: String,
    /// The status of the response.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// `urn:stayzr:request:<request id>`: names this occurrence in the server's log.
    pub instance: String,
    /// The stable name of the error; write programs against this.
    pub code: String,
    /// What errors of this code tell besides.
    #[oai(flatten)]
    pub extensions: Extensions,
    /// The fields that were refused, where the request was invalid.
    pub errors: Option<Vec<FieldError>>,
}

/// The members that errors of some codes have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Extensions {
    /// The feature that is missing, where one is.
    pub feature: Option<String>,
    /// The tier of the hotel, where its plan is what refuses.
    pub current_tier: Option<String>,
    /// The tiers on offer that would allow it, cheapest first, where the plan is what refuses.
    pub available_in: Option<Vec<String>>,
    /// What there is too much of, where a limit of the plan refuses: `users`, `guests`,
    /// `conversations`, `messages` or `storage`.
    pub resource: Option<String>,
    /// How many of it the plan allows; of storage, bytes.
    pub limit: Option<i64>,
    /// How many there are.
    pub used: Option<i64>,
    /// How many more this would have been.
    pub requested: Option<i64>,
    /// When the count begins anew, where it does.
    pub period_end: Option<DateTime<Utc>>,
    /// What the subscription is in, where that is what refuses.
    pub subscription_status: Option<SubscriptionStatus>,
}
