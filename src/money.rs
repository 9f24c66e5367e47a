//! Amounts of money.

use poem_openapi::NewType;
use poem_openapi::types::ToJSON;
use postgres_types::FromSql;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

/// An amount in a currency that is told beside it. It is written with the decimals it has,
/// which the database gives it (`app.round_money`): "49.00", not "49".
#[derive(Debug, Clone, Copy, PartialEq, Eq, NewType, Deserialize, FromSql)]
#[oai(to_json = false, to_header = false, from_parameter = false, from_multipart = false)]
#[postgres(transparent)]
pub struct Money(pub Decimal);

impl ToJSON for Money {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}
