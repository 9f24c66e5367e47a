//! `cargo bench --bench search`: what a search costs under row security.
//!
//! The same search in turns: as the server asks it, through the function under row security; without row security, as
//! an administrator who names the hotel; and the naive way, with the operator in the statement, under row security,
//! of the text and of words that are stored. Client and PostgreSQL are the same, there is no HTTP, and everything is
//! a prepared statement with its one plan, so the ratios are what to read.
#![allow(clippy::print_stdout)] // A benchmark prints.

#[path = "../requests/context.rs"]
mod context;
mod ways;

use std::time::{Duration, Instant};

use clap::Parser;
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, Client, migrate};
use stayzr::tenancy::{SealKey, Sealer};
use ways::{Asker, Way, Ways};

/// Whatever stops the benchmark.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const DATABASE: &str = "stayzr_bench";
/// What is looked for: in one message of three, of 50, of 250, and two of those at once.
const SEARCHES: [&str; 4] = ["breakfast", "towels", "chandelier", "towel breakfast"];

/// Measures a search under row security against one without.
#[derive(Parser)]
struct Arguments {
    /// Hotels
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(10..=10_000))]
    organizations: u32,
    /// Messages of all hotels
    #[arg(long, default_value = "1000000", value_parser = clap::value_parser!(u32).range(10_000..=20_000_000))]
    messages: u32,
    /// Rounds, in each of which every way takes its turn
    #[arg(long, default_value = "9", value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Searches of a turn, each in another hotel
    #[arg(long, default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    turn: u32,
    /// Cargo says this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut options = Options::new(std::env::temp_dir().join(format!("stayzr-search-{}", std::process::id())));
        options.path = std::env::var_os("PATH");
        options.postgres_bin = std::env::var_os("STAYZR_POSTGRES_BIN").map(Into::into);
        options.ephemeral = true;
        let embedded = Embedded::start(options).await?;
        let done = measure(&arguments, &embedded).await;
        embedded.stop().await?;
        done
    })
}

async fn measure(arguments: &Arguments, embedded: &Embedded) -> Result<(), Failure> {
    embedded.create_database(DATABASE).await?;
    let mut admin = db::connect(&embedded.superuser(DATABASE).into()).await?;
    let seal_key = SealKey::new("bench", vec![7; 32])?;
    let keys = [(seal_key.id().to_owned(), seal_key.material().to_vec())];
    migrate::run(&mut admin, &migrate::Sources::embedded()?, &keys).await?;
    embedded.set_role_passwords().await?;
    load(arguments, &admin).await?;
    let sealer = Sealer::new(std::slice::from_ref(&seal_key))?;
    let app = db::connect(&embedded.config("stayzr_app", DATABASE).into()).await?;
    let ways = Ways::prepare(app, admin, sealer, arguments.organizations).await?;
    println!(
        "{} cores; {} hotels, {} messages; {} rounds of {} searches each way; the median of a turn, in ms\n\n\
         | Search | Who | ours | without | naive | stored | ours / without | naive / ours | stored / ours |\n\
         |---|---|---|---|---|---|---|---|---|",
        std::thread::available_parallelism()?,
        arguments.organizations,
        arguments.messages,
        arguments.rounds,
        arguments.turn
    );
    for wanted in SEARCHES {
        for asker in Asker::ALL {
            compare(arguments, &ways, wanted, asker).await?;
        }
    }
    Ok(())
}

async fn load(arguments: &Arguments, admin: &Client) -> Result<(), Failure> {
    let begin = Instant::now();
    for (name, number) in [("organizations", arguments.organizations), ("messages", arguments.messages)] {
        admin.execute("select set_config($1, $2, false)", &[&format!("bench.{name}"), &number.to_string()]).await?;
    }
    admin.batch_execute(include_str!("load.sql")).await?;
    admin.batch_execute("vacuum (analyze)").await?;
    admin.batch_execute("checkpoint").await?;
    println!("loaded in {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}

/// One search by every way, in turns, and a line about it.
async fn compare(arguments: &Arguments, ways: &Ways, wanted: &str, asker: Asker) -> Result<(), Failure> {
    // The first ones fill the caches.
    for way in Way::ALL {
        turn(ways, way, wanted, asker, 0, arguments.turn / 10 + 1).await?;
    }
    let mut rounds = Vec::new();
    for round in 0..arguments.rounds {
        let mut times = [0.0; 4];
        let mut found = [0; 4];
        for (number, way) in Way::ALL.into_iter().enumerate() {
            let time;
            (time, found[number]) = turn(ways, way, wanted, asker, round * arguments.turn, arguments.turn).await?;
            times[number] = time.as_secs_f64() * 1000.0;
        }
        // Without row security a search sees the whole hotel, whoever asks.
        if found[0] != found[2]
            || found[0] != found[3]
            || (asker == Asker::Administrator && found[0] != found[1])
            || found[0] == 0
        {
            return Err(format!("{wanted}: {found:?} rows").into());
        }
        rounds.push(times);
    }
    let median = |of: &dyn Fn(&[f64; 4]) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        (values[values.len() / 2], values[0], values[values.len() - 1])
    };
    let ratio = |(middle, least, most): (f64, f64, f64)| format!("{middle:.1} ({least:.1}–{most:.1})");
    println!(
        "| {wanted} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {} | {} | {} |",
        asker.name(),
        median(&|times| times[0]).0,
        median(&|times| times[1]).0,
        median(&|times| times[2]).0,
        median(&|times| times[3]).0,
        ratio(median(&|times| times[0] / times[1])),
        ratio(median(&|times| times[2] / times[0])),
        ratio(median(&|times| times[3] / times[0])),
    );
    Ok(())
}

/// So many searches, each in another hotel: the median of their times, and how many rows there were in all.
async fn turn(
    ways: &Ways,
    way: Way,
    wanted: &str,
    asker: Asker,
    first: u32,
    many: u32,
) -> Result<(Duration, usize), Failure> {
    let (mut times, mut found) = (Vec::new(), 0);
    for number in first..first + many {
        let (time, rows) = ways.ask(way, wanted, asker, number).await?;
        times.push(time);
        found += rows;
    }
    times.sort_unstable();
    Ok((times[times.len() / 2], found))
}
