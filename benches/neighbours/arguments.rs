//! What the benchmark is told.

use clap::{Parser, ValueEnum};

/// Measures what a noisy hotel costs its neighbours.
#[derive(Parser)]
pub struct Arguments {
    /// How long each situation is measured in a round
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
    /// Rounds, in each of which every situation takes its turn
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u64).range(1..=100))]
    pub rounds: u64,
    /// Hotels that ask now and then
    #[arg(long, default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub quiet: u32,
    /// Requests of each of them a second
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub quiet_requests: u32,
    /// The plan of the noisy hotel; the quiet ones are on the smallest
    #[arg(long, value_enum, default_value = "professional")]
    pub tier: Tier,
    /// How many times what it may the noisy hotel asks
    #[arg(long, default_value = "20", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub times: u32,
    /// Requests of the noisy hotel that are worked on at the same time, whatever its plan says
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub noisy_concurrent: Option<u32>,
    /// HTTP connections of the noisy hotel, with one request at a time on each
    #[arg(long, default_value = "192", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub noisy_connections: u32,
    /// Messages of the noisy hotel
    #[arg(long, default_value = "200000", value_parser = clap::value_parser!(u32).range(50_000..=5_000_000))]
    pub noisy_messages: u32,
    /// Hotels that ask nothing more, in a second part; none, and there is no second part
    #[arg(long, default_value = "10000", value_parser = clap::value_parser!(u32).range(0..=40_000))]
    pub idle: u32,
    /// Without waiting for the disk: not what production does
    #[arg(long)]
    pub no_fsync: bool,
    /// Cargo says this to every benchmark
    #[arg(long, hide = true)]
    pub bench: bool,
}

/// A plan.
#[derive(Clone, Copy, ValueEnum)]
pub enum Tier {
    Starter,
    Professional,
    Enterprise,
}

impl Tier {
    /// As the database has it.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Starter => "starter",
            Tier::Professional => "professional",
            Tier::Enterprise => "enterprise",
        }
    }
}
