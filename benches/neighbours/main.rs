//! `cargo bench --bench neighbours`: what a noisy hotel costs its neighbours.
//!
//! A PostgreSQL and the real server are started and loaded. Fifty hotels ask at a steady pace, and one asks twenty
//! times as much as its plan allows: for reads, for writes of which its plan allows no more, for the search that takes
//! longest. In turns, and in each round once without it; then all of it once more with thousands of hotels that ask
//! nothing.
#![allow(clippy::print_stdout)] // A benchmark prints.

mod arguments;
mod asks;
mod clock;
#[path = "../requests/http.rs"]
mod http;
#[path = "../requests/processor.rs"]
mod processor;
mod processors;
mod report;
mod turn;
mod warm;
mod world;

use std::net::SocketAddr;
use std::time::Duration;

use arguments::Arguments;
use asks::Noise;
use clap::Parser;
use clock::Clock;
use processors::Processors;
use report::Figures;
use tokio::runtime::{Builder, Runtime};
use turn::Stage;
use world::{Hotels, World};

/// Whatever stops the benchmark.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    // As `#[tokio::main]` of the real server makes it. The client has a thread and a runtime of its own: this one.
    let server = Builder::new_multi_thread().enable_all().build()?;
    let world = server.block_on(World::start(&arguments))?;
    let done = measure(&arguments, &server, &world);
    server.block_on(world.embedded.stop())?;
    done
}

fn measure(arguments: &Arguments, server: &Runtime, world: &World) -> Result<(), Failure> {
    server.block_on(report::print_machine(arguments, world))?;
    let hotels = server.block_on(world.load(arguments))?;
    report::print_hotels(arguments, &hotels);
    let address = server.block_on(world.serve())?;
    let client = Builder::new_current_thread().enable_all().build()?;
    let search = client.block_on(warm::up(address, &hotels))?;
    let bench = Bench { arguments, world, client, hotels, address, search };
    let clock = Clock::start()?;

    let alone = bench.part(&clock)?;
    let without = "Without idle hotels";
    bench.print(without, &alone);
    if arguments.idle == 0 {
        alone.print_goal(without);
        return no_errors(alone.errors());
    }
    let tokens = server.block_on(world.load_idle(arguments.idle))?;
    bench.client.block_on(warm::ask_all(address, &tokens))?;
    let with = format!("With {} idle hotels", arguments.idle);
    let crowded = bench.part(&clock)?;
    bench.print(&with, &crowded);
    println!();
    alone.print_goal(without);
    crowded.print_goal(&with);
    alone.print_change(&with, &crowded);
    no_errors(alone.errors() + crowded.errors())
}

fn no_errors(errors: u64) -> Result<(), Failure> {
    if errors == 0 { Ok(()) } else { Err(format!("{errors} requests of quiet hotels were not answered right").into()) }
}

struct Bench<'a> {
    arguments: &'a Arguments,
    world: &'a World,
    client: Runtime,
    hotels: Hotels,
    address: SocketAddr,
    search: &'static str,
}

impl Bench<'_> {
    /// All rounds.
    fn part(&self, clock: &Clock) -> Result<Figures, Failure> {
        let stage = Stage {
            address: self.address,
            hotels: &self.hotels,
            clock,
            processors: &Processors::new(clock.thread.clone(), &self.world.admin),
            search: self.search,
            quiet_requests: self.arguments.quiet_requests,
            noisy_requests: self.arguments.times * self.hotels.requests_per_second,
            noisy_connections: self.arguments.noisy_connections,
            measured: Duration::from_secs(self.arguments.seconds),
        };
        let mut figures = Figures::default();
        for round in 0..self.arguments.rounds as usize {
            // Each begins in its turn: what one leaves behind does not always fall on the same other.
            for place in 0..Noise::ALL.len() {
                let noise = Noise::ALL[(place + round) % Noise::ALL.len()];
                figures.add(noise, self.client.block_on(stage.turn(noise))?);
            }
        }
        Ok(figures)
    }

    fn print(&self, title: &str, figures: &Figures) {
        figures.print(title, f64::from(self.hotels.requests_per_second), self.arguments.seconds as f64);
    }
}
