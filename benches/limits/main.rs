//! `cargo bench --bench limits`: what exact limits cost a busy hotel.
//!
//! Thirty-two connections write messages into one hotel, in turns without any limit, with the slots that are shipped, and
//! with one counter row, which is the usual way. Everything else is the same table, so the ratios are what to read. It is
//! done with a flush that takes two milliseconds, as a disk's does, and with the flush of this machine; and each time as
//! the server writes, under row security, and by a bare insert that nothing else binds.
#![allow(clippy::print_stdout)] // A benchmark prints.

#[path = "../requests/context.rs"]
mod context;
mod pgbench;
#[path = "../requests/script.rs"]
mod script;

use clap::Parser;
use pgbench::{Pgbench, Writer};
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, Client, migrate};
use stayzr::tenancy::{SealKey, Sealer};

/// Whatever stops the benchmark.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const DATABASE: &str = "stayzr_bench";
/// What a disk takes to flush, in microseconds.
const DISK: u32 = 2_000;

/// Measures writing with limits against writing without, and against one counter row.
#[derive(Parser)]
struct Arguments {
    /// How long each way takes its turn in a round
    #[arg(long, default_value = "4", value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Rounds, in each of which every way takes its turn
    #[arg(long, default_value = "7", value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Connections that write at the same time
    #[arg(long, default_value = "32", value_parser = clap::value_parser!(u32).range(1..=200))]
    connections: u32,
    /// Cargo says this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// How messages are counted.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    NoLimit,
    Slots,
    SingleRow,
}

impl Way {
    const ALL: [Way; 3] = [Way::NoLimit, Way::Slots, Way::SingleRow];

    fn name(self) -> &'static str {
        match self {
            Way::NoLimit => "no limit",
            Way::Slots => "slots",
            Way::SingleRow => "single row",
        }
    }

    /// Leaves only the triggers of this way on.
    async fn prepare(self, admin: &Client) -> Result<(), Failure> {
        for (way, trigger) in [(Way::Slots, "messages_usage_added"), (Way::SingleRow, "messages_single_row")] {
            let verb = if self == way { "enable" } else { "disable" };
            admin.batch_execute(&format!("alter table public.messages {verb} trigger {trigger}")).await?;
        }
        // One by one: what is sent together is one transaction, and none can hold a VACUUM.
        for statement in ["vacuum public.usage_slots", "vacuum bench.counters", "checkpoint"] {
            admin.batch_execute(statement).await?;
        }
        Ok(())
    }

    /// How many messages this way has counted.
    async fn counted(self, admin: &Client) -> Result<Option<i64>, Failure> {
        let sql = match self {
            Way::NoLimit => return Ok(None),
            Way::Slots => "select sum(used)::bigint from usage_slots where resource = 'messages'",
            Way::SingleRow => "select sum(used)::bigint from bench.counters",
        };
        Ok(admin.query_one(sql, &[]).await?.try_get(0)?)
    }
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut options = Options::new(std::env::temp_dir().join(format!("stayzr-limits-{}", std::process::id())));
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
    let config = embedded.superuser(DATABASE);
    let mut admin = db::connect(&config.clone().into()).await?;
    let seal_key = SealKey::new("bench", vec![7; 32])?;
    let keys = [(seal_key.id().to_owned(), seal_key.material().to_vec())];
    migrate::run(&mut admin, &migrate::Sources::embedded()?, &keys).await?;
    embedded.set_role_passwords().await?;
    admin.batch_execute(include_str!("load.sql")).await?;
    admin.batch_execute(include_str!("single_row.sql")).await?;
    let sealer = Sealer::new(std::slice::from_ref(&seal_key))?;
    let app = embedded.config("stayzr_app", DATABASE);
    let pgbench = Pgbench::new(&admin, [app, config], &sealer, arguments.connections, arguments.seconds).await?;
    println!(
        "{} cores; {} connections, one hotel; {} rounds of {} s each way; pgbench and PostgreSQL share the machine",
        std::thread::available_parallelism()?,
        arguments.connections,
        arguments.rounds,
        arguments.seconds
    );
    for writer in Writer::ALL {
        for flush in [DISK, 0] {
            // Of the whole server: no login but an administrator's may set it.
            admin.execute(&format!("alter system set commit_delay = {flush}"), &[]).await?;
            admin.execute("alter system set commit_siblings = 0", &[]).await?;
            admin.execute("select pg_reload_conf()", &[]).await?;
            let mut rates = [const { Vec::new() }; 3];
            for _ in 0..arguments.rounds {
                for (way, rates) in Way::ALL.into_iter().zip(&mut rates) {
                    rates.push(turn(&admin, &pgbench, way, writer).await?);
                }
            }
            report(writer, flush, &rates);
        }
    }
    Ok(())
}

/// One turn; messages a second.
async fn turn(admin: &Client, pgbench: &Pgbench, way: Way, writer: Writer) -> Result<f64, Failure> {
    way.prepare(admin).await?;
    let messages = "select count(*) from messages";
    let before = (admin.query_one(messages, &[]).await?.get::<_, i64>(0), way.counted(admin).await?);
    let rate = pgbench.run(writer)?;
    let written = admin.query_one(messages, &[]).await?.get::<_, i64>(0) - before.0;
    if let (Some(counted), Some(earlier)) = (way.counted(admin).await?, before.1)
        && counted - earlier != written
    {
        return Err(format!("{}: {written} written, {} counted", way.name(), counted - earlier).into());
    }
    // Each turn writes into a table as long as the one before.
    admin.batch_execute("truncate public.messages cascade").await?;
    Ok(rate)
}

fn report(writer: Writer, flush: u32, rates: &[Vec<f64>; 3]) {
    match flush {
        0 => println!("\n{}, the flush of this machine", writer.name()),
        micros => println!("\n{}, a flush of {micros} µs (commit_delay)", writer.name()),
    }
    println!("| Way | messages/s | of no limit | of a single row |\n|---|---|---|---|");
    for (way, own) in Way::ALL.into_iter().zip(rates) {
        let against = |other: &[f64]| {
            let mut ratios: Vec<f64> = own.iter().zip(other).map(|(own, other)| own / other).collect();
            let (median, least, greatest) = spread(&mut ratios);
            format!("{median:.2} ({least:.2}–{greatest:.2})")
        };
        let (rate, ..) = spread(&mut own.clone());
        println!("| {} | {rate:.0} | {} | {} |", way.name(), against(&rates[0]), against(&rates[2]));
    }
}

/// The median, the least and the greatest.
fn spread(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    ((low + high) / 2.0, values[0], values[values.len() - 1])
}
