//! Who collects the money: a seam.
//!
//! No card and no account is known here. A provider that is given to [`super::close`] is told of each invoice after the
//! transaction that opened it, and says through the operations of super admins that one is paid.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// An invoice that was just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedInvoice {
    /// Its id.
    pub id: Uuid,
    /// The hotel.
    pub organization_id: i32,
    /// Its number.
    pub number: i64,
    /// The currency.
    pub currency: String,
    /// What is owed.
    pub total: Decimal,
    /// By when.
    pub due_at: DateTime<Utc>,
}

/// Collects what hotels owe.
pub trait PaymentProvider: Send + Sync {
    /// An invoice was opened. It is told at most once, and not at all where the server dies right then: a provider that
    /// must not miss one asks for those that are open. What goes wrong is for the provider's own log; the invoice stays
    /// open.
    fn opened<'a>(&'a self, invoice: &'a OpenedInvoice) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// Nobody: hotels pay by transfer, and super admins say so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProvider;

impl PaymentProvider for NoProvider {
    fn opened<'a>(&'a self, _invoice: &'a OpenedInvoice) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(std::future::ready(()))
    }
}
