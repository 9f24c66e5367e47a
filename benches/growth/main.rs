//! `cargo bench --bench growth`: what a request costs the database as hotels and their messages grow in number.
//!
//! A database for each size, in one PostgreSQL, and the same statements of the same prepared ways in turns at all of
//! them: for four small hotels, which are the same at every size, and for the one that holds half of everything. There
//! is no HTTP. Ratios to the smallest size are what to read. Before that it looks at the plans of the largest.
#![allow(clippy::print_stdout)] // A benchmark prints.

mod asker;
mod plans;
mod report;
mod size;
mod workload;

use clap::Parser;
use report::{Cell, Report};
use size::Size;
use stayzr::db::embedded::{Embedded, Options};
use stayzr::tenancy::{SealKey, Sealer};
use workload::{Hotel, Workload};

/// Whatever stops the benchmark.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// In hotels. Each has a thousand times as many messages.
const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];
/// Requests before the first round: everything that is asked for has been asked for once, and is in the caches.
const WARM_UP: u32 = 80;

/// Measures what requests cost with 10 to 10,000 hotels.
#[derive(Parser)]
struct Arguments {
    /// Hotels of the largest size
    #[arg(long, default_value = "10000", value_parser = ["100", "1000", "10000"])]
    largest: String,
    /// Rounds, in each of which every size takes its turn
    #[arg(long, default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Requests of a turn, which ends after a second all the same
    #[arg(long, default_value = "30", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    turn: u32,
    /// Compares the largest size with itself where the big hotel's messages have a partition of their own, and nothing else
    #[arg(long)]
    divided: bool,
    /// Cargo says this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    // One thread: a request that has to wake another first costs what that takes, which is nothing the database does.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut options = Options::new(std::env::temp_dir().join(format!("stayzr-growth-{}", std::process::id())));
        options.path = std::env::var_os("PATH");
        options.postgres_bin = std::env::var_os("STAYZR_POSTGRES_BIN").map(Into::into);
        options.ephemeral = true;
        // Waiting for a disk is the same at every size, and longer than the rest.
        options.durable = false;
        let embedded = Embedded::start(options).await?;
        let done = run(&arguments, &embedded).await;
        embedded.stop().await?;
        done
    })
}

async fn run(arguments: &Arguments, embedded: &Embedded) -> Result<(), Failure> {
    let largest: u32 = arguments.largest.parse()?;
    let seal_key = SealKey::new("bench", vec![7; 32])?;
    let sealer = Sealer::new(std::slice::from_ref(&seal_key))?;
    if arguments.divided {
        let whole = Size::load(embedded, &seal_key, largest, "whole").await?;
        let divided = Size::load(embedded, &seal_key, largest, "divided").await?.divide(embedded).await?;
        return measure(arguments, embedded, &[whole, divided], &sealer).await;
    }
    let mut sizes = Vec::new();
    for organizations in SIZES.into_iter().filter(|organizations| *organizations <= largest) {
        sizes.push(Size::load(embedded, &seal_key, organizations, "hotels").await?);
    }
    if let Some(largest) = sizes.last() {
        plans::check(largest, embedded, &sealer).await?;
    }
    measure(arguments, embedded, &sizes, &sealer).await
}

async fn measure(arguments: &Arguments, embedded: &Embedded, sizes: &[Size], sealer: &Sealer) -> Result<(), Failure> {
    let mut askers = Vec::new();
    for size in sizes {
        askers.push(size.asker(embedded, sealer).await?);
    }
    println!("\n{}\n", size::machine(embedded, &sizes[0]).await?);
    println!("{} rounds of {} requests at each size", arguments.rounds, arguments.turn);
    let mut report = Report::begin(sizes, if arguments.divided { 1.1 } else { 1.3 });
    for workload in Workload::ALL {
        for hotel in Hotel::ALL {
            for (size, asker) in sizes.iter().zip(&askers) {
                asker.turn(workload, size.targets(hotel), 0, WARM_UP).await?;
            }
            let mut cells = vec![Vec::new(); sizes.len()];
            for round in 0..arguments.rounds {
                for place in 0..sizes.len() {
                    // Whoever comes first finds what the round before has left.
                    let at = (place + round as usize) % sizes.len();
                    let targets = sizes[at].targets(hotel);
                    cells[at].push(askers[at].turn(workload, targets, round * arguments.turn, arguments.turn).await?);
                }
            }
            report.line(workload, hotel, &cells.into_iter().map(Cell::of).collect::<Vec<_>>());
        }
    }
    report.end();
    Ok(())
}
