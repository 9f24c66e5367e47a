//! Findings that are lived with, for a while.

use std::sync::Arc;

use chrono::NaiveDate;
use stayzr::audit::report::Lint;
use stayzr::audit::{self, Catalogue, Waivers};

use super::{auditor, day};
use crate::support::World;

/// A world with a table too many, and a waiver of one of the findings there are at it.
async fn linted(world: &Arc<World>, waivers: &str, today: NaiveDate) -> Lint {
    let catalogue = Catalogue::embedded().unwrap();
    let waivers = Waivers::parse("waivers.toml", waivers, &catalogue).unwrap();
    audit::lint(&mut auditor(world).await, &catalogue, &waivers, today, |_| ()).await.unwrap()
}

fn waiver(check: &str, object: &str) -> String {
    format!(
        "[[waiver]]\ncheck = \"{check}\"\nobject = \"{object}\"\nreason = \"goes next month\"\nowner = \"dba\"\n\
         expires = 2027-01-31\n"
    )
}

fn objects(lint: &Lint, check: &str) -> Vec<String> {
    let findings = lint.findings.iter().filter(|finding| finding.check == check);
    findings.map(|finding| finding.object.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_waives_exactly_its_finding_until_its_last_day() {
    let world = World::new().await;
    let notes = "create table public.notes (id uuid primary key); create table public.notes2 (id uuid primary key)";
    world.admin().await.batch_execute(notes).await.unwrap();

    let lint = linted(&world, &waiver("RLS001", "public.notes"), day("2027-01-31")).await;
    assert_eq!(objects(&lint, "RLS001"), ["public.notes2"]);
    assert_eq!(objects(&lint, "RLS006"), ["public.notes", "public.notes2"], "the other checks' findings stay");
    let waived = &lint.waived[0];
    assert_eq!((lint.waived.len(), waived.finding.check.as_str(), waived.waiver.owner.as_str()), (1, "RLS001", "dba"));
    assert!(objects(&lint, "RLS901").is_empty() && objects(&lint, "RLS902").is_empty());

    // A day later it is a finding, and what it waived counts again.
    let lint = linted(&world, &waiver("RLS001", "public.notes"), day("2027-02-01")).await;
    assert_eq!(objects(&lint, "RLS001"), ["public.notes", "public.notes2"]);
    assert_eq!(objects(&lint, "RLS901"), ["public.notes"]);
    assert!(lint.waived.is_empty());

    // Nearly the same name waives nothing, and says so.
    let lint = linted(&world, &waiver("RLS001", "public.note"), day("2027-01-31")).await;
    assert_eq!(objects(&lint, "RLS001"), ["public.notes", "public.notes2"]);
    assert_eq!(objects(&lint, "RLS902"), ["public.note"]);
}
