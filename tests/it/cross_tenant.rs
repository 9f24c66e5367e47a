//! Many users of several hotels at once, and whatever can go wrong: no hotel sees a byte of
//! another, and nothing that was acknowledged is lost or done twice.
//!
//! Real servers (two of them, on one database) are driven over HTTP by the OpenAPI document:
//! valid, mutated and foreign ids, tokens, cursors, idempotency keys, tags and filters, while
//! clients hang up, backends are killed, listeners cut, tables locked, signing and seal keys
//! rotated, plans changed, hotels suspended and servers restarted. Every hotel has a secret word in all it
//! writes. Each byte of each answer, each line of the log and each letter is looked at for the
//! words, ids and numbers of other hotels. Nobody ever sends a word of another hotel, so none can be
//! an echo; a foreign id counts unless the request itself named it.
//!
//! ```text
//! cargo test --test it -- cross_tenant --ignored --nocapture         a minute and a half
//! STAYZR_FUZZ_SECONDS=7200 STAYZR_FUZZ_REQUESTS=1000000 cargo test --release --test it -- cross_tenant …
//! STAYZR_TEST_SEED=7 STAYZR_FUZZ_SECONDS=20 cargo test …             that run once more
//! ```
//!
//! What a seed gives: the hotels' words, the troubles in their order and the number of
//! requests before each, and of every request of every user (by the numbers of the user and
//! the request): who sends it, which operation, with what mutated or foreign, and whether the
//! sender hangs up. What it does not: how requests meet. Which id, cursor or tag a request
//! takes depends on what was learnt by then, names that have to be new are numbered in the
//! order of the asking, which backend is killed depends on which there are, and how many
//! requests each user gets to send depends on the speed. A finding is therefore told with the
//! whole request and answer, and one that hangs on how requests meet may take several runs of
//! its seed to come again.

mod draft;
mod hotels;
mod known;
mod model;
mod post;
mod run;
mod server;
mod settle;
mod special;
mod tally;
mod trouble;
mod values;
mod watch;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::fuzz::Operation;
use crate::support::{Chance, World};
use hotels::{HOTELS, let_in};
use known::Known;
use model::Model;
use post::Post;
use run::Run;
use server::Servers;
use tally::Tally;
use watch::Markers;
use wire::Wire;

const WORKERS: u64 = 24;
const SERVERS: usize = 2;
/// Unless `STAYZR_FUZZ_SECONDS` says otherwise.
const SECONDS: u64 = 90;
/// What clients that hung up left behind goes on for a while: the timeouts of a request and of a lock.
const AFTERMATH: Duration = Duration::from_secs(4);
/// Fewer than so many requests prove nothing.
const REQUESTS_MIN: u64 = 500;

/// How often an operation comes, where it does not come six times.
fn weight(operation: &Operation) -> usize {
    match &*operation.id {
        "messages_create" => 40,
        "guests_create" | "guests_list" | "conversations_list" => 30,
        "guests_get" | "guests_update" | "messages_list" => 20,
        "conversations_create" | "conversations_get" | "conversations_update" => 14,
        "teams_create" | "teams_update" | "teams_list" => 8,
        "guests_archive" | "conversations_archive" | "teams_delete" => 3,
        // Each costs a password's hash, or everybody's sessions.
        "users_create" | "auth_login" => 3,
        id if id.starts_with("auth_logout") || id == "sessions_clear" || id == "auth_switch_back" => 1,
        "auth_change_password" | "auth_reset_password" | "auth_accept_invitation" | "subscriptions_update" => 1,
        id if id.starts_with("platform_") => 1,
        _ => 6,
    }
}

