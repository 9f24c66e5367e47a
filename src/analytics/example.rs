//! Example answers, for the document.

use chrono::NaiveDate;
use poem_openapi::types::Example;

use super::{MessageAnalytics, MessageCount};
use crate::conversations::Channel;
use crate::messages::SenderType;

impl Example for MessageAnalytics {
    fn example() -> Self {
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap_or_default();
        let count = |date, sender_type, messages| MessageCount { date, channel: Channel::Sms, sender_type, messages };
        MessageAnalytics {
            from: day(1),
            to: day(30),
            time_zone: "Europe/Berlin".into(),
            counts: vec![count(day(1), SenderType::Guest, 12), count(day(1), SenderType::Staff, 9)],
        }
    }
}
