//! The embedded server as another process runs it: how to get in beside that one.

use std::fs;
use std::path::Path;

use tokio_postgres::Config;

use super::error::EmbeddedError;
use super::options::Options;
use super::{cluster, connection, directories, stale};

/// Whether a database was ever made in that data directory.
pub fn exists(options: &Options) -> Result<bool, EmbeddedError> {
    let options = absolute(options)?;
    Ok(cluster::major(&options.cluster())?.is_some())
}

/// How to connect to `database` as one of [`super::LOGIN_ROLES`], if another process is serving that data directory.
/// Takes nothing from it: no lock, no signal.
///
/// # Errors
/// When its password file cannot be read: only the user that runs Stayzr may.
pub fn running(options: &Options, role: &str, database: &str) -> Result<Option<Config>, EmbeddedError> {
    let options = absolute(options)?;
    if stale::postmaster(&options.cluster()).is_none() {
        return Ok(None);
    }
    let file = options.secrets().join(role);
    let password = fs::read_to_string(&file).map_err(EmbeddedError::io("cannot read", &file))?;
    let socket_dir = directories::socket_dir(&options.data_dir);
    Ok(Some(connection(&socket_dir, role, database, Some(password.trim_end()))))
}

fn absolute(options: &Options) -> Result<Options, EmbeddedError> {
    let data_dir: &Path = &options.data_dir;
    let data_dir = std::path::absolute(data_dir).map_err(EmbeddedError::io("cannot find", data_dir))?;
    Ok(Options { data_dir, ..options.clone() })
}
