//! What holds an invoice as it is, whoever writes.

use super::{close, invoiced, numbers, platform};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::World;

async fn outcome(client: &stayzr::db::Client, sql: &str) -> Result<u64, String> {
    client.execute(sql, &[]).await.map_err(|error| error.code().expect("refused").code().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_invoice_and_its_lines_do_not_change() {
    let (plaza, _, _) = two_hotels_and_the_platform().await;
    invoiced(&plaza, 1).await;
    let (admin, platform) = (plaza.world.admin().await, platform(&plaza.world).await);
    let everything = async || {
        let sql =
            "select jsonb_agg(to_jsonb(i)) || (select jsonb_agg(to_jsonb(l)) from invoice_lines l) from invoices i";
        admin.query_one(sql, &[]).await.unwrap().get::<_, serde_json::Value>(0)
    };
    let before = everything().await;
    let changes = [
        "update invoices set total = total + 1",
        "update invoices set number = number + 1",
        "update invoices set billed_to = 'Somebody else'",
        "update invoices set due_at = due_at + interval '1 year'",
        "update invoices set status = 'draft', number = null, opened_at = null, due_at = null",
        "update invoices set void_reason = 'No reason'",
        "update invoices set status = 'paid', paid_at = now(), total = 0",
        "delete from invoices",
        "update invoice_lines set amount = 0",
        "update invoice_lines set description = 'Nothing'",
        "delete from invoice_lines",
        "insert into invoice_lines select organization_id, invoice_id, 99, kind, description, 1, 1, 1 from invoice_lines",
        "truncate invoice_lines",
        "truncate invoices cascade",
    ];
    for sql in changes {
        // An administrator is bound by the triggers; the platform has no right to most of it in the first place.
        let refused = outcome(&admin, sql).await.expect_err(sql);
        assert!(["55000", "23514"].contains(&&*refused), "{sql}: {refused}");
        let refused = outcome(&platform, sql).await.expect_err(sql);
        assert!(["42501", "55000", "23514"].contains(&&*refused), "{sql}: {refused}");
        // The owner, who is bound by row security too, sees nothing to change.
        admin.batch_execute("set role stayzr_owner").await.unwrap();
        let done = outcome(&admin, sql).await;
        assert!(done == Ok(0) || done == Err("55000".into()), "{sql}: {done:?}");
        admin.batch_execute("reset role").await.unwrap();
    }
    assert_eq!(everything().await, before);

    // What it may become it becomes once, with all that goes with it.
    assert_eq!(outcome(&platform, "update invoices set status = 'paid'").await, Err("23514".into()));
    assert_eq!(outcome(&platform, "update invoices set status = 'void', voided_at = now()").await, Err("23514".into()));
    let version = async || admin.query_one("select version from invoices", &[]).await.unwrap().get::<_, i32>(0);
    let opened = version().await;
    assert_eq!(outcome(&platform, "update invoices set status = 'paid', paid_at = now()").await, Ok(1));
    assert_eq!(version().await, opened + 1);
    for sql in [
        "update invoices set status = 'paid', paid_at = now()",
        "update invoices set status = 'open', paid_at = null",
        "update invoices set status = 'void', paid_at = null, voided_at = now(), void_reason = 'Changed my mind'",
    ] {
        assert_eq!(outcome(&platform, sql).await, Err("23514".into()), "{sql}");
        assert_eq!(outcome(&admin, sql).await, Err("23514".into()), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_whose_lines_do_not_add_up_is_not_opened() {
    let world = World::new().await;
    let hotel = world.hotel("grand-plaza").await;
    let admin = world.admin().await;
    let draft =
        "insert into invoices (organization_id, id, billed_to, time_zone, tier, tier_version, period_start, period_end,
                     currency, subtotal, total)
                 values ($1, app.uuid_v7(), 'Plaza', 'UTC', 'starter', 1, '2020-01-01', '2020-02-01', 'EUR', 10, 10)
                 returning id";
    let id: uuid::Uuid = admin.query_one(draft, &[&hotel.id]).await.unwrap().get(0);
    let open = "update invoices set status = 'open', number = 1, opened_at = now(), due_at = now()";
    let line = format!(
        "insert into invoice_lines values ({}, '{id}', (select count(*) + 1 from invoice_lines), 'plan', 'Plan', 1, 5, 5)",
        hotel.id
    );
    assert_eq!(outcome(&admin, open).await, Err("55000".into()));
    assert_eq!(outcome(&admin, &line).await, Ok(1));
    assert_eq!(outcome(&admin, open).await, Err("55000".into()));
    // A hotel does not see it before it is opened.
    assert_eq!(hotel.get(super::PATH).await.assert_ok()["items"], serde_json::json!([]));
    hotel.get(format!("{}/{id}", super::PATH)).await.assert_problem(404, "invoice_not_found");
    let paid = "update invoices set status = 'paid', number = 1, opened_at = now(), due_at = now(), paid_at = now()";
    assert_eq!(outcome(&admin, paid).await, Err("23514".into()), "a draft is opened first");
    assert_eq!(outcome(&admin, &line).await, Ok(1));
    assert_eq!(outcome(&admin, open).await, Ok(1));
    assert_eq!(outcome(&admin, &line).await, Err("55000".into()));
}

/// Nobody but the platform closes a period, and nobody at all numbers an invoice by hand.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_platform_closes_a_period() {
    let (plaza, _, _) = two_hotels_and_the_platform().await;
    super::let_pass(&plaza, 1).await;
    let app = plaza.world.app_client().await;
    for sql in [
        format!("select * from app.close_period({}, now())", plaza.id),
        format!("select * from app.draw_invoices({}, now())", plaza.id),
        "select * from app.invoice_numbers".into(),
        "select * from invoice_schedules".into(),
        "select * from subscription_spans".into(),
        "update invoices set status = 'paid'".into(),
    ] {
        assert_eq!(outcome(&app, &sql).await, Err("42501".into()), "{sql}");
    }
    let platform = platform(&plaza.world).await;
    for sql in [
        "update app.invoice_numbers set last = 7".to_owned(),
        "update invoice_schedules set period_end = now()".into(),
        "insert into invoices (status) values ('draft')".into(),
    ] {
        assert_eq!(outcome(&platform, &sql).await, Err("42501".into()), "{sql}");
    }
    close(&plaza.world).await;
    assert_eq!(numbers(&plaza.world).await, [1]);
}
