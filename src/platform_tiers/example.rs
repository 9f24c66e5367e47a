//! Example answers, for the document.

use poem_openapi::types::{Example, MaybeUndefined};
use rust_decimal::Decimal;

use super::PlatformTierPatch;
use crate::subscriptions::{TierFeaturesPatch, TierLimitsPatch};

impl Example for PlatformTierPatch {
    fn example() -> Self {
        PlatformTierPatch {
            limits: MaybeUndefined::Value(TierLimitsPatch {
                max_users: MaybeUndefined::Value(8),
                ..TierLimitsPatch::default()
            }),
            features: MaybeUndefined::Value(TierFeaturesPatch {
                sms_integration: MaybeUndefined::Value(true),
                ..TierFeaturesPatch::default()
            }),
            monthly_price: MaybeUndefined::Value(Decimal::new(5_900, 2)),
            overage_price: MaybeUndefined::Value(Decimal::new(250, 2)),
            currency: MaybeUndefined::Value("EUR".into()),
        }
    }
}
