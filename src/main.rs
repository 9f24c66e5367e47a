//! The command: `stayzr`, `stayzr migrate`, `stayzr openapi`, `stayzr audit`, `stayzr audit-log`, `stayzr keys`,
//! `stayzr usage`, `stayzr invoices`, `stayzr partition`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command prints; the library does not.

mod auditing;
mod keys;
mod partitioning;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use stayzr::config::{
    AuditLogCommand, Cli, Command, InvoicesCommand, KeysCommand, MigrateArguments, Secrets, Settings, UsageCommand,
};
use stayzr::db::{self, demo, embedded::Embedded, migrate};
use stayzr::{app, audit_log, invoices, telemetry, usage};

/// Threads that answer requests allocate and free all the time: some 4 % of a request's processor time is saved by it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The name of the embedded database.
const DATABASE: &str = "stayzr";

/// What a command ends with when something is wrong.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = telemetry::init(cli.settings.log_format, &cli.settings.log) {
        eprintln!("stayzr: {error}");
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("stayzr: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("stayzr: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&cli.settings).await.map(|()| ExitCode::SUCCESS),
        Command::Migrate(arguments) => migrate(&cli.settings, &arguments).await,
        Command::Openapi => {
            print!("{}", app::document()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Audit(command) => auditing::audit(&cli.settings, command).await,
        Command::AuditLog(AuditLogCommand::Verify) => {
            as_platform(&cli.settings, "audit-log verify", verify_audit_log).await
        }
        Command::Keys(KeysCommand::Rotate(arguments)) => keys::rotate(&cli.settings, arguments),
        Command::Usage(UsageCommand::Reconcile { fix }) => {
            as_platform(&cli.settings, "usage reconcile", async |client| reconcile_usage(client, fix).await).await
        }
        Command::Invoices(InvoicesCommand::Close) => as_platform(&cli.settings, "invoices close", close_invoices).await,
        Command::Partition(command) => partitioning::partition(&cli.settings, command).await,
    }
}

/// Whether nobody has asked for plain text (NO_COLOR, whatever it says).
fn may_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Does the work as stayzr_platform, or as the administrator of the embedded database.
async fn as_platform(
    settings: &Settings,
    name: &str,
    work: impl AsyncFnOnce(&mut db::Client) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    let secrets = Secrets::read()?;
    if let Some(address) = &secrets.platform_database {
        return work(&mut db::connect(address).await?).await;
    }
    if !secrets.is_embedded() {
        return Err(format!("{name} needs STAYZR_PLATFORM_DATABASE_URL, the role stayzr_platform").into());
    }
    let embedded = Embedded::start(settings.embedded()).await?;
    let result = async {
        let mut client = db::connect(&embedded.superuser(DATABASE).into()).await?;
        work(&mut client).await
    }
    .await;
    embedded.stop().await?;
    result
}

async fn verify_audit_log(client: &mut db::Client) -> Result<ExitCode, Failure> {
    let faults = audit_log::verify(client, |head| println!("{head}"), |fault| println!("{fault}")).await?;
    println!("{}", if faults == 0 { "Every chain is intact.".into() } else { format!("Faults: {faults}.") });
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn reconcile_usage(client: &mut db::Client, fix: bool) -> Result<ExitCode, Failure> {
    let differences = usage::reconcile(client, fix, |difference| println!("{difference}")).await?;
    match (differences, fix) {
        (0, _) => println!("Every counter says what the rows say."),
        (_, true) => println!("Differences mended: {differences}."),
        (_, false) => println!("Differences: {differences}. With --fix they are mended."),
    }
    Ok(if differences == 0 || fix { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn close_invoices(client: &mut db::Client) -> Result<ExitCode, Failure> {
    let invoices::Closed { periods, invoices, failed } = invoices::close(client, &invoices::NoProvider).await?;
    println!("Periods closed: {periods}. Invoices opened: {invoices}.");
    if failed > 0 {
        println!("Hotels that could not be invoiced: {failed}. The log says why.");
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn migrate(settings: &Settings, arguments: &MigrateArguments) -> Result<ExitCode, Failure> {
    let secrets = Secrets::read()?;
    if let Some(address) = &secrets.database {
        let mut client = db::connect(address).await?;
        return migrate_with(&mut client, &secrets, arguments).await;
    }
    if !secrets.is_embedded() {
        return Err("migrate needs STAYZR_DATABASE_URL, an administrator of the database".into());
    }
    let embedded = Embedded::start(settings.embedded()).await?;
    embedded.create_database(DATABASE).await?;
    let secrets = serve::embedded_secrets(settings)?;
    let mut client = db::connect(&embedded.superuser(DATABASE).into()).await?;
    let result = migrate_with(&mut client, &secrets, arguments).await;
    drop(client);
    embedded.stop().await?;
    result
}

async fn migrate_with(
    client: &mut db::Client,
    secrets: &Secrets,
    arguments: &MigrateArguments,
) -> Result<ExitCode, Failure> {
    let sources = migrate::Sources::embedded()?;
    let seal_keys = serve::seal_keys(secrets);
    if arguments.check {
        let drift = migrate::check(client, &sources).await?;
        drift.iter().for_each(|drift| println!("{drift}"));
        println!("{}", if drift.is_empty() { "No drift: the database is what the files say." } else { "Drift found." });
        return Ok(if drift.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    if arguments.dry_run {
        println!("{}", migrate::dry_run(client, &sources, &seal_keys).await?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", migrate::run(client, &sources, &seal_keys).await?);
    if secrets.seal_keys.is_empty() {
        eprintln!("STAYZR_SEAL_KEYS is not set: the seal keys of the database stay as they are.");
    }
    if arguments.demo {
        let loaded = demo::load(client).await?;
        println!("{}", if loaded { "Demo hotels loaded." } else { "The demo hotels are there already." });
    }
    Ok(ExitCode::SUCCESS)
}
