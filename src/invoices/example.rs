//! Example answers, for the document.

use chrono::{DateTime, TimeDelta};
use poem_openapi::types::Example;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Invoice, InvoiceStatus};
use crate::money::Money;
use crate::subscriptions::Period;

impl Example for Invoice {
    fn example() -> Self {
        let starts_at = DateTime::from_timestamp(1_780_272_000, 0).unwrap_or_default();
        let ends_at = starts_at + TimeDelta::days(30);
        Invoice {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0042),
            number: 1042,
            status: InvoiceStatus::Open,
            billed_to: "Grand Plaza".into(),
            time_zone: "Europe/Berlin".into(),
            tier: "professional".into(),
            tier_version: 1,
            period: Period { starts_at, ends_at },
            currency: "EUR".into(),
            subtotal: Money(Decimal::new(19_900, 2)),
            total: Money(Decimal::new(17_413, 2)),
            opened_at: ends_at + TimeDelta::minutes(4),
            due_at: ends_at + TimeDelta::minutes(4) + TimeDelta::days(14),
            paid_at: None,
            voided_at: None,
            void_reason: None,
            version: 2,
        }
    }
}
