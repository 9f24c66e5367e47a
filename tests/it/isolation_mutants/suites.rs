//! The tests that run against a mutant, in a process of their own.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::support::{CLUSTER_OF, Cluster, TEMPLATE_OF};

/// What is tried in turn, the quick ones first: what a rival, a forger, and somebody without the permission try, the
/// comparison of what each member sees with the definition, and then everything else.
const SUITES: [&[&str]; 4] = [
    &["audit_attack::drills::", "forged::"],
    &["access::", "grant_limits::", "last_admin::", "features::", "subscription_status::"],
    &["data_scope::", "isolation::", "limits::"],
    &[],
];
/// Reads the catalogs, is not about isolation, changes what the mutant has changed, or is this.
const NOT: [&str; 18] = [
    "audit::",
    "audit_attack::every",
    "audit_attack::scene::",
    "audit_attack::traces::",
    "audit_log::partitions::",
    "data_scope::mutants::",
    "data_scope::plans::",
    "embedded::",
    "forged::roles::nobody_holds_a_right_that_no_file_gives_for_a_reason",
    "fuzz::",
    "isolation::references::every",
    "isolation_mutants::",
    "mail::",
    "migrate::",
    "openapi::",
    "policies::",
    "process::",
    "tidy::",
];
/// How many of the tests that killed mutants like this one are tried first.
const LIKELY: usize = 6;
/// A mutant that makes a test wait forever is not killed by that. All tests of all suites take half of it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Which tests to run, one group after the other until one of them fails.
pub fn to_try(known: Option<&str>, first: &[String], likely: Vec<String>) -> Vec<Vec<String>> {
    let known = known.map(|test| vec![test.to_owned()]);
    let likely = likely.into_iter().take(LIKELY).collect::<Vec<String>>();
    let all = SUITES.iter().map(|suites| suites.iter().map(|&suite| suite.to_owned()).collect());
    known.into_iter().chain([first.to_vec()]).chain((!likely.is_empty()).then_some(likely)).chain(all).collect()
}

/// The first of these tests that fails on copies of that database, in the crowd and again by itself: one that fails in
/// the crowd alone may have run out of time.
pub async fn killer(database: &str, tests: &[String]) -> Option<String> {
    let mut passed_alone = Vec::new();
    loop {
        let first = first_failure(database, tests, &passed_alone).await?;
        if tests == [&*first] || first_failure(database, std::slice::from_ref(&first), &[]).await.is_some() {
            return Some(first);
        }
        passed_alone.push(first);
    }
}

async fn first_failure(database: &str, tests: &[String], passed: &[String]) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(tests).arg("--test-threads=2");
    command.args(NOT.into_iter().chain(passed.iter().map(String::as_str)).flat_map(|name| ["--skip", name]));
    command.env(CLUSTER_OF, Cluster::get().directory()).env(TEMPLATE_OF, database);
    command.env_remove("UPDATE").stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let process = child.id().expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let failed = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(test) = line.strip_suffix(" ... FAILED") {
                return test.strip_prefix("test ").map(ToOwned::to_owned);
            }
        }
        None
    };
    let first = tokio::time::timeout(PATIENCE, failed).await.ok().flatten();
    let _ = child.kill().await;
    Cluster::get().drop_databases_of(process).await;
    first
}
