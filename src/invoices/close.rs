//! Closing periods: the job of every server, and `stayzr invoices close`.
//!
//! The rules are in `sql/functions/invoices.sql`. Each period of a hotel is a transaction of its own, so what is done
//! stays done, and any number may do this at once.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::payment::{OpenedInvoice, PaymentProvider};
use crate::db::{DbError, FromRow};

/// Hotels asked for at a time.
const PAGE: i64 = 100;

/// What became of the periods that were over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closed {
    /// How many were closed.
    pub periods: u64,
    /// How many invoices that made. In some periods nothing is due.
    pub invoices: u64,
    /// How many hotels could not be invoiced, and are tried again the next time.
    pub failed: u64,
}

/// A hotel of which a period is over.
struct Due(DateTime<Utc>, i32);

impl FromRow for Due {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Due(row.try_get("period_end")?, row.try_get("organization_id")?))
    }
}

impl FromRow for OpenedInvoice {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(OpenedInvoice {
            id: row.try_get("id")?,
            organization_id: row.try_get("organization_id")?,
            number: row.try_get("number")?,
            currency: row.try_get("currency")?,
            total: row.try_get("total")?,
            due_at: row.try_get("due_at")?,
        })
    }
}

/// Closes every period that is over, hotel by hotel, and tells the provider of each invoice. `client` is
/// `stayzr_platform`, or an administrator. A hotel that cannot be invoiced is in the log, and in nobody's way.
///
/// # Errors
/// When the database cannot be reached any more.
pub async fn close(client: &Client, provider: &dyn PaymentProvider) -> Result<Closed, DbError> {
    let mut closed = Closed::default();
    let mut after = Due(DateTime::UNIX_EPOCH, 0);
    loop {
        let sql = include_str!("../../sql/queries/invoices/due.sql");
        let rows = client.query(sql, &[&PAGE, &after.0, &after.1]).await?;
        for row in &rows {
            after = Due::from_row(row)?;
            let Due(_, organization_id) = after;
            if let Err(error) = close_hotel(client, organization_id, provider, &mut closed).await {
                if client.is_closed() {
                    return Err(error);
                }
                closed.failed += 1;
                tracing::error!(organization_id, %error, "the hotel could not be invoiced");
            }
        }
        if rows.is_empty() {
            return Ok(closed);
        }
    }
}

/// One period after the other, until none of the hotel's is over.
async fn close_hotel(
    client: &Client,
    organization_id: i32,
    provider: &dyn PaymentProvider,
    closed: &mut Closed,
) -> Result<(), DbError> {
    loop {
        let sql = include_str!("../../sql/queries/invoices/close.sql");
        let rows = client.query(sql, &[&organization_id]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        closed.periods += 1;
        for row in rows {
            let Some(id) = row.try_get::<_, Option<Uuid>>("invoice_id")? else { continue };
            closed.invoices += 1;
            let row = client.query_one(include_str!("../../sql/queries/invoices/opened.sql"), &[&id]).await?;
            provider.opened(&OpenedInvoice::from_row(&row)?).await;
        }
    }
}
