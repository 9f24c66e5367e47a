//! The audit: each check finds what it is for, and nothing on the schema as it ships.

mod defects;
mod reports;
mod waivers;

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use stayzr::audit::attack::{AttackLog, Attempt, Drill, Outcome};
use stayzr::audit::plans::{Access, Fault, Plan, Tenant};
use stayzr::audit::report::{Failed, Finding, Identity, Lint, Waived};
use stayzr::audit::{self, Catalogue, Report, Severity, Waivers, explain};
use stayzr::db::{self, Client};

use crate::support::repository::{files_in, read, stem};
use crate::support::{Cluster, World};

/// Whoever audits needs no more than the auditor's role.
async fn auditor(world: &Arc<World>) -> Client {
    db::connect(&Cluster::get().config("stayzr_auditor", &world.database).into()).await.unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The files of the checks, by name.
fn checks() -> Vec<String> {
    files_in("sql/checks").into_iter().filter(|file| file.ends_with(".sql")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_as_it_ships_has_no_findings() {
    let world = World::new().await;
    let catalogue = Catalogue::embedded().unwrap();
    let mut heard = Vec::new();
    let mut client = auditor(&world).await;
    let waivers = Waivers::load(None, &catalogue).unwrap();
    let lint = audit::lint(&mut client, &catalogue, &waivers, day("2026-11-25"), |check| heard.push(check.to_owned()));
    let Lint { findings, waived, failed, .. } = lint.await.unwrap();
    assert!(findings.is_empty() && waived.is_empty() && failed.is_empty(), "{findings:#?} {failed:#?}");
    heard.sort();
    let names: Vec<String> = checks().iter().map(|file| stem(file).to_owned()).collect();
    assert_eq!(heard, names, "each ran, once");
    let left = client.query_one("select current_setting('search_path') || current_setting('statement_timeout')", &[]);
    let left: String = left.await.unwrap().get(0);
    assert!(!left.starts_with("\"\""), "the session is as it was: {left}");
}

#[test]
fn the_binary_carries_every_check_as_its_file_is() {
    let catalogue = Catalogue::embedded().unwrap();
    for file in checks() {
        let check = catalogue.get(stem(&file)).unwrap_or_else(|| panic!("{file} is not in the binary"));
        assert_eq!(check.sql.as_deref(), Some(read(&file).as_str()), "{file}");
    }
}

/// An id of a check that is gone is not given again: what was waived under it would be waived under the new one.
#[test]
fn ids_leave_no_gap_that_somebody_could_fill() {
    let catalogue = Catalogue::embedded().unwrap();
    let ids = catalogue.checks().iter().filter(|check| check.sql.is_some()).map(|check| check.id.clone());
    let wanted: Vec<String> = (1..=checks().len()).map(|number| format!("RLS{number:03}")).collect();
    assert_eq!(ids.collect::<Vec<_>>(), wanted);
}

#[test]
fn every_check_is_in_the_table_of_the_catalogue() {
    let table = read("sql/checks/README.md");
    let catalogue = Catalogue::embedded().unwrap();
    for check in catalogue.checks() {
        assert!(table.contains(&check.id), "sql/checks/README.md does not place {} {}", check.id, check.name);
    }
}

#[test]
fn a_check_is_explained_by_its_id_and_by_its_name() {
    let catalogue = Catalogue::embedded().unwrap();
    for check in catalogue.checks() {
        let said = explain(&catalogue, Some(&check.id.to_lowercase())).unwrap();
        for part in [&check.id, &check.name, &check.what, &check.why, &check.mend, &check.see] {
            assert!(said.contains(part.as_str()), "{part}\n{said}");
        }
        assert_eq!(said, explain(&catalogue, Some(&check.name)).unwrap());
    }
    let list = explain(&catalogue, None).unwrap();
    assert_eq!(list.lines().count(), catalogue.checks().len());
    assert!(explain(&catalogue, Some("RLS999")).unwrap_err().to_string().contains("RLS999"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_cannot_run_is_reported_and_the_others_run() {
    let world = World::new().await;
    let admin = world.admin().await;
    let broken = "-- Id: RLS500\n-- Severity: low\n-- What: a\n-- Why: b\n-- Mend: c\n\
        -- See: https://www.postgresql.org/docs/current/\nselect ''::text, ''::text, rolpassword from pg_authid";
    let mut checks = Catalogue::embedded().unwrap().checks().to_vec();
    checks.push(audit::Check::parse("broken", broken).unwrap());
    checks.push(audit::Check::parse("first", &broken.replace("RLS500", "RLS000")).unwrap());
    let catalogue = Catalogue::of(checks).unwrap();
    admin.batch_execute("create table public.notes (id uuid primary key)").await.unwrap();
    let mut client = auditor(&world).await;
    let lint = audit::lint(&mut client, &catalogue, &Waivers::default(), day("2026-11-25"), |_| ()).await.unwrap();
    let failed: Vec<&str> = lint.failed.iter().map(|failed| failed.check.as_str()).collect();
    assert_eq!(failed, ["RLS000", "RLS500"]);
    assert!(lint.failed[1].reason.contains("42501"), "{}", lint.failed[1].reason);
    assert!(lint.findings.iter().any(|finding| finding.check == "RLS001" && finding.object == "public.notes"));
    let address = Cluster::get().config("stayzr_auditor", &world.database).into();
    let identity = Identity::read(&mut client, &address).await.unwrap();
    let report = Report::new(identity).with_lint(lint, Duration::ZERO);
    assert_eq!((report.summary.failed, report.exit_code(audit::Severity::Low)), (2, 2));
    assert_eq!(
        (report.database.database.as_str(), report.database.role.as_str()),
        (&*world.database, "stayzr_auditor")
    );
    assert!(report.database.server.starts_with('/'), "{}", report.database.server);
}

/// One of each kind of outcome, with text in it that tries to be more than text.
fn sample() -> Report {
    let catalogue = Catalogue::embedded().unwrap();
    let finding = |check: &str, object: &str| {
        let check = catalogue.get(check).unwrap();
        Finding {
            severity: check.severity,
            check: check.id.clone(),
            name: check.name.clone(),
            object: object.to_owned(),
            finding: "is | not <b>as</b> it must be".to_owned(),
            detail: "line one\n\x1b[2Jline `two`".to_owned(),
        }
    };
    let waiver = audit::waivers::Waiver {
        check: "RLS015".to_owned(),
        object: "public.guests".to_owned(),
        reason: "until the move".to_owned(),
        owner: "dba@example.org".to_owned(),
        expires: day("2027-01-31"),
    };
    let lint = Lint {
        checks: catalogue.checks().to_vec(),
        findings: vec![finding("RLS001", "public.\x1b]0;x\x07notes"), finding("RLS012", "public.notes_pkey")],
        waived: vec![Waived { finding: finding("RLS015", "public.guests"), waiver }],
        failed: vec![Failed {
            check: "RLS041".into(),
            name: "role_settings".into(),
            reason: "permission denied".into(),
        }],
    };
    let identity = Identity {
        server_version: "15.18".to_owned(),
        database: "stayzr".to_owned(),
        server: "db.example.org:5432".to_owned(),
        role: "stayzr_auditor".to_owned(),
        time: "2026-11-25T18:00:00Z".to_owned(),
    };
    Report::new(identity).with_lint(lint, Duration::from_millis(812))
}

/// The same with plans and drills, of each kind of outcome.
fn whole() -> Report {
    let plan = |path: &str, accesses, faults| Plan {
        path: path.to_owned(),
        role: "stayzr_app",
        accesses,
        faults,
        measured: None,
    };
    let access = Access {
        table: "public.guests".to_owned(),
        index: None,
        tenant: Tenant::Absent,
        per_row: false,
        held_back: Vec::new(),
        rows: 1.0,
    };
    let fault = Fault {
        severity: Severity::High,
        table: "public.guests".to_owned(),
        what: "nothing asks for the hotel".to_owned(),
    };
    let plans = vec![
        plan("sql/queries/guests/get.sql", vec![access], vec![fault]),
        plan("sql/queries/context/set.sql", Vec::new(), Vec::new()),
    ];
    let attempt = |role: &str, what: &str, outcome: Outcome| Attempt {
        what: what.to_owned(),
        role: role.to_owned(),
        statement: format!("select '<i>{}'", "x".repeat(2_000_000)),
        outcome,
    };
    let refused = |how: &str| Outcome::Refused { how: how.to_owned() };
    let drill = |id: &str, name: &str, title: &str, attempts| Drill {
        id: id.to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        what: "everything is read".to_owned(),
        why: "rows of the rival's are nobody else's".to_owned(),
        expected: "no rows".to_owned(),
        severity: Severity::Critical,
        roles: vec!["stayzr_app".to_owned()],
        attempts,
        milliseconds: 1_549,
    };
    let reads = vec![
        attempt("stayzr_app", "a", refused("42501: permission denied for table a")),
        attempt("stayzr_app", "b", refused("42501: permission denied for table b")),
        attempt("stayzr_app", "c", Outcome::Succeeded { seen: "the rival's \"zq\" | <b>\x1b[2J".to_owned() }),
        attempt("stayzr_app", "d", refused("no rows")),
    ];
    let why = "no connection as stayzr_auditor was given".to_owned();
    let logins = vec![attempt("stayzr_auditor", "a login", Outcome::Skipped { why })];
    let drills = vec![
        drill("ATK024", "reads", "reads <i>everything</i>", reads),
        drill("ATK029", "other_logins", "the other logins", logins),
    ];
    let took = Duration::from_millis(1_549);
    sample().with_plans(plans, took).with_attack(AttackLog { drills }, took)
}
