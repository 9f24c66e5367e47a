//! What the benchmark is told.

use clap::Parser;

use crate::targets::Law;
use crate::workload::Workload;

/// Messages a hotel needs so that its long conversations have 20 each.
const MESSAGES_PER_ORGANIZATION_MIN: usize = 250;

/// Measures the API against an unguarded one, a naive one and pgbench.
#[derive(Parser)]
pub struct Arguments {
    /// How long each way of each workload is measured, all rounds together
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// Rounds, in each of which every way takes its turn
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub rounds: u64,
    /// Hotels in the database
    #[arg(long, default_value = "1000")]
    pub organizations: usize,
    /// Messages in the database, over all hotels
    #[arg(long, default_value = "1000000")]
    pub messages: usize,
    /// HTTP connections, each with one request at a time; several by commas, and all is done with each
    #[arg(long, default_value = "32", value_delimiter = ',')]
    pub concurrency: Vec<usize>,
    /// How hotels are chosen
    #[arg(long, value_enum, default_value = "even")]
    pub law: Law,
    /// Only this workload
    #[arg(long, value_enum)]
    pub workload: Option<Workload>,
    /// Hotels more, that each ask the program itself once, at the end: how much memory it takes then; 0: not done
    #[arg(long, default_value = "10000")]
    pub active: u32,
    /// Without waiting for the disk: not what production does
    #[arg(long)]
    pub no_fsync: bool,
    /// Cargo says this to every benchmark
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Arguments {
    /// Those of the command line; ends the process when they cannot be read.
    pub fn read() -> Arguments {
        let arguments = Arguments::parse();
        let enough = arguments.organizations.max(1) * MESSAGES_PER_ORGANIZATION_MIN;
        if arguments.organizations == 0 || arguments.concurrency.contains(&0) || arguments.messages < enough {
            let message = format!("at least one hotel, one connection and {enough} messages are needed\n");
            <Arguments as clap::CommandFactory>::command()
                .error(clap::error::ErrorKind::ValueValidation, message)
                .exit()
        }
        arguments
    }
}