/// A seed for one thing of the run, whatever the others draw.
fn seed_of(seed: u64, worker: u64, step: u64) -> Chance {
    let mut mix = Chance::new(seed ^ (worker << 40) ^ step);
    Chance::new(mix.below(u64::MAX))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

async fn prepare(seed: u64, world: &Arc<World>) -> Run {
    let markers = Arc::new(Markers::new(&mut seed_of(seed, 1 << 20, 0), HOTELS + 1));
    let tally = Arc::new(Tally::default());
    let (hotels, robin) = hotels::found(world, &markers).await;
    let organizations = hotels.iter().map(|hotel| hotel.id).collect();
    let post = Post::open().await;
    let servers = Servers::start(world, SERVERS, &post.url(), markers.clone(), tally.clone(), organizations).await;
    let document: Value = serde_json::from_str(&stayzr::app::document().unwrap()).unwrap();
    let operations = Operation::all(&document);
    let each = operations.iter().enumerate();
    let weighted = each.clone().flat_map(|(index, one)| std::iter::repeat_n(index, weight(one))).collect();
    let reads = each.filter(|(_, one)| one.path.starts_with("/v1/platform") && one.method == "GET");
    Run {
        platform_reads: reads.map(|(index, _)| index).collect(),
        weighted,
        operations,
        document,
        known: Known::new(hotels.len(), [robin.id].into()),
        model: Model::new(hotels.len()),
        hotels,
        markers,
        servers,
        post,
        tally,
        drafted: AtomicU64::new(0),
    }
}

/// One user at a time, on one connection to each server: whoever it is, request by request.
async fn work(run: &Run, seed: u64, worker: u64, requests: u64) {
    let mut wires: Vec<Wire> = run.servers.each.iter().map(|server| Wire::to(server.address)).collect();
    for step in 0.. {
        if run.tally.is_over() || run.tally.requests() >= requests {
            return;
        }
        run.drafted.fetch_add(1, Ordering::SeqCst);
        let mut chance = seed_of(seed, worker, step);
        let draft = draft::next(run, worker, step, seed_of(seed, worker, step)).await;
        if draft.token.is_empty() {
            let wire = &mut wires[(step % SERVERS as u64) as usize];
            if !let_in(run, draft.hotel, draft.member, wire, &mut chance).await {
                // Suspended, disabled, or without the plan for it: others go on.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            continue;
        }
        run.carry_out(&draft, &mut wires, &mut chance).await;
    }
}

#[ignore = "two minutes of the whole machine: a step of its own in .ci/run"]
#[tokio::test(flavor = "multi_thread")]
async fn no_hotel_sees_a_byte_of_another() {
    let seed = Chance::seed();
    let seconds = number("STAYZR_FUZZ_SECONDS").unwrap_or(SECONDS);
    let requests = number("STAYZR_FUZZ_REQUESTS").unwrap_or(u64::MAX);
    eprintln!("cross_tenant: STAYZR_TEST_SEED={seed}");
    let world = World::new().await;
    let run = Arc::new(prepare(seed, &world).await);
    let began = Instant::now();
    let mut users = JoinSet::new();
    for worker in 0..WORKERS {
        let run = run.clone();
        users.spawn(async move { work(&run, seed, worker, requests).await });
    }
    let (troubled, base) = (run.clone(), world.clone());
    let trouble = tokio::spawn(async move { trouble::make(&troubled, &base, seed_of(seed, 1 << 20, 1)).await });
    let reader = run.clone();
    tokio::spawn(async move { reader.post.read(&reader).await });
    let timer = run.clone();
    let clock = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        timer.tally.over.store(true, Ordering::SeqCst);
    });
    while let Some(user) = users.join_next().await {
        user.expect("a user comes to an end");
    }
    clock.abort();
    run.tally.over.store(true, Ordering::SeqCst);
    trouble.await.expect("trouble comes to an end");
    let took = began.elapsed();
    if run.tally.findings().is_empty() {
        tokio::time::sleep(AFTERMATH).await;
        settle::settle(&run, &world).await;
    }
    let ids = || run.operations.iter().map(|operation| operation.id.clone());
    eprintln!("{}", run.tally.report(took, ids()));
    let findings = run.tally.findings();
    assert!(findings.is_empty(), "STAYZR_TEST_SEED={seed}: {} findings\n\n{}", findings.len(), findings.join("\n\n"));
    let (never, all) = (run.tally.never_done(ids()).len(), run.operations.len());
    assert!(run.tally.requests() >= REQUESTS_MIN && never * 2 < all, "too little was done to prove anything");
}
