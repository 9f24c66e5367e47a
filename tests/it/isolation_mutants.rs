//! Whether the suite would notice: the isolation is weakened by one thing at a time, and some test has to fail.
//!
//! Every mutant there is (`isolation_mutants/mutants.sql`) takes hours, so a run takes a sample:
//!
//! ```text
//! cargo test isolation_mutants -- --ignored --nocapture                a sample
//! STAYZR_MUTANTS=all cargo test isolation_mutants -- --ignored …      every one
//! STAYZR_MUTANTS='trigger guests' cargo test isolation_mutants …       those whose names contain it
//! STAYZR_MUTANTS=7/40 cargo test isolation_mutants …                   the seventh of forty parts
//! ```
//!
//! The tests run in a process of their own, on a database that was migrated and then weakened. They are those that try
//! what somebody could do; none that reads the catalogs, which would notice anything.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::support::repository::read;
use crate::support::{Cluster, MUTANT, connect};

/// What runs against a mutant: what a rival, a forger, and somebody without the permission try, and the comparison of
/// what each member sees with the definition.
const SUITES: [&str; 9] = [
    "isolation::",
    "forged::",
    "access::",
    "data_scope::",
    "grant_limits::",
    "last_admin::",
    "limits::",
    "features::",
    "subscription_status::",
];
/// Reads the catalogs, or changes what the mutant has changed.
const NOT: [&str; 4] = [
    "forged::roles::nobody_holds_a_right_that_no_file_gives_for_a_reason",
    "data_scope::mutants::",
    "data_scope::plans::",
    "isolation_mutants",
];
/// What is tried unless more is asked for: a table left open, a grant too wide, and the seal.
const SAMPLE: [&str; 3] =
    ["row security of guests off", "insert of messages names the hotel", "the seal is not verified"];
/// Mutants that no test kills, each with why it may live, one a line: `name: reason`. It only gets shorter.
const SURVIVORS: &str = "tests/it/isolation_mutants/survivors.txt";

struct Mutant {
    name: String,
    statements: String,
}

/// All of them, by name. Each applies to the healthy database: one that did not would fail every test for nothing.
async fn mutants() -> Vec<Mutant> {
    let database = Cluster::get().migrated_database().await;
    let client = connect(&Cluster::get().superuser(&database)).await;
    let rows = client.query(&read("tests/it/isolation_mutants/mutants.sql"), &[]).await.unwrap();
    let all: Vec<Mutant> =
        rows.iter().map(|row| Mutant { name: row.get("name"), statements: row.get("statements") }).collect();
    for mutant in &all {
        let applied = client.batch_execute(&format!("begin; {}; rollback", mutant.statements)).await;
        applied.unwrap_or_else(|error| panic!("{}: {error:?}", mutant.name));
    }
    all
}

/// Those that were asked for.
fn asked(mutants: Vec<Mutant>) -> Vec<Mutant> {
    let wanted = std::env::var("STAYZR_MUTANTS").unwrap_or_default();
    if wanted == "all" {
        return mutants;
    }
    let numbers = wanted.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    if let Some((part, of)) = numbers {
        return mutants.into_iter().skip(part).step_by(of).collect::<Vec<Mutant>>();
    }
    let chosen = |mutant: &Mutant| match &*wanted {
        "" => SAMPLE.contains(&&*mutant.name),
        part => mutant.name.contains(part),
    };
    mutants.into_iter().filter(chosen).collect()
}

/// The first test that fails on that database, if any does.
fn killer(mutant: &Mutant) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(SUITES).args(NOT.iter().flat_map(|name| ["--skip", name])).arg("--test-threads=4");
    command.env(MUTANT, &mutant.statements).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let failed = lines.filter_map(|line| Some(line.strip_suffix(" ... FAILED")?.strip_prefix("test ")?.to_owned()));
    let first = { failed }.next();
    // Its PostgreSQL goes with it.
    let _ = child.kill();
    let ended = child.wait().unwrap();
    assert!(first.is_some() || ended.success(), "{}: the tests did not run to their end: {ended}", mutant.name);
    first
}

#[ignore = "minutes for each mutant: run it by name, with --ignored"]
#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_of_the_isolation_is_killed_by_some_test() {
    let all = mutants().await;
    let (count, mutants) = (all.len(), asked(all));
    assert!(mutants.len() >= SAMPLE.len() || std::env::var_os("STAYZR_MUTANTS").is_some(), "a sample is misspelt");
    let excused: BTreeMap<String, String> = read(SURVIVORS)
        .lines()
        .filter_map(|line| line.split_once(": ").map(|(name, why)| (name.into(), why.into())))
        .collect();
    let (mut killed, mut faults) = (BTreeMap::<String, u32>::new(), Vec::new());
    for mutant in &mutants {
        let began = Instant::now();
        let killer = tokio::task::block_in_place(|| killer(mutant));
        let told = killer.as_deref().unwrap_or("SURVIVED");
        eprintln!("{}: {told} ({:.0} s)", mutant.name, began.elapsed().as_secs_f32());
        match (killer, excused.contains_key(&mutant.name)) {
            (Some(killer), false) => *killed.entry(killer).or_default() += 1,
            (None, true) => {}
            (None, false) => faults.push(format!("{} survives", mutant.name)),
            (Some(killer), true) => faults.push(format!("{} is killed by {killer}: excuse it no more", mutant.name)),
        }
    }
    eprintln!("{} of {count} mutants tried, {} killed", mutants.len(), killed.values().sum::<u32>());
    for (killer, mutants) in &killed {
        eprintln!("{mutants:5} by {killer}");
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
