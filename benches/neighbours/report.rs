//! What is printed.

use std::collections::BTreeMap;

use stayzr::db::Client;

use crate::Failure;
use crate::arguments::Arguments;
use crate::asks::Noise;
use crate::processors::Used;
use crate::turn::Turn;
use crate::world::{Hotels, World};

const SETTINGS: [&str; 6] =
    ["server_version", "shared_buffers", "fsync", "synchronous_commit", "full_page_writes", "data_checksums"];
/// The p99 of the quiet ones, at most so many times what it is without the noisy one.
const RATIO_MAX: f64 = 1.5;

/// The turns of one part, by what the noisy hotel did and by round.
#[derive(Default)]
pub struct Figures([Vec<Turn>; Noise::ALL.len()]);

/// The machine and its settings.
pub async fn print_machine(arguments: &Arguments, world: &World) -> Result<(), Failure> {
    println!(
        "{} cores, which client, server and PostgreSQL share; {} connections to the database; no log lines are written",
        std::thread::available_parallelism()?,
        world.settings.app_connections
    );
    for name in SETTINGS {
        print!("{name} {}  ", setting(&world.admin, name).await?);
    }
    println!("\n{} rounds, each situation measured for {} s in each", arguments.rounds, arguments.seconds);
    Ok(())
}

/// Who asks how much.
pub fn print_hotels(arguments: &Arguments, hotels: &Hotels) {
    let (allowed, times) = (hotels.requests_per_second, arguments.times);
    println!(
        "{} quiet hotels (starter) with {} requests/s each, of ten 4 guests, 3 times 20 messages, 2 times 50 \
         conversations, 1 new message\n\
         one noisy hotel ({}, {allowed} requests/s) with {} requests/s over {} connections",
        hotels.quiet.len(),
        arguments.quiet_requests,
        arguments.tier.name(),
        allowed * times,
        arguments.noisy_connections
    );
    if let Some(concurrent) = arguments.noisy_concurrent {
        println!("of which {concurrent} are worked on at the same time, not as many as its plan says");
    }
}

async fn setting(admin: &Client, name: &str) -> Result<String, Failure> {
    Ok(admin.query_one("select current_setting($1)", &[&name]).await?.try_get(0)?)
}

impl Figures {
    pub fn add(&mut self, noise: Noise, turn: Turn) {
        self.0[noise as usize].push(turn);
    }

    /// Requests of quiet hotels that were not answered as they should be.
    pub fn errors(&self) -> u64 {
        self.0.iter().flatten().flat_map(|turn| turn.quiet.errors.values()).sum()
    }

    pub fn print(&self, title: &str, allowed: f64, seconds: f64) {
        println!("\n{title}\n");
        println!(
            "| The noisy one | Quiet: p50 ms | p99 ms | / without it | p99 ms while its burst | / without it | \
             sent late, p99 ms | p99 from when it was sent | / without it | errors |\n\
             |---|---|---|---|---|---|---|---|---|---|"
        );
        Noise::ALL.iter().for_each(|noise| self.print_quiet(*noise));
        println!(
            "\n| The noisy one | due/s | sent/s | admitted/s | of what it may | 429/s | other answers/s | \
             processors: client | server | PostgreSQL |\n|---|---|---|---|---|---|---|---|---|---|"
        );
        Noise::ALL.iter().for_each(|noise| self.print_noisy(*noise, allowed, seconds));
    }

    fn print_quiet(&self, noise: Noise) {
        let p99 = |turn: &Turn| quantile(&turn.quiet.latencies, 0.99);
        let burst = |turn: &Turn| quantile(&turn.quiet.burst, 0.99);
        let from_sent = |turn: &Turn| quantile(&turn.quiet.from_sent, 0.99);
        let ratio = |of: &dyn Fn(&Turn) -> f64| match noise {
            Noise::Nothing => "1".to_owned(),
            _ => self.ratio(noise, of).to_string(),
        };
        println!(
            "| {} | {:.2} | {:.2} | {} | {:.2} | {} | {:.2} | {:.2} | {} | {} |",
            noise.name(),
            self.spread(noise, |turn| quantile(&turn.quiet.latencies, 0.5)).median,
            self.spread(noise, p99).median,
            ratio(&p99),
            self.spread(noise, burst).median,
            ratio(&burst),
            self.spread(noise, |turn| quantile(&turn.quiet.late, 0.99)).median,
            self.spread(noise, from_sent).median,
            ratio(&from_sent),
            counts(self.0[noise as usize].iter().map(|turn| &turn.quiet.errors), 1.0),
        );
    }

