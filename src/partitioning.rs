//! `stayzr partition`: on which database, and what it says.

use std::process::ExitCode;
use std::time::Duration;

use indicatif::ProgressBar;
use stayzr::config::{DivideArguments, PartitionCommand, Secrets, Settings};
use stayzr::db::{self, embedded, embedded::Embedded, migrate::Sources};
use stayzr::partitions::{self, Move, Pace};

use crate::{DATABASE, Failure};

/// Who administers the embedded database.
const ADMINISTRATOR: &str = "postgres";

pub(crate) async fn partition(settings: &Settings, command: PartitionCommand) -> Result<ExitCode, Failure> {
    as_administrator(settings, async |client| match command {
        PartitionCommand::Promote(arguments) => divide(client, &arguments, Move::Promote).await,
        PartitionCommand::Demote(arguments) => divide(client, &arguments, Move::Demote).await,
        PartitionCommand::Status => {
            println!("{}", partitions::status(client).await?);
            Ok(())
        }
        PartitionCommand::Cancel { patience_seconds } => {
            let undone = partitions::cancel(client, Duration::from_secs(patience_seconds)).await?;
            println!("{}", if undone { "Undone: messages are as they were." } else { "No move is unfinished." });
            Ok(())
        }
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

async fn divide(client: &mut db::Client, arguments: &DivideArguments, what: Move) -> Result<(), Failure> {
    let DivideArguments { organization, batch, patience_seconds } = arguments;
    let pace = Pace { batch: *batch, patience: Duration::from_secs(*patience_seconds) };
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new_spinner();
    let done =
        partitions::divide(client, &Sources::embedded()?, organization, what, pace, |news| match news.ends_with('.') {
            true => bar.suspend(|| println!("{news}")),
            false => bar.set_message(news.to_owned()),
        })
        .await?;
    bar.finish_and_clear();
    if !done {
        println!("Nothing to do: that is how messages are divided.");
    }
    Ok(())
}

/// Does the work as the administrator of the database: beside a server that runs the embedded one, too.
async fn as_administrator(
    settings: &Settings,
    work: impl AsyncFnOnce(&mut db::Client) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let secrets = Secrets::read()?;
    if let Some(address) = &secrets.database {
        return work(&mut db::connect(address).await?).await;
    }
    if !secrets.is_embedded() {
        return Err("partition needs STAYZR_DATABASE_URL, an administrator of the database".into());
    }
    let options = settings.embedded();
    if let Some(config) = embedded::running(&options, ADMINISTRATOR, DATABASE)? {
        return work(&mut db::connect(&config.into()).await?).await;
    }
    // Starting would make an empty one.
    if !embedded::exists(&options)? {
        return Err(format!("no database was ever made in {}", options.data_dir.display()).into());
    }
    let embedded = Embedded::start(options).await?;
    let result = async { work(&mut db::connect(&embedded.superuser(DATABASE).into()).await?).await }.await;
    embedded.stop().await?;
    result
}
