//! Money as PostgreSQL rounds it, against the same rules worked out elsewhere.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::support::{Chance, World};

const ROUNDS: usize = 3_000;
const CURRENCIES: [(&str, u32); 14] = [
    ("EUR", 2),
    ("USD", 2),
    ("GBP", 2),
    ("HUF", 2),
    ("JPY", 0),
    ("KRW", 0),
    ("VND", 0),
    ("CLP", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("KWD", 3),
    ("JOD", 3),
    ("TND", 3),
];

fn rounded(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_rounded_to_the_minor_unit_halves_away_from_zero() {
    let world = World::new().await;
    let admin = world.admin().await;
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let mut chance = Chance::new(seed);
    let round = admin.prepare("select app.round_money($1, $2)").await.unwrap();
    for number in 0..ROUNDS {
        let (currency, digits) = CURRENCIES[chance.below(14) as usize];
        // A third of them exactly between two units.
        let mut units = i128::from(chance.below(20_000_000_000)) - 10_000_000_000;
        let scale = if number % 3 == 0 {
            units = units * 10 + 5;
            digits + 1
        } else {
            chance.below(9) as u32
        };
        let amount = Decimal::from_i128_with_scale(units, scale);
        let got: Decimal = admin.query_one(&round, &[&amount, &currency]).await.unwrap().get(0);
        assert_eq!((got, got.scale()), (rounded(amount, digits), digits), "{amount} {currency}");
        // What is charged and what takes it back are the same number.
        let back: Decimal = admin.query_one(&round, &[&-amount, &currency]).await.unwrap().get(0);
        assert_eq!(back, -got, "{amount} {currency}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proration_is_the_share_of_the_period_that_is_left() {
    let world = World::new().await;
    let admin = world.admin().await;
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let mut chance = Chance::new(seed);
    let prorate = admin.prepare("select app.proration($1, $2, $3, $4, $5, $6)").await.unwrap();
    for number in 0..ROUNDS {
        let (currency, digits) = CURRENCIES[chance.below(14) as usize];
        let mut price = || Decimal::new(chance.below(100_000_000) as i64, digits);
        let (old, new) = (price(), price());
        let starts_at: DateTime<Utc> =
            DateTime::from_timestamp(1_760_000_000 + chance.below(100_000_000) as i64, 0).unwrap();
        let days = 28 + chance.below(4) as i64;
        let ends_at = starts_at + TimeDelta::days(days);
        let total = (ends_at - starts_at).num_microseconds().unwrap();
        // Some at the very ends, some at whole parts of it, where halves are made.
        let gone = match number % 4 {
            0 => [0, total][chance.below(2) as usize],
            1 => total / 8 * chance.below(8) as i64,
            _ => chance.below(total as u64) as i64,
        };
        let moment = starts_at + TimeDelta::microseconds(gone);
        let got: Decimal =
            admin.query_one(&prorate, &[&old, &new, &currency, &starts_at, &ends_at, &moment]).await.unwrap().get(0);
        // In whole numbers, which lose nothing: units times microseconds, halves away from zero.
        let units =
            ((new - old) * Decimal::from(10_i64.pow(digits))).mantissa() / 10_i128.pow(scale_of(new - old, digits));
        let product = units * i128::from(total - gone);
        let half = i128::from(total) * product.signum();
        let exact = (2 * product + half) / (2 * i128::from(total));
        assert_eq!(
            got,
            Decimal::from_i128_with_scale(exact, digits),
            "{old} to {new} {currency}, {gone} of {total} gone"
        );
        assert_eq!(got.scale(), digits);
        let decimal = rounded((new - old) * Decimal::from(total - gone) / Decimal::from(total), digits);
        assert_eq!(got, decimal, "{old} to {new} {currency}");
    }
}

/// How many decimals are left of an amount in minor units.
fn scale_of(amount: Decimal, digits: u32) -> u32 {
    (amount * Decimal::from(10_i64.pow(digits))).scale()
}
