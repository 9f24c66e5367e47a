//! Whether the suite would notice: the isolation is weakened by one thing at a time, and some test has to fail.
//!
//! `isolation_mutants/mutants.sql` makes the mutants from the catalogs of a healthy database. `ledger.txt` says for each
//! of them by which test it is killed, and `survivors.txt` why one may live that no test kills. A plain run of the tests
//! tries a sample of the ledger again. More is tried when asked for:
//!
//! ```text
//! STAYZR_MUTANTS=all cargo test isolation_mutants -- --nocapture               every one: the better part of an hour
//! STAYZR_MUTANTS=untried cargo test isolation_mutants -- --nocapture           those that the ledger does not know
//! STAYZR_MUTANTS='trigger guests' cargo test isolation_mutants -- --nocapture  those whose names contain it
//! STAYZR_MUTANTS=7/40 cargo test isolation_mutants -- --nocapture              the seventh of forty parts
//! ```
//!
//! A mutant that its test of the ledger does not kill, or that has none, is tried with every suite there is for it, which
//! takes minutes. `UPDATE=1` writes what killed it into the ledger.
//!
//! The tests run in a process of their own, on copies of a database that was migrated and then weakened. They are those
//! that try what somebody could do; none that reads the catalogs, which would notice anything.

mod ledger;
mod patches;
mod suites;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::iter;
use ledger::Ledger;

use crate::support::repository::read;
use crate::support::{Cluster, connect};

/// How many a plain run tries.
const SAMPLE: usize = 12;

struct Mutant {
    name: String,
    statements: String,
    /// What is tried first.
    tests: Vec<String>,
}

/// All of them, by name, and the healthy database they are made from.
async fn mutants() -> (Vec<Mutant>, String) {
    let database = Cluster::get().migrated_database().await;
    let client = connect(&Cluster::get().superuser(&database)).await;
    let rows = client.query(&read("tests/it/isolation_mutants/mutants.sql"), &[]).await.unwrap();
    let all = rows.iter().map(|row| Mutant {
        name: row.get("name"),
        statements: row.get("statements"),
        tests: row.get("tests"),
    });
    let all: Vec<Mutant> = all.collect();
    let functions = "select pg_get_functiondef(oid) from pg_proc where pronamespace = 'app'::regnamespace";
    let as_they_are: BTreeSet<String> =
        client.query(functions, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let same = all.iter().find(|mutant| as_they_are.contains(&mutant.statements)).map(|mutant| &mutant.name);
    assert_eq!(same, None, "it changes nothing");
    (all, database)
}

/// Those that were asked for, or a sample from all over the ledger.
fn asked(mutants: Vec<Mutant>, ledger: &Ledger) -> Vec<Mutant> {
    let wanted = std::env::var("STAYZR_MUTANTS").unwrap_or_default();
    let numbers = wanted.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match (&*wanted, numbers) {
        ("all", _) => mutants,
        ("untried", _) => mutants.into_iter().filter(|one| !ledger.knows(&one.name)).collect(),
        (_, Some((part, of))) => mutants.into_iter().skip(part).step_by(of).collect(),
        ("", _) => {
            let killed: Vec<Mutant> = mutants.into_iter().filter(|one| ledger.killer(&one.name).is_some()).collect();
            let step = killed.len().div_ceil(SAMPLE).max(1);
            killed.into_iter().step_by(step).collect()
        }
        (part, _) => mutants.into_iter().filter(|mutant| mutant.name.contains(part)).collect(),
    }
}

/// The test that kills the mutant, if one does: that of the ledger, or else the first of all.
async fn killer(mutant: &Mutant, healthy: &str, ledger: &Ledger) -> Option<String> {
    let weakened = Cluster::get().copy_of(healthy).await;
    let client = connect(&Cluster::get().superuser(&weakened)).await;
    client.batch_execute(&mutant.statements).await.unwrap_or_else(|error| panic!("{}: {error:?}", mutant.name));
    drop(client);
    let mut killer = None;
    for tests in suites::to_try(ledger.killer(&mutant.name), &mutant.tests, ledger.killers_like(&mutant.name)) {
        killer = suites::killer(&weakened, &tests).await;
        if killer.is_some() {
            break;
        }
    }
    Cluster::get().drop_database(&weakened).await;
    killer
}

/// Every mutant has its entry, and every entry its mutant.
#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_is_killed_or_excused() {
    let ledger = Ledger::read();
    let there: BTreeSet<String> = mutants().await.0.into_iter().map(|mutant| mutant.name).collect();
    let faults = ledger.faults(&there);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutant_of_the_isolation_is_killed_by_its_test() {
    let ledger = Ledger::read();
    let (all, healthy) = mutants().await;
    let (count, tried) = (all.len(), asked(all, &ledger));
    assert!(!tried.is_empty(), "no mutant is called that");
    let at_once = std::thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2);
    let ended = iter(&tried).map(async |mutant| {
        let began = Instant::now();
        let killer = killer(mutant, &healthy, &ledger).await;
        let told = killer.as_deref().unwrap_or("SURVIVED");
        eprintln!("{}: {told} ({:.0} s)", mutant.name, began.elapsed().as_secs_f32());
        if let Some(killer) = &killer {
            ledger::update(&mutant.name, killer);
        }
        (&*mutant.name, killer)
    });
    let ended: BTreeMap<&str, Option<String>> = ended.buffer_unordered(at_once).collect().await;
    let mut killers = BTreeMap::<&str, u32>::new();
    ended.values().flatten().for_each(|killer| *killers.entry(killer).or_default() += 1);
    eprintln!("{} of {count} mutants tried, {} killed", ended.len(), killers.values().sum::<u32>());
    for (killer, mutants) in &killers {
        eprintln!("{mutants:5} by {killer}");
    }
    let faults: Vec<String> =
        ended.iter().filter_map(|(mutant, killer)| ledger.fault(mutant, killer.as_deref())).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
