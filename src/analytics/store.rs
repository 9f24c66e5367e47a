//! Statements that count.

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::{MessageAnalytics, MessageCount};
use crate::conversations::Channel;
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::messages::SenderType;

impl FromRow for MessageAnalytics {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let dates: Vec<NaiveDate> = row.try_get("dates")?;
        let channels: Vec<Channel> = row.try_get("channels")?;
        let sender_types: Vec<SenderType> = row.try_get("sender_types")?;
        let messages: Vec<i64> = row.try_get("messages")?;
        let counted = dates.into_iter().zip(channels).zip(sender_types).zip(messages);
        Ok(MessageAnalytics {
            from: row.try_get("first_day")?,
            to: row.try_get("last_day")?,
            time_zone: row.try_get("time_zone")?,
            counts: counted
                .map(|(((date, channel), sender_type), messages)| MessageCount { date, channel, sender_type, messages })
                .collect(),
        })
    }
}

/// The messages of those days that the caller sees. Without days, of the last ones where the
/// hotel is.
///
/// Who sees the whole hotel has its messages counted along an index of their time. For
/// everybody else the policy would have to be asked about each of those, so their
/// conversations come first, each way in by an index of its own, as in lists.
pub(super) async fn messages(
    scope: &TenantScope,
    days: Option<(NaiveDate, NaiveDate)>,
) -> Result<MessageAnalytics, ApiError> {
    let sql = if scope.context().sees_all() {
        include_str!("../../sql/queries/analytics/messages.sql")
    } else {
        include_str!("../../sql/queries/analytics/messages_in_scope.sql")
    };
    scope.one(sql, &[&days.map(|(first, _)| first), &days.map(|(_, last)| last)]).await
}
