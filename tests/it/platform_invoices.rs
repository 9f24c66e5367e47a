//! `/v1/platform/invoices`: the invoices of every hotel, and what super admins do with them, on record.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::invoices::{close, invoiced, let_pass};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::Call;

const PATH: &str = "/v1/platform/invoices";

fn reason() -> Value {
    json!({"reason": "Transfer of the 3rd"})
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_invoices_list_shows_those_of_all_hotels_by_number() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let ids = invoiced(&plaza, 2).await;
    invoiced(&breeze, 2).await;
    let numbers = async |query: &str| -> Vec<i64> {
        robin.walk(&format!("{PATH}{query}"), 1).await.iter().map(|one| one["number"].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers("").await, [4, 3, 2, 1]);
    assert_eq!(numbers(&format!("?organizationId={}", plaza.id)).await, [2, 1]);
    robin.post(format!("{PATH}/{}/pay", ids[1]), reason()).await.assert_ok();
    assert_eq!(numbers("?status=paid").await, [2]);
    assert_eq!(numbers(&format!("?status=open&organizationId={}", plaza.id)).await, [1]);
    assert_eq!(numbers(&format!("?organizationId={}", i32::MAX)).await, Vec::<i64>::new());
    // Asking for one hotel's is on record there.
    let call = |query: &str, request: &str| Call::get(format!("{PATH}{query}")).header("X-Request-Id", request);
    robin.call(call(&format!("?organizationId={}", plaza.id), "list-0001")).await.assert_ok();
    assert_eq!(robin.record_of("list-0001").await["organization_id"], plaza.id);
    robin.call(call("", "list-0002")).await.assert_ok();
    assert_eq!(robin.record_of("list-0002").await["organization_id"], robin.home.id);
    plaza.get(PATH).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_invoices_pay_and_void_are_done_once_and_on_record() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let ids = invoiced(&plaza, 2).await;
    let at = |id: Uuid, verb: &str| format!("{PATH}/{id}/{verb}");
    for (id, verb, other, status) in [(ids[0], "pay", "void", "paid"), (ids[1], "void", "pay", "void")] {
        robin.post(at(id, verb), json!({})).await.assert_problem(422, "invalid");
        let request = format!("{verb}-00001");
        let call = || Call::post(at(id, verb), &reason());
        let answer = robin.call(call().header("X-Request-Id", &request)).await;
        let ended = answer.assert_ok();
        assert_eq!((&ended["status"], &ended["organizationId"]), (&json!(status), &json!(plaza.id)));
        assert_eq!(answer.header("etag"), format!("\"{}\"", ended["version"]));
        let record = robin.record_of(&request).await;
        assert_eq!((&record["organization_id"], &record["reason"]), (&json!(plaza.id), &reason()["reason"]));
        assert_eq!(
            (&record["action"], &record["resource_id"]),
            (&json!(format!("platform_invoices_{verb}")), &json!(id))
        );
        let changes = &record["changes"]["changes"][0];
        assert_eq!((&changes["table"], &changes["changes"]["status"]["after"]), (&json!("invoices"), &json!(status)));
        // Twice is once, and the one is not the other.
        let again = robin.call(Call::post(at(id, verb), &json!({"reason": "Another reason"}))).await.assert_ok();
        assert_eq!(again, ended);
        robin.post(at(id, other), reason()).await.assert_problem(409, "invoice_closed");
        assert_eq!(plaza.get(format!("/v1/organization/invoices/{id}")).await.assert_ok()["status"], status);
    }
    robin.post(at(Uuid::now_v7(), "pay"), reason()).await.assert_problem(404, "invoice_not_found");
    robin.post(at(Uuid::now_v7(), "void"), reason()).await.assert_problem(404, "invoice_not_found");
    plaza.post(at(ids[0], "pay"), reason()).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_invoice_keeps_its_number_and_its_period() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let id = invoiced(&plaza, 1).await[0];
    robin.post(format!("{PATH}/{id}/void"), reason()).await.assert_ok();
    let_pass(&breeze, 1).await;
    close(&plaza.world).await;
    let all = robin.walk(PATH, 10).await;
    let told: Vec<(&Value, &Value)> = all.iter().map(|one| (&one["number"], &one["status"])).collect();
    assert_eq!(told, [(&json!(2), &json!("open")), (&json!(1), &json!("void"))]);
}
