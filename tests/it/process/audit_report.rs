//! `stayzr audit report`, whole: with the logins that plans and drills take.

use std::fs;

use serde_json::Value;

use super::existing::url;
use super::{Scratch, run};
use crate::support::{Cluster, World};

/// The logins of a database, as the environment names them: the auditor's, the administrator's, the service's.
fn logins(database: &str) -> [(&'static str, String); 4] {
    let login = |role: &str| url(&Cluster::get().config(role, database));
    [
        ("STAYZR_AUDITOR_DATABASE_URL", login("stayzr_auditor")),
        ("STAYZR_DATABASE_URL", url(&Cluster::get().superuser(database))),
        ("STAYZR_APP_DATABASE_URL", login("stayzr_app")),
        ("STAYZR_PLATFORM_DATABASE_URL", login("stayzr_platform")),
    ]
}

struct Reports(Scratch);

impl Reports {
    /// The exit status, and the report as JSON and as a page.
    fn made(&self, arguments: &[&str], environment: &[(&str, String)]) -> (i32, Value) {
        let file = self.0.0.join("audit.json");
        let whole = [&["audit", "report", "--output", file.to_str().unwrap()], arguments].concat();
        let (code, said) = run(&whole, environment);
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{code}: {said}"));
        fs::remove_file(&file).unwrap();
        for (_, login) in environment {
            assert!(!text.contains(login.as_str()) && !said.contains(login.as_str()), "a login was said");
        }
        (code, serde_json::from_str(&text).unwrap())
    }
}

/// Why a part was not run; null where it was.
fn not_run<'a>(report: &'a Value, name: &str) -> &'a Value {
    let parts = report["parts"].as_array().unwrap();
    &parts.iter().find(|part| part["name"] == name).unwrap_or_else(|| panic!("{name}: {parts:?}"))["notRun"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_has_plans_and_drills_and_counts_what_they_find() {
    let (world, reports) = (World::new().await, Reports(Scratch::new()));
    let logins = logins(&world.database);
    let (code, clean) = reports.made(&[], &logins);
    assert_eq!(code, 0, "{}", clean["summary"]);
    let names: Vec<&str> =
        clean["parts"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["checks", "drift", "matrix", "plans", "attack"]);
    for part in clean["parts"].as_array().unwrap() {
        assert!(part["notRun"].is_null() && part["milliseconds"].as_u64().unwrap() > 0, "{part}");
    }
    let count = |report: &Value, what: &str| report["summary"][what].as_u64().unwrap();
    assert_eq!(count(&clean, "planned") as usize, clean["plans"].as_array().unwrap().len());
    assert_eq!(count(&clean, "drilled") as usize, clean["attack"]["drills"].as_array().unwrap().len());
    assert!(count(&clean, "planned") > 100 && count(&clean, "drilled") > 20, "{}", clean["summary"]);
    assert_eq!((count(&clean, "skipped"), count(&clean, "notRun")), (0, 0));

    // A hole that a drill gets through, and a plan that asks for no hotel: findings.
    let weaken = "drop policy guests_tenant on guests; alter policy guests_reader on guests using (true)";
    world.admin().await.batch_execute(weaken).await.unwrap();
    let (code, weak) = reports.made(&["--fail-on", "critical"], &logins);
    assert_eq!(code, 1, "{}", weak["summary"]);
    let of_lint = |severity: &str| {
        let findings = weak["lint"]["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["severity"] == severity).count() as u64
    };
    let drills = weak["attack"]["drills"].as_array().unwrap();
    let through = |severity: &str| {
        let got_through = drills.iter().filter(|drill| drill["severity"] == severity).filter(|drill| {
            drill["attempts"].as_array().unwrap().iter().any(|attempt| attempt["outcome"]["result"] == "succeeded")
        });
        got_through.count() as u64
    };
    assert!(through("critical") > 0);
    assert_eq!(count(&weak, "critical"), of_lint("critical") + through("critical"));
    let faults = weak["plans"].as_array().unwrap().iter().flat_map(|plan| plan["faults"].as_array().unwrap());
    let faults = faults.filter(|fault| fault["severity"] == "high").count() as u64;
    assert!(faults > 0);
    assert_eq!(count(&weak, "high"), of_lint("high") + through("high") + faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_executed_on_a_scratch_copy_and_nowhere_else() {
    let world = World::new().await;
    world.hotel("grand-plaza").await;
    let logins = logins(&world.database);
    let (code, said) = run(&["audit", "plans", "--scratch"], &logins);
    assert!(code == 2 && said.contains("does not say that it is a scratch copy"), "{code}: {said}");
    let say = format!("comment on database \"{}\" is 'scratch copy'", world.database);
    world.admin().await.batch_execute(&say).await.unwrap();
    let (code, said) = run(&["audit", "plans", "--scratch"], &logins[1..2]);
    assert!(code == 0 && said.contains(" executed and rolled back, "), "{code}: {said}");
    assert!(said.contains("0 that do not find the hotel by an index") && said.contains(" rows expected, "), "{said}");
    let (code, said) = run(&["audit", "plans", "--scratch"], &logins[2..]);
    assert!(code == 2 && said.contains("STAYZR_DATABASE_URL"), "{code}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_which_part_lacks_which_login() {
    let (world, elsewhere, reports) = (World::new().await, World::new().await, Reports(Scratch::new()));
    let [auditor, administrator, app, platform] = logins(&world.database);
    // The service's logins do for plans, and not for drills.
    let (code, report) = reports.made(&[], &[auditor.clone(), app.clone(), platform.clone()]);
    assert_eq!((code, not_run(&report, "plans")), (2, &Value::Null));
    assert!(not_run(&report, "attack").as_str().unwrap().contains("STAYZR_DATABASE_URL"), "{}", report["parts"]);
    assert!(report.get("attack").is_none() && report["summary"]["notRun"] == 1);

    // An administrator's does for plans, and for the drills that take no other login.
    let (code, report) = reports.made(&["--database-url", &administrator.1], &[]);
    assert_eq!((code, not_run(&report, "plans"), not_run(&report, "attack")), (2, &Value::Null, &Value::Null));
    let skipped = report["summary"]["skipped"].as_u64().unwrap();
    assert!(skipped > 0 && skipped < report["summary"]["drilled"].as_u64().unwrap(), "{}", report["summary"]);
    assert_eq!(report["summary"]["critical"], 0, "nothing that an administrator may do is a drill's success");

    // Logins of another database are none of this one, whoever mixed them up.
    let [_, foreign, foreign_app, foreign_platform] = logins(&elsewhere.database);
    let (code, report) = reports.made(&[], &[auditor, foreign, foreign_app, foreign_platform]);
    assert_eq!(code, 2);
    for part in ["plans", "attack"] {
        assert!(not_run(&report, part).as_str().unwrap().contains("names another database"), "{}", report["parts"]);
    }
    let (code, report) = reports.made(&["--without", "plans"], &logins(&world.database));
    assert_eq!((code, not_run(&report, "plans").as_str()), (0, Some("left out, by --without plans")));
    assert!(report["attack"].is_object());
}
