//! `stayzr audit`: which database, as whom, and what becomes of the report.

mod live;
mod whole;

use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use stayzr::audit::drift::Baseline;
use stayzr::audit::report::Identity;
use stayzr::audit::{self, AuditCommand, Catalogue, DatabaseArguments, DriftArguments, LintArguments, Report, Waivers};
use stayzr::config::{Secrets, Settings};
use stayzr::db::{self, Address, embedded, embedded::Embedded};

use crate::{DATABASE, Failure, may_colour};

/// Who audits the embedded database.
const AUDITOR: &str = "stayzr_auditor";
const NO_AUDITOR: &str = "audit needs --database-url or STAYZR_AUDITOR_DATABASE_URL, the role stayzr_auditor";
/// How long the server may take to let us in.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

pub(crate) async fn audit(settings: &Settings, command: AuditCommand) -> Result<ExitCode, Failure> {
    let catalogue = Catalogue::embedded()?;
    match command {
        AuditCommand::Explain { check } => {
            print!("{}", audit::explain(&catalogue, check.as_deref())?);
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Lint(arguments) => lint(settings, &arguments, &catalogue).await,
        AuditCommand::Report(arguments) => whole::report(settings, &arguments, &catalogue).await,
        AuditCommand::Matrix(database) => {
            let matrix =
                as_auditor(settings, &database, async |client, _| Ok(audit::matrix::read(client).await?)).await?;
            print!("{}", audit::matrix::to_markdown(&matrix).trim_start());
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Drift(arguments) => drift(settings, &arguments).await,
        AuditCommand::Attack(arguments) => live::attack(settings, &arguments).await,
        AuditCommand::Plans(arguments) => live::plans(settings, &arguments).await,
    }
}

async fn lint(settings: &Settings, arguments: &LintArguments, catalogue: &Catalogue) -> Result<ExitCode, Failure> {
    // Before anything is started or connected to: a typing error shows at once.
    let waivers = Waivers::load(arguments.waivers.as_deref(), catalogue)?;
    let report = as_auditor(settings, &arguments.database, async |client, address| {
        checked(client, address, catalogue, &waivers).await
    })
    .await?;
    deliver(&report, arguments)
}

async fn drift(settings: &Settings, arguments: &DriftArguments) -> Result<ExitCode, Failure> {
    // A file that is none shows before anything is connected to.
    let since = arguments.since.as_deref().map(Baseline::load).transpose()?;
    let (live, told) = as_auditor(settings, &arguments.database, async |client, _| {
        let live = Baseline::read(client).await?;
        let told = match &since {
            Some(since) => since.changes(&live).iter().map(ToString::to_string).collect(),
            None => audit::drift::from_files(client).await?,
        };
        Ok((live, told))
    })
    .await?;
    told.iter().for_each(|difference| println!("{difference}\n"));
    let than = if since.is_some() { "the baseline" } else { "the files of this release" };
    println!("Differences from {than}: {}.", told.len());
    if let Some(file) = &arguments.save {
        live.save(file)?;
        println!("What is live is in {}.", file.display());
    }
    Ok(if told.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A report of the checks.
async fn checked(
    client: &mut db::Client,
    address: &Address,
    catalogue: &Catalogue,
    waivers: &Waivers,
) -> Result<Report, Failure> {
    let begun = Instant::now();
    let identity = Identity::read(client, address).await?;
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(catalogue.checks().len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}")?);
    let today = chrono::Utc::now().date_naive();
    let lint = audit::lint(client, catalogue, waivers, today, |check| {
        bar.set_message(check.to_owned());
        bar.inc(1);
    })
    .await;
    bar.finish_and_clear();
    Ok(Report::new(identity).with_lint(lint?, begun.elapsed()))
}

fn deliver(report: &Report, arguments: &LintArguments) -> Result<ExitCode, Failure> {
    match &arguments.output {
        None => print!("{}", report.write(arguments.format(), stdout().is_terminal() && may_colour())),
        Some(file) => {
            let say = |error: std::io::Error| format!("{}: {error}", file.display());
            fs::write(file, report.write(arguments.format(), false)).map_err(say)?;
            println!("{}: {}", file.display(), report.summary.line());
        }
    }
    Ok(ExitCode::from(report.exit_code(arguments.fail_on)))
}

/// Does the work on the database that was named, or on the embedded one as its auditor.
async fn as_auditor<T>(
    settings: &Settings,
    database: &DatabaseArguments,
    work: impl AsyncFnOnce(&mut db::Client, &Address) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let secrets = Secrets::read()?;
    if let Some(address) = by_flag(database)?.or(secrets.auditor_database.clone()) {
        return work(&mut connect(&address).await?, &address).await;
    }
    if !secrets.is_embedded() {
        return Err(NO_AUDITOR.into());
    }
    let options = settings.embedded();
    if let Some(config) = embedded::running(&options, AUDITOR, DATABASE)? {
        let address = config.into();
        return work(&mut connect(&address).await?, &address).await;
    }
    // Starting would make an empty one, and an audit makes nothing.
    if !embedded::exists(&options)? {
        return Err(no_database(&options.data_dir).into());
    }
    let embedded = Embedded::start(options).await?;
    let result = async {
        // `stayzr serve` gives the roles their passwords; a database that was only migrated has none.
        embedded.set_role_passwords().await?;
        let address = embedded.config(AUDITOR, DATABASE).into();
        work(&mut connect(&address).await?, &address).await
    }
    .await;
    embedded.stop().await?;
    result
}

/// The login that --database-url names.
fn by_flag(database: &DatabaseArguments) -> Result<Option<Address>, Failure> {
    let url = database.database_url.as_deref();
    Ok(url.map(|url| db::parse_url("--database-url", url)).transpose()?)
}

fn no_database(data_dir: &Path) -> String {
    format!(
        "there is no embedded database in {} yet: `stayzr` makes one; --database-url names another",
        data_dir.display()
    )
}

async fn connect(address: &Address) -> Result<db::Client, Failure> {
    match tokio::time::timeout(CONNECT_WITHIN, db::connect(address)).await {
        Ok(client) => Ok(client?),
        Err(_) => Err(format!("{} does not answer within {CONNECT_WITHIN:?}", address.server()).into()),
    }
}
