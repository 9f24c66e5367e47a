//! `/v1/analytics`

use chrono::{Datelike, Days, NaiveDate};
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

use super::{MessageAnalytics, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::ApiError;
use crate::http::{List, Refusal};
use crate::subscriptions::Feature;

/// So many days at most are counted at once.
const DAYS_MAX: i64 = 92;
/// So many unless said otherwise, the first and the last among them.
const DAYS_APART: Days = Days::new(29);

/// The operations that count.
pub struct AnalyticsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Analytics")]
impl AnalyticsApi {
    /// Count messages
    ///
    /// Day by day, by channel and sender, those of the conversations that the caller sees.
    /// Thirty days: up to today, where neither `from` nor `to` is said.
    /// Feature: `advancedAnalytics`. Permission: `analytics.read`.
    #[oai(path = "/analytics/messages", method = "get", operation_id = "analytics_messages")]
    async fn messages(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The first day, such as `2026-06-01`, where the hotel is.
        from: Query<Option<NaiveDate>>,
        /// The last day; at most 92 days are counted.
        to: Query<Option<NaiveDate>>,
    ) -> Result<Json<MessageAnalytics>, Refusal<List>> {
        caller.require(Permission::AnalyticsRead)?;
        caller.require_feature(Feature::AdvancedAnalytics)?;
        Ok(Json(store::messages(&scope, days(from.0, to.0)?).await?))
    }
}

/// The days from the first to the last; none where the hotel's calendar decides.
fn days(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Option<(NaiveDate, NaiveDate)>, ApiError> {
    for (name, day) in [("from", from), ("to", to)] {
        // PostgreSQL's calendar and chrono's end elsewhere.
        if day.is_some_and(|day| !(1970..=9999).contains(&day.year())) {
            return Err(ApiError::invalid(name, "Between 1970-01-01 and 9999-12-31."));
        }
    }
    let days = match (from, to) {
        (None, None) => return Ok(None),
        (Some(first), None) => (first, first.checked_add_days(DAYS_APART)),
        (None, Some(last)) => (last.checked_sub_days(DAYS_APART).unwrap_or(last), Some(last)),
        (Some(first), Some(last)) => (first, Some(last)),
    };
    let (first, last) = (days.0, days.1.unwrap_or(days.0));
    match (last - first).num_days() {
        ..0 => Err(ApiError::invalid("to", "This is before `from`.")),
        DAYS_MAX.. => Err(ApiError::invalid("to", format!("At most {DAYS_MAX} days are counted at once."))),
        _ => Ok(Some((first, last))),
    }
}
