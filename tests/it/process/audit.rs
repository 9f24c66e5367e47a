//! `stayzr audit`, as a DBA runs it.

use std::fs;

use serde_json::Value;
use tokio_postgres::Config;

use super::existing::url;
use super::{Scratch, Stayzr, run, stayzr};
use crate::support::{Cluster, World};

/// Status, standard output, standard error; none of them ever holds the password.
#[track_caller]
fn audited(config: &Config, arguments: &[&str]) -> (i32, String, String) {
    let environment = [("STAYZR_AUDITOR_DATABASE_URL", url(config))];
    let output = stayzr(&[&["audit"], arguments].concat(), &environment).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let password = std::str::from_utf8(config.get_password().unwrap()).unwrap();
    assert!(!out.contains(password) && !err.contains(password), "the password was said:\n{out}\n{err}");
    (output.status.code().unwrap(), out, err)
}

#[tokio::test(flavor = "multi_thread")]
async fn lint_ends_with_what_it_found() {
    let world = World::new().await;
    let auditor = Cluster::get().config("stayzr_auditor", &world.database);
    let (code, out, err) = audited(&auditor, &["lint", "--fail-on", "low"]);
    assert_eq!(code, 0, "{out}\n{err}");
    assert!(out.contains(&world.database) && out.contains("0 findings") && !out.contains('\x1b'), "{out}");
    assert_eq!(err, "", "no progress where nobody watches");

    world.admin().await.batch_execute("create index on public.guests using gin (preferences)").await.unwrap();
    for (fail_on, wanted) in [("high", 0), ("medium", 1), ("low", 1)] {
        let (code, out, _) = audited(&auditor, &["lint", "--fail-on", fail_on]);
        assert_eq!(code, wanted, "{fail_on}: {out}");
    }
    world.admin().await.batch_execute("grant truncate on public.guests to stayzr_app").await.unwrap();
    let (code, out, _) = audited(&auditor, &["lint"]);
    assert!(code == 1 && out.contains("CRITICAL  RLS015 table_privileges") && out.contains("public.guests"), "{out}");

    let json = |arguments: &[&str]| -> Value {
        let (code, out, err) = audited(&auditor, arguments);
        assert_eq!(code, 1, "{err}");
        serde_json::from_str(&out).unwrap()
    };
    assert_eq!(json(&["lint", "--format", "json"])["summary"]["critical"], 1);
    assert_eq!(json(&["lint", "--format", "sarif"])["version"], "2.1.0");
    let (_, out, _) = audited(&auditor, &["lint", "--format", "markdown"]);
    assert!(out.starts_with("# Audit of "), "{out}");

    // A file holds what standard output would, which says the sum.
    let scratch = Scratch::new();
    let file = scratch.0.join("report.json").display().to_string();
    let (code, out, _) = audited(&auditor, &["lint", "--format", "json", "--output", &file]);
    assert!(code == 1 && out.contains("1 critical, 1 medium") && out.lines().count() == 1, "{out}");
    let report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(report["database"]["role"], "stayzr_auditor");
}

