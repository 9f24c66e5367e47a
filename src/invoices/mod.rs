//! What hotels owe, period by period.
//!
//! What is charged and how it is rounded is in `sql/functions/period_lines.sql` and `sql/functions/money.sql`; that a
//! period is invoiced once, and numbered without a gap, in `sql/functions/invoices.sql`.

mod api;
mod close;
pub(crate) mod example;
mod page;
mod payment;
pub(crate) mod store;

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use rust_decimal::Decimal;
use serde::Deserialize;

pub use api::InvoicesApi;
pub use close::{Closed, close};
pub use payment::{NoProvider, OpenedInvoice, PaymentProvider};
use uuid::Uuid;

use crate::http::Resource;
use crate::money::Money;
use crate::subscriptions::Period;
use crate::text_enum::text_enum;

text_enum! {
    /// What became of an invoice.
    InvoiceStatus {
        /// It is owed.
        Open "open",
        /// It was paid.
        Paid "paid",
        /// It is not owed any more. Its number stays taken.
        Void "void",
    }
}

/// What a hotel owes for a period. Once it is open it is only paid or void, and never changes otherwise.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Invoice {
    /// Its id.
    pub id: Uuid,
    /// Its number: one after the other over the whole platform, without a gap.
    pub number: i64,
    /// What became of it.
    pub status: InvoiceStatus,
    /// The name of the hotel when it was made.
    pub billed_to: String,
    /// Where the hotel's days begin.
    pub time_zone: String,
    /// The tier in force when the period began.
    pub tier: String,
    /// Which version of it.
    pub tier_version: i32,
    /// What it is for.
    pub period: Period,
    /// The currency of every amount, as ISO 4217 has it.
    pub currency: String,
    /// Before discounts.
    pub subtotal: Money,
    /// What is owed: the sum of the lines, exactly.
    pub total: Money,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it is to be paid by.
    pub due_at: DateTime<Utc>,
    /// When it was paid.
    #[oai(nullable)]
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was made void.
    #[oai(nullable)]
    pub voided_at: Option<DateTime<Utc>>,
    /// Why.
    #[oai(nullable)]
    pub void_reason: Option<String>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

/// An invoice with what it is made of.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct InvoiceDetails {
    /// The invoice.
    #[oai(flatten)]
    pub invoice: Invoice,
    /// What it is made of, in order.
    pub lines: Vec<InvoiceLine>,
    /// Its days as the hotel's calendar has them, for the page.
    #[oai(skip)]
    pub days: Days,
}

/// The days of an invoice.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Of the period.
    pub first: NaiveDate,
    /// Of the period.
    pub last: NaiveDate,
    /// It was opened on.
    pub opened: NaiveDate,
    /// It is to be paid by.
    pub due: NaiveDate,
}

impl Resource for InvoiceDetails {
    fn version(&self) -> i32 {
        self.invoice.version
    }

    fn path(&self) -> String {
        format!("/v1/organization/invoices/{}", self.invoice.id)
    }
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum, Deserialize)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum InvoiceLineKind {
    /// The month of the tier in force when the period began, or what was left of it when the hotel began to pay.
    Plan,
    /// A change of tier within the period; below zero, a credit.
    Proration,
    /// Messages beyond the limit of the plan.
    Overage,
    /// What is taken off plan and prorations; below zero.
    Discount,
}

/// A part of an invoice.
#[derive(Debug, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLine {
    /// What it is for.
    pub kind: InvoiceLineKind,
    /// In words.
    pub description: String,
    /// How many; of a discount which part.
    pub quantity: Decimal,
    /// What one costs, exactly: it may be finer than the currency.
    pub unit_price: Decimal,
    /// Quantity times price, rounded to the minor unit of the currency, halves away from zero.
    pub amount: Money,
}
