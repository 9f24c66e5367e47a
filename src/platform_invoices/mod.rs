//! The invoices of every hotel, and what super admins do with them.

mod api;
mod example;
mod store;

use poem_openapi::Object;

pub use api::PlatformInvoicesApi;

use crate::http::Resource;
use crate::invoices::Invoice;

/// An invoice of a hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformInvoice {
    /// The hotel.
    pub organization_id: i32,
    /// As the hotel sees it.
    #[oai(flatten)]
    pub invoice: Invoice,
}

impl Resource for PlatformInvoice {
    fn version(&self) -> i32 {
        self.invoice.version
    }

    fn path(&self) -> String {
        format!("/v1/platform/invoices/{}", self.invoice.id)
    }
}

/// What was done with an invoice, and why.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct InvoiceReason {
    /// Why, or by what: the hotel's administrators read it in their audit log, and on an invoice that is void.
    #[oai(validator(min_length = 3, max_length = 500))]
    pub reason: String,
}
