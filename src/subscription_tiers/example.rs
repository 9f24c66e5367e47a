//! Example answers, for the document.

use poem_openapi::types::Example;
use rust_decimal::Decimal;

use super::SubscriptionTier;
use crate::money::Money;
use crate::subscriptions::example;

impl Example for SubscriptionTier {
    fn example() -> Self {
        SubscriptionTier {
            name: "starter".into(),
            rank: 1,
            version: 2,
            limits: example::limits(),
            features: example::features(),
            monthly_price: Money(Decimal::new(4_900, 2)),
            overage_price: Some(Money(Decimal::new(250, 2))),
            currency: "EUR".into(),
        }
    }
}