    fn print_noisy(&self, noise: Noise, allowed: f64, seconds: f64) {
        let turns = &self.0[noise as usize];
        let seconds = seconds * turns.len() as f64;
        let per_second = |of: &dyn Fn(&Turn) -> u64| turns.iter().map(of).sum::<u64>() as f64 / seconds;
        let answered = |status: u16| per_second(&|turn| turn.noisy.answers.get(&status).copied().unwrap_or_default());
        let admitted = answered(noise.status());
        let mut others: Vec<BTreeMap<u16, u64>> = turns.iter().map(|turn| turn.noisy.answers.clone()).collect();
        others.iter_mut().for_each(|answers| answers.retain(|status, _| ![429, noise.status()].contains(status)));
        let used = |of: &dyn Fn(&Used) -> f64| {
            let used: Option<f64> = turns.iter().map(|turn| turn.used.as_ref().map(of)).sum();
            used.map_or("-".into(), |used| format!("{:.2}", used / turns.len() as f64))
        };
        println!(
            "| {} | {:.0} | {:.0} | {admitted:.0} | {:.2} | {:.0} | {} | {} | {} | {} |",
            noise.name(),
            per_second(&|turn| turn.noisy.due),
            per_second(&|turn| turn.noisy.sent),
            admitted / allowed,
            answered(429),
            counts(others.iter(), seconds),
            used(&|used| used.client),
            used(&|used| used.server),
            used(&|used| used.postgres),
        );
    }

    fn spread(&self, noise: Noise, of: impl Fn(&Turn) -> f64) -> Spread {
        Spread::of(self.0[noise as usize].iter().map(of).collect())
    }

    /// Of each round, to the situation without the noisy one.
    fn ratio(&self, noise: Noise, of: &dyn Fn(&Turn) -> f64) -> Spread {
        let pairs = self.0[noise as usize].iter().zip(&self.0[Noise::Nothing as usize]);
        Spread::of(pairs.map(|(with, without)| of(with) / of(without)).collect())
    }

    /// What there being other hotels changes, without the noisy one.
    pub fn print_change(&self, title: &str, crowded: &Figures) {
        let p99 = |figures: &Figures| figures.spread(Noise::Nothing, |turn| quantile(&turn.quiet.latencies, 0.99));
        let (before, after) = (p99(self), p99(crowded));
        println!("{title}: p99 of the quiet ones {after} ms where it was {before} ms");
    }

    /// Whether the goal is met, situation by situation.
    pub fn print_goal(&self, title: &str) {
        for noise in &Noise::ALL[1..] {
            let ratio = self.ratio(*noise, &|turn| quantile(&turn.quiet.latencies, 0.99));
            let verdict = if ratio.median <= RATIO_MAX { "met" } else { "not met" };
            println!("{title}, the noisy one {}: {ratio}, at most {RATIO_MAX}: {verdict}", noise.name());
        }
    }
}

/// The median over the rounds, the least and the greatest.
struct Spread {
    median: f64,
    least: f64,
    greatest: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        Spread { median: (at(last / 2) + at(values.len() / 2)) / 2.0, least: at(0), greatest: at(last) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} ({:.2}–{:.2})", self.median, self.least, self.greatest)
    }
}

/// A quantile of latencies, in milliseconds.
fn quantile(latencies: &[u32], quantile: f64) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() as f64 * quantile) as usize;
    let micros = sorted.get(index.min(sorted.len().saturating_sub(1)));
    micros.map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

/// How many there were of each status, per so much.
fn counts<'a>(maps: impl Iterator<Item = &'a BTreeMap<u16, u64>>, per: f64) -> String {
    let mut all = BTreeMap::<u16, u64>::new();
    for (status, count) in maps.flatten() {
        *all.entry(*status).or_default() += count;
    }
    let texts = all.iter().map(|(status, count)| format!("{status}: {:.1}", *count as f64 / per));
    if all.is_empty() { "none".to_owned() } else { texts.collect::<Vec<_>>().join(", ") }
}
