//! `stayzr audit plans --scratch`: what is executed, where, and what it shows.

use std::sync::Arc;

use stayzr::audit::plans::{self, Plan, ScratchError};
use stayzr::db::Client;

use crate::support::{Hotel, World, two_hotels};

const CLEAR: &str = "sql/queries/sessions/clear.sql";

async fn planned(admin: &Client) -> Vec<Plan> {
    let mut all = plans::read_as(admin, plans::APP).await.unwrap();
    all.extend(plans::read_as(admin, plans::PLATFORM).await.unwrap());
    all
}

/// The plans of that database with what executing them showed.
async fn measured(world: &Arc<World>) -> Vec<Plan> {
    let admin = world.admin().await;
    let mut all = planned(&admin).await;
    plans::measure(&admin, &mut all).await.unwrap();
    all
}

async fn say(world: &Arc<World>, comment: &str) {
    let say = format!("comment on database \"{}\" is '{comment}'", world.database);
    world.admin().await.batch_execute(&say).await.unwrap();
}

/// The estimates that are a finding, each with its statement.
fn misestimates(plans: &[Plan]) -> Vec<String> {
    let faults = |plan: &Plan| {
        let faults = plan.faults.iter().filter(|fault| fault.what.contains("rows were expected"));
        faults.map(|fault| format!("{}: {fault}", plan.path)).collect::<Vec<_>>()
    };
    plans.iter().flat_map(faults).collect()
}

fn statement(path: &str) -> Option<plans::Statement> {
    plans::statements().find(|statement| statement.path == path)
}

/// A hotel that has something for most statements to find.
async fn furnish(hotel: &Hotel) {
    for number in 0..3 {
        let guest = hotel.create_guest(&format!("guest{number}@example.com")).await;
        let conversation = hotel.create_conversation(&guest).await;
        hotel.create_message(&conversation, "The key does not fit.").await;
    }
    hotel.create_team("Front office").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_executed_where_the_database_does_not_say_that_it_is_a_copy() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let mut all = planned(&admin).await;
    for comment in ["", "the real one", "scratch"] {
        say(&plaza.world, comment).await;
        let refused = plans::measure(&admin, &mut all).await.unwrap_err();
        assert!(matches!(refused, ScratchError::NotACopy(_)), "{comment}: {refused}");
        assert!(refused.to_string().contains("comment on database"), "{refused}");
    }
    assert!(all.iter().all(|plan| plan.measured.is_none()));
    // A copy without a hotel has no context to execute in.
    let empty = World::new().await;
    say(&empty, "scratch copy of Tuesday").await;
    let refused = plans::measure(&empty.admin().await, &mut all).await.unwrap_err();
    assert!(matches!(refused, ScratchError::NoHotel), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_executed_or_says_why_not_and_nothing_of_it_stays() {
    let (plaza, breeze) = two_hotels().await;
    furnish(&plaza).await;
    furnish(&breeze).await;
    say(&plaza.world, "A Scratch Copy").await;
    let before = plaza.world.contents().await;
    let all = measured(&plaza.world).await;
    assert_eq!(plaza.world.contents().await, before, "everything is rolled back");
    assert_eq!(all.len(), plans::statements().count());
    let mut executed = 0;
    for plan in &all {
        let measured = plan.measured.as_ref().unwrap_or_else(|| panic!("{}", plan.path));
        executed += usize::from(measured.not_run.is_none());
        match &measured.not_run {
            Some(why) => eprintln!("{}: {why}", plan.path),
            // Row security binds: what is asked in a context that does not hold is an error, and none is.
            None => assert!(measured.worst.as_ref().is_none_or(|worst| worst.factor >= 1.0), "{plan:?}"),
        }
    }
    assert!(executed * 10 > all.len() * 8, "{executed} of {}", all.len());
    for (plan, statement) in all.iter().filter_map(|plan| Some((plan, statement(&plan.path)?))) {
        let why = plan.measured.as_ref().and_then(|measured| measured.not_run.as_deref()).unwrap_or_default();
        // The context holds; but a seal that is a parameter is made up like the others.
        let is_sealed = !why.starts_with("SZ10") || statement.text.to_lowercase().contains("seal");
        // Values of the right kind, and rights that are there: what refuses is a rule about rows.
        let is_a_rule = !why.starts_with("42") || (why.starts_with("42501") && !why.contains("permission denied"));
        assert!(is_sealed && is_a_rule && !why.starts_with("22"), "{}: {why}", plan.path);
    }
    assert_eq!(misestimates(&all), [""; 0], "few rows are no finding");
    let get = all.iter().find(|plan| plan.path == "sql/queries/guests/get.sql").unwrap();
    let worst = get.measured.as_ref().unwrap().worst.as_ref().unwrap();
    assert_eq!(worst.actual, 1.0, "it found the guest it was given: {worst:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_statistics_are_found_until_the_table_is_analyzed() {
    let (plaza, _) = two_hotels().await;
    plaza.create_guest("ada@example.com").await;
    say(&plaza.world, "scratch copy").await;
    let admin = plaza.world.admin().await;
    admin.batch_execute("alter table sessions set (autovacuum_enabled = false)").await.unwrap();
    let ended = "insert into sessions (organization_id, id, user_id, expires_at, ended_at, end_reason)
                 select $1, gen_random_uuid(), $2, now() + interval '1 day', now(), 'logout' from generate_series(1, 5000)";
    admin.execute(ended, &[&plaza.id, &plaza.admin_id]).await.unwrap();
    // As it was when somebody last looked: every session but a few had ended. Since then they live.
    admin.batch_execute("analyze sessions").await.unwrap();
    let revive = "update sessions set ended_at = null, end_reason = null
                  where ended_at is not null
                      and id not in (select id from sessions where ended_at is not null limit 9)";
    admin.batch_execute(revive).await.unwrap();

    let all = measured(&plaza.world).await;
    let found = misestimates(&all);
    assert!(found.iter().any(|fault| fault.starts_with(CLEAR) && fault.contains("on sessions")), "{found:?}");
    let plan = all.iter().find(|plan| plan.path == CLEAR).unwrap();
    let worst = plan.measured.as_ref().unwrap().worst.as_ref().unwrap();
    assert!(worst.factor >= 100.0 && worst.actual > 4_000.0 && worst.estimated < 50.0, "{worst:?}");
    assert!(plan.faults.iter().all(|fault| fault.severity == stayzr::audit::Severity::Low), "{:?}", plan.faults);

    admin.batch_execute("analyze sessions").await.unwrap();
    let all = measured(&plaza.world).await;
    assert_eq!(misestimates(&all), [""; 0]);
    let plan = all.iter().find(|plan| plan.path == CLEAR).unwrap();
    assert_eq!(plan.measured.as_ref().unwrap().not_run, None, "it is executed all the same");
}
