//! Statements on invoices, across hotels. What is done to one is on record in its hotel's log.

use tokio_postgres::Row;
use uuid::Uuid;

use super::PlatformInvoice;
use crate::db::{FromRow, PlatformScope};
use crate::error::{ApiError, Code};
use crate::http::{Listed, Page};
use crate::invoices::{Invoice, InvoiceStatus};

impl FromRow for PlatformInvoice {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformInvoice { organization_id: row.try_get("organization_id")?, invoice: Invoice::from_row(row)? })
    }
}

pub(super) async fn list(
    scope: &PlatformScope,
    status: Option<InvoiceStatus>,
    organization_id: Option<i32>,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformInvoice>, ApiError> {
    let filters = (status, organization_id);
    let page = Page::<i64>::open(scope, "platform_invoices_list", &filters, limit, after)?;
    let invoices = match organization_id {
        Some(hotel) => {
            let sql = include_str!("../../sql/queries/platform_invoices/list_by_organization.sql");
            let scope = scope.about(hotel);
            scope.many(sql, &[&page.rows(), page.after_key(), &page.after_id(), &status, &hotel]).await?
        }
        None => {
            let sql = include_str!("../../sql/queries/platform_invoices/list.sql");
            scope.many(sql, &[&page.rows(), page.after_key(), &page.after_id(), &status]).await?
        }
    };
    Ok(page.close(invoices, |one: &PlatformInvoice| (one.invoice.number, one.invoice.id), |one| one))
}

/// Says that it is paid; one that is paid stays as it is.
pub(super) async fn pay(scope: &PlatformScope, id: Uuid, reason: &str) -> Result<PlatformInvoice, ApiError> {
    let sql = include_str!("../../sql/queries/platform_invoices/pay.sql");
    let scope = scope.about_invoice(id).because(reason);
    ended_or_same(&scope, id, scope.optional(sql, &[&id]).await?, InvoiceStatus::Paid).await
}

/// Makes it void; one that is void stays as it is, and void for the reason it was.
pub(super) async fn void(scope: &PlatformScope, id: Uuid, reason: &str) -> Result<PlatformInvoice, ApiError> {
    let sql = include_str!("../../sql/queries/platform_invoices/void.sql");
    let scope = scope.about_invoice(id).because(reason);
    ended_or_same(&scope, id, scope.optional(sql, &[&id, &reason]).await?, InvoiceStatus::Void).await
}

/// The invoice as it is, where it was not open: done twice is done once.
async fn ended_or_same(
    scope: &PlatformScope,
    id: Uuid,
    ended: Option<PlatformInvoice>,
    wanted: InvoiceStatus,
) -> Result<PlatformInvoice, ApiError> {
    if let Some(ended) = ended {
        return Ok(ended);
    }
    let sql = include_str!("../../sql/queries/platform_invoices/get.sql");
    match scope.optional::<PlatformInvoice>(sql, &[&id]).await? {
        Some(there) if there.invoice.status == wanted => Ok(there),
        Some(_) => Err(ApiError::new(Code::InvoiceClosed)),
        None => Err(ApiError::new(Code::InvoiceNotFound)),
    }
}