#[tokio::test(flavor = "multi_thread")]
async fn waivers_come_from_a_file_and_end() {
    let world = World::new().await;
    let auditor = Cluster::get().config("stayzr_auditor", &world.database);
    world.admin().await.batch_execute("grant truncate on public.guests to stayzr_app").await.unwrap();
    let scratch = Scratch::new();
    let file = scratch.0.join("waivers.toml");
    let lint = |text: &str, fail_on: &str| {
        fs::write(&file, text).unwrap();
        let (code, out, err) = audited(&auditor, &["lint", "--waivers", file.to_str().unwrap(), "--fail-on", fail_on]);
        (code, out + &err)
    };
    let waiver = "[[waiver]]\ncheck = \"RLS015\"\nobject = \"public.guests\"\nreason = \"emptied at night\"\n\
        owner = \"dba@example.org\"\nexpires = 2999-12-31\n";
    let (code, said) = lint(waiver, "low");
    assert!(code == 0 && said.contains("1 waived") && said.contains("emptied at night"), "{said}");
    let (code, said) = lint(&waiver.replace("2999", "2020"), "high");
    assert!(code == 1 && said.contains("RLS901") && said.contains("RLS015"), "{said}");
    let unused = waiver.replace("RLS015", "RLS001") + waiver;
    let (code, said) = lint(&unused, "high");
    assert!(code == 0 && said.contains("RLS902 waiver_unused"), "{said}");
    assert_eq!(lint(&unused, "low").0, 1);
    let (code, said) = lint(&waiver.replace("owner", "ower"), "high");
    assert!(code == 2 && said.contains("waivers.toml") && said.contains("ower"), "{said}");
    fs::remove_file(&file).unwrap();
    let (code, _, said) = audited(&auditor, &["lint", "--waivers", file.to_str().unwrap()]);
    assert!(code == 2 && said.contains("waivers.toml"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_run_is_said_and_is_no_clean_bill() {
    let world = World::new().await;
    // A database that Stayzr was never in.
    let elsewhere = Cluster::get().config("stayzr_auditor", "postgres");
    let (code, out, _) = audited(&elsewhere, &["lint"]);
    assert!(code == 2 && out.contains("Could not run") && out.contains("RLS023 function_rights"), "{out}");

    let mut wrong = Cluster::get().config("stayzr_auditor", &world.database);
    wrong.password("not-the-password");
    let (code, out, err) = audited(&wrong, &["lint"]);
    assert!(code == 2 && out.is_empty() && err.contains("password"), "{out}{err}");
    // The flag counts before the environment, and its password is as little said.
    let flag = url(&wrong);
    let right = Cluster::get().config("stayzr_auditor", &world.database);
    let (code, _, err) = audited(&right, &["lint", "--database-url", &flag]);
    assert!(code == 2 && !err.contains("not-the-password"), "{err}");
    let (code, _, err) = audited(&right, &["lint", "--database-url", "postgres://a:secret-word@[bad"]);
    assert!(code == 2 && err.contains("--database-url") && !err.contains("secret-word"), "{err}");
    let administrator = [("STAYZR_DATABASE_URL", url(&right))];
    let (code, said) = run(&["audit", "lint"], &administrator);
    assert!(code == 2 && said.contains("STAYZR_AUDITOR_DATABASE_URL"), "{said}");
}

#[test]
fn explain_knows_its_checks_and_says_which_it_does_not() {
    let (code, said) = run(&["audit", "explain", "RLS003"], &[]);
    assert!(code == 0 && said.contains("tenant_policy") && said.contains("Mend"), "{said}");
    let (code, said) = run(&["audit", "explain"], &[]);
    assert!(code == 0 && said.contains("RLS901  high      waiver_expired"), "{said}");
    for wrong in ["RLS999", "RLS", "nothing"] {
        let (code, said) = run(&["audit", "explain", wrong], &[]);
        assert!(code == 2 && said.contains(&format!("there is no check {wrong}")), "{said}");
    }
    let (code, said) = run(&["audit"], &[]);
    assert!(code == 2 && said.contains("lint") && said.contains("explain"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_database_is_audited_running_or_not() {
    let scratch = Scratch::new();
    let data = [("STAYZR_DATA_DIR", scratch.data_dir().display().to_string())];
    let (code, said) = run(&["audit", "lint"], &data);
    assert!(code == 2 && said.contains("no embedded database"), "{said}");
    assert!(!scratch.data_dir().exists(), "an audit makes nothing");

    let mut served = Stayzr::embedded(&scratch);
    served.ready().await;
    let (code, said) = run(&["audit", "lint", "--fail-on", "low"], &data);
    assert!(code == 0 && said.contains("as stayzr_auditor") && said.contains("0 findings"), "{said}");
    served.ready().await;
    served.signal("-TERM");
    served.ended().await;

    let (code, said) = run(&["audit", "lint", "--fail-on", "low"], &data);
    assert!(code == 0 && said.contains("0 findings"), "{said}");
    let secrets = fs::read_dir(scratch.data_dir().join("secrets")).unwrap().map(|entry| entry.unwrap().path());
    for secret in secrets.filter_map(|path| fs::read_to_string(path).ok()) {
        assert!(!said.contains(secret.trim()), "a secret was said");
    }
    assert_eq!(super::processes_of(&scratch.data_dir()), [""; 0], "what was started is stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_a_page_in_which_nothing_runs() {
    let world = World::new().await;
    let auditor = Cluster::get().config("stayzr_auditor", &world.database);
    let scratch = Scratch::new();
    let file = scratch.0.join("audit.html").display().to_string();
    let page = || fs::read_to_string(&file).unwrap();
    // What its login may not do is not run, and does not pass for that.
    let (code, out, err) = audited(&auditor, &["report", "--output", &file]);
    assert!(code == 2 && out.contains("0 findings") && out.contains("2 parts not run"), "{out}{err}");
    for word in ["Not run: plans, attack.", "STAYZR_DATABASE_URL", "STAYZR_APP_DATABASE_URL", "<b>2</b> not run"] {
        assert!(page().contains(word), "{word} is not on the page");
    }
    let report = ["report", "--without", "plans,attack", "--output", &file];
    let (code, out, err) = audited(&auditor, &report);
    assert!(code == 0 && out.contains("2 parts not run"), "{out}{err}");
    assert!(page().contains("Not run: left out, by --without attack."), "and says so all the same");
    for word in
        ["<!doctype html>", "Nothing critical or high", "what the files of this release say", "<h2>Conditions</h2>"]
    {
        assert!(page().contains(word), "{word} is not on the page");
    }
    assert!(page().contains("<td>public.guests</td><td>stayzr_app</td>"), "the matrix is there");

    let named = "create policy \"<script>alert(1)</script>\" on public.guests for select to stayzr_app using (true)";
    world.admin().await.batch_execute(named).await.unwrap();
    let (code, out, _) = audited(&auditor, &report);
    assert!(code == 1 && out.contains("1 difference from the files"), "{out}");
    assert!(page().contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page().contains("is held by no file"));
    for word in ["<script", "src=", "href=", "url("] {
        assert!(!page().contains(word), "{word} is on the page");
    }
    let markdown = ["report", "--without", "plans,attack", "--format", "markdown", "--fail-on", "critical"];
    let (code, out, _) = audited(&auditor, &markdown);
    assert!(code == 1 && out.contains("## Drift") && out.contains("## Conditions"), "{code}: {out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_tells_what_changed_since_a_file_that_is_kept() {
    let world = World::new().await;
    let auditor = Cluster::get().config("stayzr_auditor", &world.database);
    let scratch = Scratch::new();
    let file = scratch.0.join("baseline.json").display().to_string();
    let (code, out, err) = audited(&auditor, &["drift", "--save", &file]);
    assert!(code == 0 && out.contains("files of this release: 0."), "{out}{err}");
    world.admin().await.batch_execute("drop policy guests_tenant on guests").await.unwrap();
    for arguments in [&["drift"][..], &["drift", "--since", &file]] {
        let (code, out, err) = audited(&auditor, arguments);
        assert!(code == 1 && out.contains("policy guests_tenant on public.guests"), "{out}{err}");
    }
    fs::write(&file, "{}").unwrap();
    let (code, _, err) = audited(&auditor, &["drift", "--since", &file]);
    assert!(code == 2 && err.contains("no baseline"), "{err}");
    // As on a database that an earlier release migrated last.
    world.admin().await.batch_execute("revoke all on app.applied_objects from stayzr_auditor").await.unwrap();
    let (code, _, err) = audited(&auditor, &["drift"]);
    assert!(code == 2 && err.contains("`stayzr migrate` of this release"), "{code}: {err}");
    let (code, out, _) = audited(&auditor, &["matrix"]);
    assert!(code == 0 && out.starts_with("## Tables") && out.contains("## Roles"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drills_and_plans_take_the_services_own_logins() {
    let world = World::new().await;
    let cluster = Cluster::get();
    let logins = [
        ("STAYZR_APP_DATABASE_URL", url(&cluster.config("stayzr_app", &world.database))),
        ("STAYZR_PLATFORM_DATABASE_URL", url(&cluster.config("stayzr_platform", &world.database))),
        ("STAYZR_AUDITOR_DATABASE_URL", url(&cluster.config("stayzr_auditor", &world.database))),
        ("STAYZR_DATABASE_URL", url(&cluster.superuser(&world.database))),
    ];
    let (code, said) = run(&["audit", "plans"], &logins);
    assert!(code == 0 && said.contains("0 that do not find the hotel by an index"), "{code}: {said}");
    let (code, said) = run(&["audit", "attack"], &logins);
    assert!(code == 0 && said.contains(" 0 skipped, 0 succeeded."), "{code}: {said}");
    let (code, said) = run(&["audit", "attack"], &logins[..3]);
    assert!(code == 2 && said.contains("no connection as") && said.contains("skipped"), "{code}: {said}");
    let weaken = "drop policy guests_tenant on guests; alter policy guests_reader on guests using (true)";
    world.admin().await.batch_execute(weaken).await.unwrap();
    let (code, said) = run(&["audit", "attack"], &logins);
    assert!(code == 1 && said.contains("SUCCEEDED"), "{code}: {said}");
    let (code, said) = run(&["audit", "plans"], &logins);
    assert!(code == 1 && said.contains("nothing asks for the hotel"), "{code}: {said}");
}
