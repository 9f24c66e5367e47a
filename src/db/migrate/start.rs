//! May this server serve this database? Asked as `stayzr_app`, when it starts.
//!
//! - A migration of this release is missing: no. Statements would name columns that are not there.
//! - The database has migrations this release does not know: yes, with a warning. While a deploy rolls, the old
//!   servers go on beside the new ones, and migrations are written so that the release before can live with them.
//! - Functions or policies are another release's: yes, with a warning, for the same reason.
//!
//! What is read here, `policies/schema_history.sql` and `policies/release.sql` grant.

use super::error::MigrateError;
use super::sources::{Sources, file_name, name_of};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// How a database stands to this release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartCheck {
    /// Migrations of this release the database lacks, as file names.
    pub missing: Vec<String>,
    /// Migrations the database has and this release does not know.
    pub unknown: Vec<String>,
    /// Whether functions and policies are this release's.
    pub same_release: bool,
}

/// Compare, reading only what `stayzr_app` may.
///
/// # Errors
/// If the database cannot be read. One that was never migrated, or whose policies were never applied, is no error:
/// it lacks every migration.
pub async fn start_check(client: &Client, sources: &Sources) -> Result<StartCheck, MigrateError> {
    let applied: Vec<(i32, String)> = match client.query("select version, name from app.schema_history", &[]).await {
        Ok(rows) => rows.iter().map(|row| (row.get(0), row.get(1))).collect(),
        Err(error) if is_unmigrated(&error) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let fingerprint: Option<String> = match client.query_opt("select fingerprint from app.release", &[]).await {
        Ok(row) => row.and_then(|row| row.get(0)),
        Err(error) if is_unmigrated(&error) => None,
        Err(error) => return Err(error.into()),
    };
    let has = |version: i32| applied.iter().any(|(applied, _)| *applied == version);
    let knows = |version: i32| sources.migrations.iter().any(|file| file.version() == version);
    Ok(StartCheck {
        missing: sources.migrations.iter().filter(|file| !has(file.version())).map(file_name).collect(),
        unknown: applied.iter().filter(|(version, _)| !knows(*version)).map(|(v, name)| name_of(*v, name)).collect(),
        same_release: fingerprint.as_deref() == Some(&sources.fingerprint()),
    })
}

/// The migrations the database lacks, as file names; empty if the server may start.
///
/// # Errors
/// As [`start_check`].
pub async fn missing_versions(client: &Client, sources: &Sources) -> Result<Vec<String>, MigrateError> {
    Ok(start_check(client, sources).await?.missing)
}

/// Refuse a database that lacks migrations; log what else a person should know.
///
/// # Errors
/// [`MigrateError::NotMigrated`] with what is missing, and as [`start_check`].
pub async fn require_migrated(client: &Client, sources: &Sources) -> Result<(), MigrateError> {
    let check = start_check(client, sources).await?;
    if !check.missing.is_empty() {
        return Err(MigrateError::NotMigrated { missing: check.missing });
    }
    if !check.unknown.is_empty() {
        let unknown = check.unknown.join(", ");
        tracing::warn!(unknown, "the database is newer than this server: fine while a deploy rolls, not for longer");
    } else if !check.same_release {
        tracing::warn!("functions or policies in the database are another release's: run `stayzr migrate`");
    }
    Ok(())
}

/// No schema, no table, or no right yet, which is what `stayzr migrate` would have given.
fn is_unmigrated(error: &tokio_postgres::Error) -> bool {
    let codes = [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME, SqlState::INSUFFICIENT_PRIVILEGE];
    error.code().is_some_and(|code| codes.contains(code))
}
