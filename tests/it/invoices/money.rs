//! Lines add up to the total, to the minor unit, whatever the currency: worked out once more, elsewhere.

use rust_decimal::{Decimal, RoundingStrategy};
use tokio_postgres::types::ToSql;

use super::platform;
use crate::support::{Chance, World};

const ROUNDS: i32 = 200;
const CURRENCIES: [(&str, u32); 8] =
    [("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("XOF", 0), ("BHD", 3), ("KWD", 3), ("TND", 3)];

fn rounded(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_an_invoice_add_up_in_every_currency() {
    let world = World::new().await;
    let hotel = world.hotel("grand-plaza").await;
    let (admin, platform) = (world.admin().await, platform(&world).await);
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let mut chance = Chance::new(seed);
    let begin = "update invoice_schedules set month_start = '2001-01-01Z', period_start = '2001-01-01Z', period_end = '2001-02-01Z'";
    admin.execute(begin, &[]).await.unwrap();
    let month = "select period_start, period_end from invoice_schedules where organization_id = $1";
    let version = "insert into subscription_tier_versions
                       (tier_name, version, limits, features, monthly_price, overage_price, currency)
                   select 'starter', $1, limits || '{\"maxMessagesPerMonth\": 1000}', features, $2, $3, $4
                   from subscription_tier_versions where tier_name = 'starter' and version = 1";
    let span = "insert into subscription_spans values ($1, $2, 'starter', $3, true)";
    let used = "insert into usage_periods values ($1, 'messages', $2, $3, $4)";
    let changed = "insert into subscription_changes (organization_id, id, kind, from_tier, from_version, to_tier,
                       to_version, amount, currency, period_start, period_end, at)
                   values ($1, gen_random_uuid(), 'upgrade', 'starter', 1, 'starter', 1, $4, $5, $2, $3, $2)";
    let discount = "insert into subscription_overrides (organization_id, name, value, reason, created_at)
                    values ($1, 'discountPercent', to_jsonb($2::numeric), 'A test', '2000-01-01')
                    on conflict (organization_id, name) do update set value = excluded.value";
    let (mut credited, mut discounted, mut halves) = (0, 0, 0);
    for round in 0..ROUNDS {
        let (currency, digits) = CURRENCIES[chance.below(8) as usize];
        let row = admin.query_one(month, &[&hotel.id]).await.unwrap();
        let (start, end): (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) = (row.get(0), row.get(1));
        // As prices are: with the decimals of the currency. Of discounts, some that make halves.
        let mut amount = |below: u64| Decimal::from(chance.below(below)) / Decimal::from(10_u64.pow(digits));
        let (price, change) = (amount(100_000), amount(200_000) - amount(200_000));
        let overage_price = amount(10_000);
        let messages = i64::try_from(chance.below(5_000)).unwrap();
        let percent = Decimal::new(i64::try_from(chance.below(201)).unwrap() * 5, 1);
        let number = round + 10;
        let write = async |sql: &str, values: &[&(dyn ToSql + Sync)]| {
            admin.execute(sql, values).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
        };
        write(version, &[&number, &price, &overage_price, &currency]).await;
        write(span, &[&hotel.id, &start, &number]).await;
        write(used, &[&hotel.id, &start, &end, &messages]).await;
        write(changed, &[&hotel.id, &start, &end, &change, &currency]).await;
        write(discount, &[&hotel.id, &percent]).await;
        let closed =
            platform.query("select invoice_id from app.close_period($1, $2)", &[&hotel.id, &end]).await.unwrap();

        let beyond = Decimal::from((messages - 1_000).max(0));
        let overage = rounded(beyond * overage_price / Decimal::ONE_THOUSAND, digits);
        let base = (rounded(price, digits) + change).max(Decimal::ZERO);
        let off = -rounded(base * percent / Decimal::ONE_HUNDRED, digits);
        let subtotal = (rounded(price, digits) + change + overage).max(Decimal::ZERO);
        let told =
            format!("round {round}: {price} + {change} + {messages} at {overage_price} - {percent} % {currency}");
        assert_eq!(closed.len(), 1, "{told}");
        let Some(id) = closed[0].get::<_, Option<uuid::Uuid>>(0) else {
            assert_eq!((price, change, overage), (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO), "{told}");
            continue;
        };
        let sql =
            "select subtotal, total, array(select amount from invoice_lines where invoice_id = i.id order by position),
                       (select bool_and(amount = app.round_money(quantity * unit_price, currency)) from invoice_lines
                        where invoice_id = i.id)
                   from invoices i where id = $1";
        let row = admin.query_one(sql, &[&id]).await.unwrap();
        let lines: Vec<Decimal> = row.get(2);
        let (in_words, total): (Decimal, Decimal) = (row.get(0), row.get(1));
        assert_eq!((in_words, total), (subtotal, subtotal + off), "{told}: {lines:?}");
        assert_eq!(lines.iter().sum::<Decimal>(), total, "{told}");
        assert!(row.get::<_, bool>(3), "{told}: each line is quantity times price");
        assert!(lines.iter().all(|line| *line == rounded(*line, digits)), "{told}: {lines:?}");
        credited += usize::from(rounded(price, digits) + change + overage < Decimal::ZERO);
        discounted += usize::from(off < Decimal::ZERO);
        let exact = base * percent * Decimal::from(10_u64.pow(digits)) / Decimal::ONE_HUNDRED;
        halves += usize::from((exact * Decimal::TWO).fract().is_zero() && !exact.fract().is_zero());
    }
    assert!(credited > 5 && discounted > 50, "a test of something: {credited}, {discounted}");
    eprintln!("{credited} with credit left, {discounted} discounted, {halves} of them on a half");
}
