//! What is charged for, and since when.

use serde_json::json;

use super::{close, drawn, let_pass, numbers, platform};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, Hotel, SuperAdmin};

async fn run(hotel: &Hotel, sql: &str) {
    // `:hotel` is the hotel, `:start` and `:end` are the ends of the month that is over.
    let month = "(date_trunc('month', now() at time zone 'UTC') - interval '1 month') at time zone 'UTC'";
    let end = "date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'";
    let sql = sql.replace(":hotel", &hotel.id.to_string()).replace(":start", month).replace(":end", end);
    hotel.world.admin().await.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// A hotel on a starter plan of 49 that charges 12.50 for each 1,000 messages beyond 50, and a month that is over.
async fn plaza() -> (Hotel, Hotel, SuperAdmin) {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let version = "insert into subscription_tier_versions
                       (tier_name, version, limits, features, monthly_price, overage_price, currency)
                   select 'starter', 2, limits || '{\"maxMessagesPerMonth\": 50}', features, 49, 12.5, 'EUR'
                   from subscription_tier_versions where tier_name = 'starter' and version = 1;
                   update subscription_spans set tier = 'starter', tier_version = 2 where organization_id = :hotel";
    run(&plaza, version).await;
    let_pass(&plaza, 1).await;
    (plaza, breeze, robin)
}

fn line(kind: &str, amount: &str) -> (String, String) {
    (kind.into(), amount.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_proration_overage_and_discount_add_up() {
    let (plaza, breeze, _) = plaza().await;
    let used = "insert into usage_periods values (:hotel, 'messages', :start, :end, 1234);
                insert into usage_periods values (:hotel, 'messages', :start - interval '1 month', :start, 900000);
                insert into subscription_overrides (organization_id, name, value, reason, created_at)
                values (:hotel, 'discountPercent', '12.5', 'Loyal', :start);
                insert into subscription_changes (organization_id, id, kind, from_tier, from_version, to_tier, to_version,
                    amount, currency, period_start, period_end, at)
                select :hotel, gen_random_uuid(), 'upgrade', 'starter', 2, 'professional', 1, amount, 'EUR', :start, :end, at
                from (values (75.5, :start + interval '10 days'), (-20.25, :start + interval '20 days'),
                    (1000, :start - interval '1 second'), (1000, :end)) c (amount, at)";
    run(&plaza, used).await;
    close(&plaza.world).await;
    let lines = [
        line("plan", "49.00"),
        line("proration", "75.50"),
        line("proration", "-20.25"),
        // 1,184 messages at 0.0125.
        line("overage", "14.80"),
        // 13.03125 of 104.25.
        line("discount", "-13.03"),
    ];
    assert_eq!(drawn(&plaza).await, [(lines.to_vec(), "106.02".to_owned())]);
    assert_eq!(drawn(&breeze).await, []);
}

/// A counter that nobody has counted with since the period ended is not rolled, and final all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_is_not_rolled_yet_counts() {
    let (plaza, _, _) = plaza().await;
    let used = "update usage_counters set period_start = :start, period_end = :end
                where organization_id = :hotel and resource = 'messages';
                update usage_slots set used = 100 where organization_id = :hotel and resource = 'messages' and slot in (0, 9)";
    run(&plaza, used).await;
    close(&plaza.world).await;
    // 150 beyond at 0.0125 are 1.875.
    let expected = [(vec![line("plan", "49.00"), line("overage", "1.88")], "50.88".to_owned())];
    assert_eq!(drawn(&plaza).await, expected);
    // Rolled afterwards, it is not charged again.
    run(&plaza, "insert into usage_periods values (:hotel, 'messages', :start, :end, 200)").await;
    close(&plaza.world).await;
    assert_eq!(drawn(&plaza).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_of_the_limit_is_what_is_beyond() {
    let (plaza, _, _) = plaza().await;
    let used = "insert into usage_periods values (:hotel, 'messages', :start, :end, 1050);
                insert into subscription_overrides (organization_id, name, value, reason, created_at, expires_at)
                values (:hotel, 'maxMessagesPerMonth', '1000', 'Agreed', :start, :end),
                    (:hotel, 'discountPercent', '50', 'It ended before', :start, :end - interval '1 second')";
    run(&plaza, used).await;
    close(&plaza.world).await;
    assert_eq!(drawn(&plaza).await, [(vec![line("plan", "49.00"), line("overage", "0.63")], "49.63".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_is_free_and_what_is_left_of_its_last_month_is_not() {
    let (plaza, breeze, _) = plaza().await;
    run(&plaza, "update subscription_spans set is_charged = false where organization_id = :hotel").await;
    // An upgrade within the trial costs nothing; after it, it does.
    let month = "insert into subscription_spans values (:hotel, :start + (:end - :start) / 2, 'starter', 2, true);
                 insert into subscription_changes (organization_id, id, kind, from_tier, from_version, to_tier, to_version,
                     amount, currency, period_start, period_end, at)
                 select :hotel, gen_random_uuid(), 'upgrade', 'starter', 2, 'professional', 1, 33, 'EUR', :start, :end, at
                 from unnest(array[:start + interval '3 days', :end - interval '3 days']) at";
    run(&plaza, month).await;
    let_pass(&breeze, 1).await;
    run(&breeze, "update subscription_spans set is_charged = false where organization_id = :hotel").await;
    close(&plaza.world).await;
    let lines = vec![line("plan", "24.50"), line("proration", "33.00")];
    assert_eq!(drawn(&plaza).await, [(lines, "57.50".to_owned())]);
    assert_eq!(drawn(&breeze).await, [], "a trial throughout");
    assert_eq!(numbers(&plaza.world).await, [1], "no number is spent on nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_beyond_what_is_charged_is_not_paid_out() {
    let (plaza, _, _) = plaza().await;
    let credit = "insert into subscription_changes (organization_id, id, kind, from_tier, from_version, to_tier, to_version,
                      amount, currency, period_start, period_end, at)
                  values (:hotel, gen_random_uuid(), 'moved', 'starter', 2, 'starter', 1, -60, 'EUR', :start, :end, :start),
                      (:hotel, gen_random_uuid(), 'moved', 'starter', 2, 'starter', 1, 700, 'JPY', :start, :end, :start)";
    run(&plaza, credit).await;
    close(&plaza.world).await;
    // Amounts in two currencies have no sum: an invoice in each.
    let euros = vec![line("plan", "49.00"), line("proration", "-60.00"), line("proration", "11.00")];
    assert_eq!(drawn(&plaza).await, [(euros, "0.00".to_owned()), (vec![line("proration", "700")], "700".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_itself_and_what_has_ended_are_not_invoiced() {
    let (plaza, _, robin) = plaza().await;
    let_pass(&robin.home, 3).await;
    run(&plaza, "update organizations set cancel_at = :start where id = :hotel").await;
    close(&plaza.world).await;
    assert_eq!(numbers(&plaza.world).await, Vec::<i64>::new());
    let status = "select subscription_status from organizations where id = $1";
    let status: String = plaza.world.admin().await.query_one(status, &[&plaza.id]).await.unwrap().get(0);
    assert_eq!(status, "cancelled", "closing puts into place what is due");
}

/// The tier that was in force then, however late it is asked.
#[tokio::test(flavor = "multi_thread")]
async fn months_that_were_missed_are_invoiced_each_as_it_was() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let_pass(&plaza, 3).await;
    // On enterprise, for 799; a downgrade came with the second of the three months, which nobody settled.
    let due = "update organizations
               set next_tier = 'starter', next_tier_version = 1, next_tier_at = :start - interval '1 month'
               where id = :hotel";
    run(&plaza, due).await;
    // Meanwhile another version is on offer.
    robin.patch("/v1/platform/tiers/starter", json!({"monthlyPrice": "60"})).await.assert_ok();
    close(&plaza.world).await;
    let totals: Vec<String> = drawn(&plaza).await.into_iter().map(|(_, total)| total).collect();
    assert_eq!(totals, ["799.00", "49.00", "49.00"]);
    assert_eq!(numbers(&plaza.world).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hotel_had_is_on_record_whoever_changes_it() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let spans = async || -> Vec<(String, i32, bool)> {
        let sql =
            "select tier, tier_version, is_charged from subscription_spans where organization_id = $1 order by since";
        let rows = plaza.world.admin().await.query(sql, &[&plaza.id]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
    };
    let first = ("enterprise".to_owned(), 1, true);
    assert_eq!(spans().await, std::slice::from_ref(&first));
    let path = format!("/v1/platform/organizations/{}", plaza.id);
    robin.patch(&path, json!({"tier": "starter"})).await.assert_ok();
    plaza.patch("/v1/organization/subscription", json!({"tier": "professional"})).await.assert_ok();
    robin.post(format!("{path}/suspend"), json!({"reason": "Unpaid"})).await.assert_ok();
    robin.post(format!("{path}/reactivate"), json!({"reason": "Paid"})).await.assert_ok();
    robin.patch(&path, json!({"status": "past_due"})).await.assert_ok();
    robin.patch(&path, json!({"name": "Plaza Anew"})).await.assert_ok();
    let on = |tier: &str, charged: bool| (tier.to_owned(), 1, charged);
    let all =
        [first, on("starter", true), on("professional", true), on("professional", false), on("professional", true)];
    assert_eq!(spans().await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_whole_period_is_the_first_that_is_invoiced() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let admin = plaza.world.admin().await;
    let schedule = async || -> (bool, i32, bool) {
        let sql = "select s.period_start = (select p.ends_at from app.billing_period(1, 'UTC', now()) p),
                       extract(day from s.period_end at time zone 'UTC')::integer, s.month_start = s.period_start
                   from invoice_schedules s where organization_id = $1";
        let row = admin.query_one(sql, &[&plaza.id]).await.unwrap();
        (row.get(0), row.get(1), row.get(2))
    };
    assert_eq!(schedule().await, (true, 1, true));
    // Another billing day makes it shorter, and what is charged is the part of the month it is.
    let path = format!("/v1/platform/organizations/{}/subscription", plaza.id);
    let patch = json!({"billingDay": 15, "reason": "The hotel asked for it"});
    robin.call(Call::patch(&path, &patch)).await.assert_ok();
    assert_eq!(schedule().await, (true, 15, false));
    let sql = "select * from app.close_period($1, now() + interval '80 days')";
    platform(&plaza.world).await.query(sql, &[&plaza.id]).await.unwrap();
    let sql = "select l.amount = app.proration(0, 799, 'EUR', m.starts_at, m.ends_at, i.period_start)
                   and m.ends_at = i.period_end and l.amount < 799
               from invoices i
               join invoice_lines l on l.invoice_id = i.id
               cross join app.billing_period(15, 'UTC', i.period_start) m";
    assert!(admin.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
}
