//! Figures about a hotel's work.

mod api;
mod example;
mod store;

use chrono::NaiveDate;
use poem_openapi::Object;

pub use api::AnalyticsApi;

use crate::conversations::Channel;
use crate::messages::SenderType;

/// How many messages there were, day by day.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct MessageAnalytics {
    /// The first day that is counted.
    pub from: NaiveDate,
    /// The last day that is counted.
    pub to: NaiveDate,
    /// Where the hotel is: its days begin at midnight there.
    pub time_zone: String,
    /// By day, channel and sender, in that order. Where there were none, there is no row.
    pub counts: Vec<MessageCount>,
}

/// How many messages there were on a day.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct MessageCount {
    /// The day.
    pub date: NaiveDate,
    /// The channel of their conversations.
    pub channel: Channel,
    /// Who wrote them.
    pub sender_type: SenderType,
    /// How many.
    pub messages: i64,
}
