//! `cargo bench --bench requests`: what the isolation of the hotels costs.
//!
//! A PostgreSQL and the real server are started and loaded, then each workload is answered in turns by our path, by
//! the same server under policies that know hotels only, by one without any guard, by one with four awaited round
//! trips, by pgbench, by ours with the metrics on, and by one that has no database. Rounds interleave, so that whatever
//! else the machine does falls on all of them; the ratios are what to read.
#![allow(clippy::print_stdout)] // A benchmark prints.

mod arguments;
mod client;
mod constant;
mod context;
mod http;
mod pgbench;
mod process;
mod processor;
mod report;
mod rivals;
mod script;
mod targets;
mod used;
mod workload;
mod world;

use std::net::SocketAddr;
use std::time::Duration;

use arguments::Arguments;
use client::Measured;
use pgbench::{Pgbench, Script};
use report::{Figures, WAYS};
use targets::{Random, Targets};
use tokio::runtime::{Builder, Runtime};
use used::Used;
use workload::Workload;
use world::{Servers, World};

/// Whatever stops the benchmark.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Before anything is measured: connections open, statements are prepared, plans are settled.
const WARM_UP: Duration = Duration::from_secs(1);

fn main() -> Result<(), Failure> {
    let arguments = Arguments::read();
    // As `#[tokio::main]` of the real server makes it. The client has a thread and a runtime of its own: this one.
    let server = Builder::new_multi_thread().enable_all().build()?;
    let world = server.block_on(World::start(&arguments))?;
    let done = measure(&arguments, &server, &world);
    server.block_on(world.embedded.stop())?;
    done
}

fn measure(arguments: &Arguments, server: &Runtime, world: &World) -> Result<(), Failure> {
    let admin = server.block_on(world.admin())?;
    server.block_on(report::print_machine(&admin, arguments, &world.settings))?;
    let targets = server.block_on(world.load(arguments))?;
    let servers = server.block_on(world.serve())?;
    let programs: String =
        server.block_on(admin.query_one("select setting from pg_config where name = 'BINDIR'", &[]))?.try_get(0)?;
    let pgbench = Pgbench::new(&programs, world.app_config(), world.settings.app_connections)?;
    let bench = Bench {
        arguments,
        server,
        admin: &admin,
        client: Builder::new_current_thread().enable_all().build()?,
        targets,
        servers,
        pgbench,
    };
    let workloads = || Workload::ALL.into_iter().filter(|one| arguments.workload.is_none_or(|wanted| wanted == *one));
    for concurrency in &arguments.concurrency {
        let mut rows = Vec::new();
        for workload in workloads() {
            let scripts = bench.pgbench.prepare(workload, &bench.targets, &world.sealer)?;
            let before = server.block_on(count_messages(&admin))?;
            let figures = bench.run(workload, &scripts, *concurrency)?;
            let written = server.block_on(count_messages(&admin))? - before;
            bench.check_written(workload, written, &figures)?;
            rows.push((workload, figures));
        }
        report::print_table(*concurrency, &rows);
    }
    if arguments.active > 0 {
        let tokens = server.block_on(world.load_active(arguments.active))?;
        bench.client.block_on(process::measure(&world.environment()?, &tokens))?;
    }
    Ok(())
}

async fn count_messages(admin: &stayzr::db::Client) -> Result<i64, Failure> {
    Ok(admin.query_one("select count(*) from messages", &[]).await?.try_get(0)?)
}

struct Bench<'a> {
    arguments: &'a Arguments,
    server: &'a Runtime,
    admin: &'a stayzr::db::Client,
    client: Runtime,
    targets: Targets,
    servers: Servers,
    pgbench: Pgbench,
}

impl Bench<'_> {
    fn run(&self, workload: Workload, scripts: &[Script], concurrency: usize) -> Result<Figures, Failure> {
        for (part, _) in workload.parts() {
            self.check_answers_agree(part)?;
        }
        let Servers { ours, tenant_only, unguarded, four_trips, metered, no_database } = self.servers;
        for address in [ours, tenant_only, unguarded, four_trips, metered, no_database] {
            self.round(address, workload, concurrency, WARM_UP, 0)?;
        }
        self.pgbench.run(scripts, concurrency, WARM_UP)?;
        let mut figures = Figures::default();
        let duration = Duration::from_secs_f64(self.arguments.seconds as f64 / self.arguments.rounds as f64);
        for round in 1..=self.arguments.rounds {
            let mut measured = [const { None }; WAYS.len()];
            // Each begins in its turn: what one leaves behind does not always fall on the same other.
            for place in 0..WAYS.len() {
                let way = (place + round as usize) % WAYS.len();
                measured[way] = Some(match way {
                    0 => self.round(ours, workload, concurrency, duration, round)?,
                    1 => self.round(tenant_only, workload, concurrency, duration, round)?,
                    2 => self.round(unguarded, workload, concurrency, duration, round)?,
                    3 => self.round(four_trips, workload, concurrency, duration, round)?,
                    4 => self.pgbench.run(scripts, concurrency, duration)?,
                    5 => self.round(metered, workload, concurrency, duration, round)?,
                    _ => self.round(no_database, workload, concurrency, duration, round)?,
                });
            }
            figures.add(measured.map(Option::unwrap_or_default));
        }
        report::print_workload(workload, concurrency, &figures);
        Ok(figures)
    }

    fn round(
        &self,
        address: SocketAddr,
        workload: Workload,
        connections: usize,
        duration: Duration,
        seed: u64,
    ) -> Result<Measured, Failure> {
        let before = self.server.block_on(Used::so_far(self.admin))?;
        let round = client::round(address, workload, &self.targets, connections, duration, seed);
        let mut measured = self.client.block_on(round)?;
        let after = self.server.block_on(Used::so_far(self.admin))?;
        measured.used = after.and_then(|after| after.since(before?));
        Ok(measured)
    }

    /// The servers say the same, byte for byte where nothing is written.
    fn check_answers_agree(&self, workload: Workload) -> Result<(), Failure> {
        let (mut random, mut request) = (Random::new(0), Vec::new());
        let asked_for = workload.write_request(&self.targets, &mut random, &mut request);
        let mut bodies = Vec::new();
        for address in self.servers.with_database() {
            let (status, body) = self.client.block_on(client::ask_once(address, &request))?;
            if status != workload.status() {
                return Err(format!("{workload:?}: {status} {}", String::from_utf8_lossy(&body)).into());
            }
            workload.check(&body, asked_for)?;
            bodies.push(body);
        }
        // A cursor is tagged for its list; what it is made from differs in name only.
        let same = bodies.iter().all(|body| body.len() == bodies[0].len());
        let identical = bodies.iter().all(|body| body == &bodies[0]);
        let right = match workload {
            Workload::Guest | Workload::Messages | Workload::Search => identical,
            Workload::Conversations | Workload::Post | Workload::Mixed => same,
        };
        if right { Ok(()) } else { Err(format!("{workload:?}: the servers do not agree").into()) }
    }

    /// What was answered with 201 is there, and nothing was written by what reads.
    fn check_written(&self, workload: Workload, written: i64, figures: &Figures) -> Result<(), Failure> {
        let with_database = &figures.ways[..WAYS.len() - 1];
        let counted: u64 = with_database.iter().map(|way| way.requests).sum();
        // Warm-up rounds and requests that ended after their round are not in the figures.
        let right = match workload {
            Workload::Post => written >= counted as i64,
            // About one in ten.
            Workload::Mixed => written > 0,
            _ => written == 0,
        };
        if right { Ok(()) } else { Err(format!("{workload:?}: {written} rows written, {counted} answers").into()) }
    }
}
