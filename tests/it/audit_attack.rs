//! `stayzr audit attack`: on the shipped schema every drill is refused, or accepted for a reason; nothing of it stays;
//! and each drill notices what would let it succeed.

mod drills;
mod scene;
mod seeds;
mod traces;

use std::collections::BTreeSet;

use seeds::{NOTHING_TO_NOTICE, SEEDS, SEEDS_OF_THE_SERVER};
use stayzr::audit::attack::{AttackLog, Connections, Outcome, attack, attack_with};
use traces::Before;

use crate::support::repository::{files_in, stem};
use crate::support::{Cluster, World, connect, two_hotels};

/// Every login of that database.
fn connections(cluster: &Cluster, database: &str) -> Connections {
    let login = |role| Some(cluster.config(role, database).into());
    Connections {
        administrator: Some(cluster.superuser(database).into()),
        app: login("stayzr_app"),
        platform: login("stayzr_platform"),
        auditor: login("stayzr_auditor"),
    }
}

/// The attempts that came to such an end, a line each.
fn lines(log: &AttackLog, wanted: impl Fn(&Outcome) -> bool) -> Vec<String> {
    let drills = log.drills.iter().flat_map(|drill| drill.attempts.iter().map(move |attempt| (drill, attempt)));
    drills
        .filter(|(_, attempt)| wanted(&attempt.outcome))
        .map(|(drill, attempt)| {
            format!("{} {} as {}: {}: {}", drill.id, drill.name, attempt.role, attempt.what, attempt.outcome)
        })
        .collect()
}

fn is_fault(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Succeeded { .. } | Outcome::Skipped { .. })
}

/// What comes through, where every drill is tried on that world.
pub async fn attacked(world: &World) -> Vec<String> {
    let log = attack(&connections(Cluster::get(), &world.database), |_| ()).await.unwrap();
    lines(&log, is_fault)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_is_refused_or_accepted_and_nothing_of_it_stays() {
    // Hotels that are there already, with rows of their own.
    let (plaza, _breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    plaza.create_conversation(&guest).await;
    let before = Before::of(&plaza.world).await;

    let connections = connections(Cluster::get(), &plaza.world.database);
    let mut told = Vec::new();
    let log = attack(&connections, |drill| told.push(drill.name.clone())).await.unwrap();
    let faults = lines(&log, is_fault);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert_eq!(log.worst(), None);
    before.assert_unchanged(&plaza.world).await;

    let there: BTreeSet<String> = files_in("sql/attacks")
        .iter()
        .filter(|file| file.ends_with(".sql"))
        .map(|file| stem(file).to_owned())
        .collect();
    assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), there, "every file is tried, and told of once");
    assert_eq!(told.len(), there.len());
    for drill in &log.drills {
        assert!(!drill.attempts.is_empty(), "{} tries something", drill.name);
        eprintln!("{} {}: {} attempts in {} ms", drill.id, drill.name, drill.attempts.len(), drill.milliseconds);
    }
    // What is accepted is few, and each has its reason.
    let accepted = lines(&log, |outcome| matches!(outcome, Outcome::Accepted { .. }));
    let mut drills: Vec<&str> = accepted.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    drills.dedup();
    let known =
        ["replayed_contexts", "other_roles", "locks", "statistics", "estimates", "advisory_locks", "notifications"];
    assert_eq!(drills, known, "\n{}", accepted.join("\n"));
}

/// Runs a drill on a weak database; why the weakness is not noticed, if it is not.
async fn unnoticed(cluster: &Cluster, database: &str, name: &str, weakness: &str, attempt: &str) -> Option<String> {
    let admin = connect(&cluster.superuser(database)).await;
    admin.batch_execute(weakness).await.unwrap_or_else(|error| panic!("{weakness}: {error:?}"));
    let log = attack_with(&connections(cluster, database), |drill| drill == name, |_| ()).await.unwrap();
    let succeeded = lines(&log, |outcome| matches!(outcome, Outcome::Succeeded { .. }));
    let noticed = succeeded.iter().any(|line| line.contains(attempt));
    let all =
        lines(&log, |_| true).into_iter().filter(|line| line.contains(attempt)).collect::<Vec<_>>().join("\n    ");
    (!noticed).then(|| format!("{name} does not notice, at {attempt:?}: {weakness}\n    {all}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_notices_a_weakness_made_for_it() {
    let cluster = Cluster::get();
    let mut faults = Vec::new();
    for (name, weakness, attempt) in SEEDS {
        let database = cluster.migrated_database().await;
        faults.extend(unnoticed(cluster, &database, name, weakness, attempt).await);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Roles belong to a whole server.
#[tokio::test(flavor = "multi_thread")]
async fn every_drill_notices_a_weakness_of_the_server() {
    let cluster = Cluster::start();
    let database = cluster.first_database().await;
    let admin = connect(&cluster.superuser(&database)).await;
    let mut faults = Vec::new();
    for (name, weakness, attempt, undo) in SEEDS_OF_THE_SERVER {
        faults.extend(unnoticed(&cluster, &database, name, weakness, attempt).await);
        admin.batch_execute(undo).await.unwrap();
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_drill_has_a_weakness_that_shows_it_can_succeed() {
    let of_the_server = SEEDS_OF_THE_SERVER.iter().map(|(name, ..)| *name);
    let seeded: BTreeSet<&str> = SEEDS.iter().map(|(name, ..)| *name).chain(of_the_server).collect();
    for file in files_in("sql/attacks").iter().filter(|file| file.ends_with(".sql")) {
        let name = stem(file);
        assert!(
            seeded.contains(name) != NOTHING_TO_NOTICE.contains(&name),
            "{file} has no seed in tests/it/audit_attack/seeds.rs that it notices"
        );
    }
    assert!(SEEDS.len() + SEEDS_OF_THE_SERVER.len() > 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_without_its_login_is_skipped_and_says_why() {
    let log = attack(&Connections::default(), |_| ()).await.unwrap();
    assert!(log.drills.iter().all(|drill| matches!(drill.outcome(), Outcome::Skipped { .. })));
    let reasons = lines(&log, |_| true).join("\n");
    for role in ["administrator", "stayzr_app", "stayzr_platform", "stayzr_auditor"] {
        assert!(reasons.contains(&format!("no connection as {role} was given")), "{role}");
    }

    // An administrator who may not make the hotels.
    let database = Cluster::get().migrated_database().await;
    let mut connections = connections(Cluster::get(), &database);
    connections.administrator = connections.platform.clone();
    let log = attack_with(&connections, |name| name == "reads" || name == "truncate", |_| ()).await.unwrap();
    let faults = lines(&log, is_fault);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("the two hotels cannot be made: 42501"), "{}", faults[0]);
}
