//! Example answers, for the document.

use poem_openapi::types::Example;

use super::{InvoiceReason, PlatformInvoice};
use crate::invoices::Invoice;

impl Example for PlatformInvoice {
    fn example() -> Self {
        PlatformInvoice { organization_id: 2, invoice: Invoice::example() }
    }
}

impl Example for InvoiceReason {
    fn example() -> Self {
        InvoiceReason { reason: "Transfer of the 3rd, reference 4711".into() }
    }
}
