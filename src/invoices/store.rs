//! Statements on a hotel's own invoices.

use chrono::{DateTime, Utc};
use postgres_types::Json;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Days, Invoice, InvoiceDetails, InvoiceStatus};
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};
use crate::subscriptions::Period;

impl FromRow for Invoice {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Invoice {
            id: row.try_get("id")?,
            number: row.try_get("number")?,
            status: row.try_get("status")?,
            billed_to: row.try_get("billed_to")?,
            time_zone: row.try_get("time_zone")?,
            tier: row.try_get("tier")?,
            tier_version: row.try_get("tier_version")?,
            period: Period { starts_at: row.try_get("period_start")?, ends_at: row.try_get("period_end")? },
            currency: row.try_get("currency")?,
            subtotal: row.try_get("subtotal")?,
            total: row.try_get("total")?,
            opened_at: row.try_get("opened_at")?,
            due_at: row.try_get("due_at")?,
            paid_at: row.try_get("paid_at")?,
            voided_at: row.try_get("voided_at")?,
            void_reason: row.try_get("void_reason")?,
            version: row.try_get("version")?,
        })
    }
}

impl FromRow for InvoiceDetails {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(InvoiceDetails {
            invoice: Invoice::from_row(row)?,
            lines: row.try_get::<_, Json<_>>("lines")?.0,
            days: Days {
                first: row.try_get("first_day")?,
                last: row.try_get("last_day")?,
                opened: row.try_get("opened_day")?,
                due: row.try_get("due_day")?,
            },
        })
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    status: Option<InvoiceStatus>,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Invoice>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "invoices_list", &status, limit, after)?;
    let sql = include_str!("../../sql/queries/invoices/list.sql");
    let invoices = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &status]).await?;
    Ok(page.close(invoices, |invoice: &Invoice| (invoice.period.starts_at, invoice.id), |invoice| invoice))
}

pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<InvoiceDetails>, ApiError> {
    scope.optional(include_str!("../../sql/queries/invoices/get.sql"), &[&id]).await
}
