//! `/v1/platform/audit/rls`

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use stayzr::audit::report::Identity;
use stayzr::audit::{self, Catalogue, Format, Report, Waivers};
use stayzr::db;

use crate::support::{Call, Cluster, SuperAdmin, World, eventually};

const PATH: &str = "/v1/platform/audit/rls";
const FRESH: &str = "/v1/platform/audit/rls?fresh=true";

async fn robin() -> SuperAdmin {
    World::new().await.platform().await
}

/// What `stayzr audit lint --format json` prints, as `stayzr_platform`.
async fn printed(world: &World) -> Value {
    let address = Cluster::get().config("stayzr_platform", &world.database).into();
    let mut client = db::connect(&address).await.unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let waivers = Waivers::load(None, &catalogue).unwrap();
    let identity = Identity::read(&mut client, &address).await.unwrap();
    let today = chrono::Utc::now().date_naive();
    let lint = audit::lint(&mut client, &catalogue, &waivers, today, |_| ()).await.unwrap();
    let report = Report::new(identity).with_lint(lint, Duration::ZERO);
    serde_json::from_str(&report.write(Format::Json, false)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_get_finds_nothing_on_a_clean_database_and_what_is_wrong_in_another() {
    let robin = robin().await;
    let clean = robin.get(PATH).await.assert_ok();
    assert_eq!((&clean["lint"]["findings"], &clean["lint"]["failed"]), (&json!([]), &json!([])), "{clean}");
    assert_eq!(clean["lint"]["waived"], json!([]));
    assert!(clean["summary"]["ran"].as_u64().unwrap() > 50, "{}", clean["summary"]);
    assert_eq!(clean["database"]["role"], "stayzr_platform");

    let admin = robin.world.admin().await;
    admin.batch_execute("alter table guests no force row level security").await.unwrap();
    admin.batch_execute("grant truncate on messages to stayzr_app").await.unwrap();
    assert_eq!(robin.get(PATH).await.assert_ok(), clean, "kept for a while");
    let found = robin.get(FRESH).await.assert_ok();
    let findings = found["lint"]["findings"].as_array().unwrap();
    let found_at: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding["check"].as_str().unwrap(), finding["object"].as_str().unwrap()))
        .collect();
    assert!(found_at.contains(&("RLS002", "public.guests")), "{found_at:?}");
    assert!(found_at.contains(&("RLS015", "public.messages")), "{found_at:?}");
    assert!(found["checkedAt"].as_str() > clean["checkedAt"].as_str());
    assert_eq!(robin.get(PATH).await.assert_ok(), found, "the latest is what is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_get_says_what_the_command_prints() {
    let robin = robin().await;
    let admin = robin.world.admin().await;
    admin.batch_execute("grant truncate on messages to stayzr_app").await.unwrap();
    let (mut answered, mut printed) = (robin.get(PATH).await.assert_ok(), printed(&robin.world).await);
    let checked_at = answered.as_object_mut().unwrap().remove("checkedAt").unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(checked_at.as_str().unwrap()).is_ok(), "{checked_at}");
    for report in [&mut answered, &mut printed] {
        report["database"]["time"] = Value::Null;
        report["parts"][0]["milliseconds"] = Value::Null;
    }
    assert_eq!(answered["summary"]["critical"], 1);
    assert_eq!(answered, printed);
}

/// They wait for somebody who changes the schema, so that they are sure to ask while it is made.
#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_get_is_made_once_for_all_who_ask_meanwhile_and_finished_for_who_went_away() {
    let robin = robin().await;
    let admin = robin.world.admin().await;
    let holder = robin.world.admin().await;
    holder.batch_execute("begin; lock table pg_catalog.pg_foreign_server in access exclusive mode").await.unwrap();
    let waiting = "select count(*) from pg_stat_activity
                   where usename = 'stayzr_platform' and datname = current_database() and wait_event_type = 'Lock'";
    let waits = async || admin.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0);
    let first = tokio::spawn({
        let robin = robin.clone();
        async move { robin.get(PATH).await.assert_ok() }
    });
    eventually("one is being made", async || waits().await == 1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled(), "whoever asked first has gone");
    let others = [(); 4].map(|()| {
        let robin = robin.clone();
        tokio::spawn(async move { robin.get(PATH).await.assert_ok() })
    });
    // Their requests are on record, so they have asked.
    let asked = "select count(*) from audit_log where action = 'platform_audit_get'";
    let on_record = async || admin.query_one(asked, &[]).await.unwrap().get::<_, i64>(0) == 5;
    eventually("all have asked", on_record).await;
    assert!(waits().await <= 1, "one at a time");
    holder.batch_execute("rollback").await.unwrap();
    let mut answers = BTreeSet::new();
    for other in others {
        answers.insert(other.await.unwrap()["checkedAt"].to_string());
    }
    assert_eq!(answers.len(), 1, "one for all: {answers:?}");
    let later = robin.get(PATH).await.assert_ok();
    assert!(answers.contains(&later["checkedAt"].to_string()), "and kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_audit_get_is_for_super_admins_and_on_record() {
    let robin = robin().await;
    let hotel = robin.world.hotel("grand-plaza").await;
    for path in [PATH, FRESH, PATH] {
        let answer = robin.get(path).await;
        answer.assert_ok();
        let record = robin.record_of(answer.header("x-request-id")).await;
        let said = (&record["action"], &record["outcome"], &record["organization_id"]);
        assert_eq!(said, (&json!("platform_audit_get"), &json!("done"), &json!(robin.home.id)));
    }
    for path in [PATH, FRESH] {
        hotel.get(path).await.assert_problem(403, "permission_denied");
        robin.visit(&hotel, true).await.call(Call::get(path)).await.assert_problem(403, "permission_denied");
        let agent = Call::get(path).header("Authorization", &format!("Bearer {}", robin.home.agent_token));
        agent.send(&robin.world).await.assert_problem(403, "permission_denied");
    }
    robin.get("/v1/platform/audit/rls?fresh=maybe").await.assert_problem(422, "invalid");
}
