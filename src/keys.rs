//! `stayzr keys`: one signing key takes over from another, while servers run.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stayzr::auth::{Rotation, TokenKey, Tokens};
use stayzr::config::{RotateArguments, Secrets, Settings};
use stayzr::db::embedded;
use tokio::task::JoinSet;

use crate::Failure;

/// The file of the embedded database's keys, among its secrets.
pub(crate) const FILE: &str = "token_key";
/// How often a server looks whether its keys are others. A small part of any overlap.
const READ_EVERY: Duration = Duration::from_secs(2);
/// How long a visit's token is good at most: eight hours, and what clocks may differ.
const LONGEST_VISIT: Duration = Duration::from_secs(8 * 60 * 60 + 60);

pub(crate) fn rotate(settings: &Settings, arguments: RotateArguments) -> Result<ExitCode, Failure> {
    let path = file(settings)?;
    let say = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let kept = fs::read(&path).map_err(|error| say(&error))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let overlap = Duration::from_secs(arguments.overlap_seconds);
    let rotation = match arguments.forget_old {
        true => Rotation::forgetting(&kept, now),
        false => Rotation::overlapping(&kept, now, overlap, settings.access_token_lifetime().max(LONGEST_VISIT)),
    };
    let rotation = rotation.map_err(|error| say(&error))?;
    embedded::replace(&path, rotation.file.as_bytes()).map_err(|error| say(&error))?;
    println!("New      {}  signs from {}", rotation.new, rotation.signs_from);
    rotation.kept.iter().for_each(|id| println!("Kept     {id}  what it signed stays good"));
    rotation.dropped.iter().for_each(|id| println!("Dropped  {id}"));
    Ok(ExitCode::SUCCESS)
}

/// The file to rewrite.
fn file(settings: &Settings) -> Result<PathBuf, Failure> {
    let secrets = Secrets::read()?;
    if let Some(file) = secrets.token_key_file {
        return Ok(file);
    }
    if !secrets.token_keys.is_empty() {
        return Err(
            "STAYZR_TOKEN_KEY holds the keys themselves. Keep them in a file that STAYZR_TOKEN_KEY_FILE names, \
                    or put another key into it by hand: of several the first signs"
                .into(),
        );
    }
    if !secrets.is_embedded() {
        return Err("keys rotate needs STAYZR_TOKEN_KEY_FILE, the file of the servers' keys".into());
    }
    Ok(settings.embedded().data_dir.join("secrets").join(FILE))
}

/// Keeps a server's keys those of the file, until what this returns is dropped. A file that
/// cannot be read or holds something else changes nothing, and the log says so once.
pub(crate) fn read_again(file: Option<PathBuf>, tokens: Arc<Tokens>) -> JoinSet<()> {
    let mut reading = JoinSet::new();
    let Some(file) = file else { return reading };
    reading.spawn(async move {
        let mut last = None;
        let mut every = tokio::time::interval(READ_EVERY);
        loop {
            every.tick().await;
            let found = tokio::fs::read(&file).await.map_err(|error| error.to_string());
            if last.as_ref() != Some(&found) {
                take(&found, &tokens);
                last = Some(found);
            }
        }
    });
    reading
}

fn take(file: &Result<Vec<u8>, String>, tokens: &Tokens) {
    let before = tokens.public_keys();
    let keys = file
        .as_deref()
        .map_err(Clone::clone)
        .and_then(|keys| TokenKey::parse_all(keys).map_err(|error| error.to_string()));
    match keys.and_then(|keys| tokens.replace_keys(keys).map_err(|error| error.to_string())) {
        Err(error) => tracing::error!(error, "the file of the keys that sign tokens cannot be used; those before stay"),
        Ok(()) if tokens.public_keys() == before => {}
        Ok(()) => {
            let ids: Vec<String> = tokens.public_keys().into_iter().map(|(id, _)| id).collect();
            tracing::info!(?ids, "the keys that sign tokens are others now");
        }
    }
}
