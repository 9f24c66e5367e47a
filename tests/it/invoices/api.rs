//! What a hotel sees of its invoices.

use serde_json::json;

use super::{PATH, invoiced};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::Call;

#[tokio::test(flavor = "multi_thread")]
async fn invoices_list_shows_the_latest_period_first() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let ids = invoiced(&plaza, 3).await;
    let theirs = invoiced(&breeze, 1).await;
    let all = plaza.walk(PATH, 2).await;
    let listed: Vec<&str> = all.iter().map(|invoice| invoice["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ids.iter().rev().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(all.iter().map(|invoice| invoice["number"].as_i64().unwrap()).collect::<Vec<_>>(), [3, 2, 1]);
    let latest = &all[0];
    assert_eq!(
        (&latest["status"], &latest["currency"], &latest["total"]),
        (&json!("open"), &json!("EUR"), &json!("799.00"))
    );
    assert_eq!((&latest["billedTo"], &latest["tier"]), (&json!("Grand Plaza"), &json!("enterprise")));
    assert_eq!(all[1]["period"]["endsAt"], latest["period"]["startsAt"]);

    let void = format!("/v1/platform/invoices/{}/void", ids[0]);
    robin.post(void, json!({"reason": "A mistake"})).await.assert_ok();
    assert_eq!(plaza.walk(&format!("{PATH}?status=open"), 1).await.len(), 2);
    let gone = plaza.walk(&format!("{PATH}?status=void"), 1).await;
    assert_eq!((&gone[0]["number"], &gone[0]["voidReason"]), (&json!(1), &json!("A mistake")));
    plaza.get(format!("{PATH}?status=draft")).await.assert_problem(422, "invalid");

    // The other hotel has its own, and an agent sees none.
    assert_eq!(breeze.walk(PATH, 1).await.len(), theirs.len());
    breeze.get(format!("{PATH}/{}", ids[1])).await.assert_problem(404, "invoice_not_found");
    plaza.call_as_agent(Call::get(PATH)).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_get_has_the_lines() {
    let (plaza, _, _) = two_hotels_and_the_platform().await;
    let discount = "insert into subscription_overrides (organization_id, name, value, reason, created_at)
                    values ($1, 'discountPercent', '33.3', 'Loyal', now() - interval '1 year')";
    plaza.world.admin().await.execute(discount, &[&plaza.id]).await.unwrap();
    let id = invoiced(&plaza, 1).await[0];
    let answer = plaza.get(format!("{PATH}/{id}")).await;
    let told = answer.assert_ok();
    assert_eq!(answer.header("etag"), format!("\"{}\"", told["version"]));
    assert_eq!(
        told["lines"],
        json!([
            {"kind": "plan", "description": "Plan enterprise", "quantity": "1", "unitPrice": "799", "amount": "799.00"},
            {"kind": "discount", "description": "Discount of 33.3 %", "quantity": "0.333", "unitPrice": "-799",
             "amount": "-266.07"},
        ])
    );
    assert_eq!((&told["subtotal"], &told["total"]), (&json!("799.00"), &json!("532.93")));
    // What the hotel is called later is not what was billed.
    plaza.patch("/v1/organization", json!({"name": "Plaza Anew"})).await.assert_ok();
    assert_eq!(plaza.get(format!("{PATH}/{id}")).await.assert_ok()["billedTo"], "Grand Plaza");
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_print_is_one_page_in_which_nothing_runs() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let name = "<script>alert(\"&'\")</script>";
    let sql = "update organizations set name = $2 where id = $1";
    plaza.world.admin().await.execute(sql, &[&plaza.id, &name]).await.unwrap();
    let id = invoiced(&plaza, 1).await[0];
    let path = format!("{PATH}/{id}/page");
    let answer = plaza.get(&path).await;
    answer.assert_status(200);
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.header("content-type"));
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    let page = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(page.contains("&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;"), "{page}");
    for word in ["<script", "http:", "https:", "src=", "href=", "url("] {
        assert!(!page.contains(word), "{word} in {page}");
    }
    for word in ["Invoice 1", "799.00", "Plan enterprise", "EUR 799.00", "Due by"] {
        assert!(page.contains(word), "{word} not in {page}");
    }
    let void = format!("/v1/platform/invoices/{id}/void");
    robin.post(void, json!({"reason": "<b>A mistake</b>"})).await.assert_ok();
    let page = String::from_utf8(plaza.get(&path).await.body.to_vec()).unwrap();
    assert!(page.contains("&lt;b&gt;A mistake&lt;/b&gt;") && page.contains(">void<"), "{page}");
    breeze.get(&path).await.assert_problem(404, "invoice_not_found");
    plaza.call_as_agent(Call::get(&path)).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn invoices_print_shows_prices_as_fine_as_they_are() {
    let (plaza, _, _) = two_hotels_and_the_platform().await;
    let charged = "insert into subscription_changes (organization_id, id, kind, from_tier, from_version, to_tier, to_version,
                       amount, currency, period_start, period_end, at)
                   select $1, gen_random_uuid(), 'upgrade', 'starter', 1, 'enterprise', 1, 312.26, 'EUR', t.at, now(), t.at
                   from (select date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '10 days') t (at)";
    plaza.world.admin().await.execute(charged, &[&plaza.id]).await.unwrap();
    let id = invoiced(&plaza, 1).await[0];
    let page = String::from_utf8(plaza.get(format!("{PATH}/{id}/page")).await.body.to_vec()).unwrap();
    assert!(page.contains(">312.26<") && page.contains(">799.00<") && !page.contains("312.260"), "{page}");
    assert!(page.contains(">EUR 1111.26<") && !page.contains("Before discounts"), "{page}");
}
