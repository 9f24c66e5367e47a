//! What the program can be told to do.

use clap::{Args, Subcommand};

use crate::audit::AuditCommand;

/// What the program can do.
#[derive(Subcommand, Clone)]
pub enum Command {
    /// Serve the API
    Serve,
    /// Bring a database to this release: migrations, functions, policies
    Migrate(MigrateArguments),
    /// Print the OpenAPI document
    Openapi,
    /// Audit what keeps hotels apart, in a live database
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look after the audit log
    #[command(subcommand)]
    AuditLog(AuditLogCommand),
    /// Look after the keys that sign access tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look after what is counted against the limits of plans
    #[command(subcommand)]
    Usage(UsageCommand),
    /// Look after the invoices
    #[command(subcommand)]
    Invoices(InvoicesCommand),
    /// Give a hotel that outgrew the others a partition of its own
    #[command(subcommand)]
    Partition(PartitionCommand),
}

/// What can be done about the keys that sign access tokens.
#[derive(Subcommand, Clone, Copy)]
pub enum KeysCommand {
    /// Put a new key beside those there are; it signs after an overlap
    ///
    /// Rewrites the file that STAYZR_TOKEN_KEY_FILE names, or the keys of the embedded database. Servers that run
    /// read it again within seconds. The public keys list the new one at once, so that by the time it signs everybody
    /// knows it: give every server the file within the overlap. What the old key signed stays good until it expires;
    /// the key itself is dropped by the first rotation after that.
    Rotate(RotateArguments),
}

/// How to rotate.
#[derive(Args, Clone, Copy)]
pub struct RotateArguments {
    /// How long, in seconds, servers and clients have to get to know the new key before it signs
    #[arg(long, default_value = "600", value_parser = clap::value_parser!(u64).range(0..=2_592_000))]
    pub overlap_seconds: u64,
    /// Somebody else knows the old keys: drop them all, sign with the new one at once. Every access token is refused
    /// from then on, and clients refresh theirs; visits of super admins have to begin anew
    #[arg(long, conflicts_with = "overlap_seconds")]
    pub forget_old: bool,
}

/// How to migrate.
#[derive(Args, Clone, Default)]
pub struct MigrateArguments {
    /// Say what would be done and change nothing
    #[arg(long, conflicts_with_all = ["check", "demo"])]
    pub dry_run: bool,
    /// Report what differs between the database and the files of this release; exit 1 if anything does
    #[arg(long, conflicts_with = "demo")]
    pub check: bool,
    /// Load the two demo hotels afterwards
    #[arg(long)]
    pub demo: bool,
}

/// What can be done about the audit log.
#[derive(Subcommand, Clone, Copy)]
pub enum AuditLogCommand {
    /// Walk the chain of every hotel; exit 1 if a record was altered, removed or inserted
    ///
    /// Reads as STAYZR_PLATFORM_DATABASE_URL, or the embedded database. For each hotel it prints how many records
    /// there are and the hash its chain ends with. Whoever rewrites a chain from some record on rewrites that hash
    /// too: file it outside the database, and compare.
    Verify,
}

/// What can be done about the invoices.
#[derive(Subcommand, Clone, Copy)]
pub enum InvoicesCommand {
    /// Make the invoices of every period that is over; exit 1 if one could not be made
    ///
    /// Runs as STAYZR_PLATFORM_DATABASE_URL, or on the embedded database. Servers do the same by themselves every few
    /// minutes; a period is invoiced once, whoever and how many ask.
    Close,
}

/// What can be done about what is counted.
#[derive(Subcommand, Clone, Copy)]
pub enum UsageCommand {
    /// Recount every hotel from its rows; exit 1 if a counter says otherwise
    ///
    /// Runs as STAYZR_PLATFORM_DATABASE_URL, or on the embedded database. Counters and rows are written together, so
    /// there is a difference only where somebody went past the triggers by hand. Who writes into a hotel waits while
    /// that hotel is recounted.
    Reconcile {
        /// Write what was counted
        #[arg(long)]
        fix: bool,
    },
}

/// What can be done about how messages are divided.
#[derive(Subcommand, Clone)]
pub enum PartitionCommand {
    /// Move the messages of a hotel into a partition of their own
    ///
    /// Runs as STAYZR_DATABASE_URL, the administrator of `stayzr migrate`, or on the embedded database. Servers go on:
    /// the table is made anew beside the old one, every row is compared, and then the two change places. Until it ends
    /// messages take twice the room. A run that was killed goes on where it stopped when it is started again.
    Promote(DivideArguments),
    /// Move the messages of a hotel back to those of all others; when the last one goes, the table is a plain one again
    Demote(DivideArguments),
    /// Say how messages are divided, and whether a move is unfinished
    Status,
    /// Undo an unfinished move whose tables have not changed places
    Cancel {
        /// How long to try for the locks, in seconds
        #[arg(long, default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
        patience_seconds: u64,
    },
}

/// Whose messages to move, and how.
#[derive(Args, Clone)]
pub struct DivideArguments {
    /// The slug of the hotel
    pub organization: String,
    /// Rows that are copied or compared in one statement
    #[arg(long, default_value = "5000", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub batch: i64,
    /// How long each step tries for its locks, in seconds. Servers wait for a try, at most 50 ms
    #[arg(long, default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub patience_seconds: u64,
}
