//! `stayzr migrate`: bring a database to what the files of this release say, and tell when it is not.
//!
//! A run takes one connection and these steps, under one advisory lock:
//!
//! 1. `policies/database_roles.sql`, as the administrator who connected ([`roles`]).
//! 2. `migrations/`, as `stayzr_owner`, by refinery ([`history`]).
//! 3. In one transaction, as `stayzr_owner`: `sql/functions/`, then `policies/`, then the seal keys ([`repeatable`],
//!    [`seal_keys`]). A file whose text is as it was last time does not run (`create policy` locks its table), unless
//!    what it made has been changed by hand since: then the file wins.
//!
//! What each file left in the catalogs is written down ([`record`], [`objects`]), so that [`check`] can compare it
//! with what is live ([`drift`]) while it reads only and locks nothing. A record is only ever replaced by what a file
//! made in this run: neither a changed file nor a migration makes a change by hand legitimate ([`record::Record`]).
//!
//! The server asks [`start`] whether it may serve the database it was given.

mod drift;
mod error;
mod history;
mod lock;
mod objects;
mod plan;
mod record;
mod repeatable;
mod roles;
mod seal_keys;
mod sources;
mod start;
mod summary;

pub use drift::Drift;
pub(crate) use drift::changed_lines;
pub use error::MigrateError;
pub use seal_keys::SealKeyChanges;
pub use sources::{Sources, TextFile};
pub use start::{StartCheck, missing_versions, require_migrated, start_check};
pub use summary::Summary;

use std::collections::BTreeMap;

use objects::Snapshot;
use record::Record;
use tokio_postgres::{Client, IsolationLevel, Transaction};

/// Migrate the database that `client` is connected to. Running it again does nothing.
///
/// `client` is an administrator: a superuser, or a role that may create roles and grants itself `stayzr_owner`. With
/// `seal_keys` (id and key) the database holds exactly these keys afterwards; an empty list leaves them alone. Two
/// runs on one database wait for each other. A run that is dropped midway leaves the lock to its connection: close it.
///
/// # Errors
/// An edited, missing or unknown migration, a file that fails (with its line), a right the administrator lacks. A
/// failing migration keeps those before it; a failing function or policy file undoes the whole repeatable part.
pub async fn run(
    client: &mut Client,
    sources: &Sources,
    seal_keys: &[(String, Vec<u8>)],
) -> Result<Summary, MigrateError> {
    lock::acquire(client).await?;
    let outcome = run_locked(client, sources, seal_keys).await;
    let released = lock::release(client).await;
    // What went wrong first is what the reader has to know; a broken connection fails to release as well.
    let summary = outcome?;
    released?;
    Ok(summary)
}

/// Does something else to a migrated database as its owner, while nobody migrates it.
///
/// # Errors
/// When `client` may not be the owner, and what the work says.
pub async fn exclusively<T, E: From<MigrateError>>(
    client: &mut Client,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, E>,
) -> Result<T, E> {
    lock::acquire(client).await?;
    let outcome = match as_owner(client).await {
        Ok(()) => work(client).await,
        Err(error) => Err(error.into()),
    };
    let released = lock::release(client).await;
    let done = outcome?;
    released?;
    Ok(done)
}

/// Works as the owner from here on.
///
/// # Errors
/// When `client` may not.
pub async fn as_owner(client: &Client) -> Result<(), MigrateError> {
    roles::require_owner(client).await
}

async fn run_locked(
    client: &mut Client,
    sources: &Sources,
    seal_keys: &[(String, Vec<u8>)],
) -> Result<Summary, MigrateError> {
    // Before anything is changed: a database this binary does not understand is left as it is.
    roles::assume_owner(client).await?;
    history::Standing::read(client, sources).await?.verify()?;

    let roles = roles::apply(client, sources).await?;
    roles::require_owner(client).await?;
    let migrated = history::apply(client, sources).await?;
    let mut summary = repeatable::apply(client, sources, &roles, seal_keys).await?;
    summary.roles_applied = roles.applied();
    summary.migrations_applied = migrated.applied;
    summary.warnings.splice(0..0, roles.warnings.into_iter().chain(migrated.warnings));
    for warning in &summary.warnings {
        tracing::warn!("{warning}");
    }
    Ok(summary)
}

/// What [`run`] would do, which changes nothing, also where there is no schema `app` yet.
///
/// # Errors
/// As [`run`], so far as it shows without running a file.
pub async fn dry_run(
    client: &mut Client,
    sources: &Sources,
    seal_keys: &[(String, Vec<u8>)],
) -> Result<Summary, MigrateError> {
    let transaction = begin_reading(client).await?;
    roles::assume_owner_locally(&transaction).await?;
    let standing = history::Standing::read(&transaction, sources).await?;
    standing.verify()?;
    let record = Record::read(&transaction).await?;
    let snapshot = Snapshot::read(&transaction).await?;
    let major = record::server_major(&transaction).await?;

    let mut summary = Summary { dry_run: true, migrations_applied: standing.pending, ..Summary::default() };
    summary.roles_applied = roles::reason(&transaction, sources, &record, &snapshot, major).await?.is_some();
    let plan = plan::Plan::of(sources, &record, &snapshot, major);
    plan.describe(sources, &mut summary);
    summary.warnings.extend(plan.gone.iter().map(|path| plan::gone_warning(path)));
    summary.seal_keys = seal_keys::compare(&transaction, seal_keys).await?.unwrap_or_default();
    transaction.rollback().await?;
    Ok(summary)
}

/// Everything in which the database differs from the files of this release; empty when nothing does. Reads only, in
/// one snapshot, and takes no lock that a running server would notice.
///
/// # Errors
/// If the catalogs, or the record of what was applied, cannot be read.
pub async fn check(client: &mut Client, sources: &Sources) -> Result<Vec<Drift>, MigrateError> {
    let transaction = begin_reading(client).await?;
    roles::assume_owner_locally(&transaction).await?;
    let standing = history::Standing::read(&transaction, sources).await?;
    let mut drifts = drift::of_history(&standing);
    let record = Record::read(&transaction).await?;
    let major = record::server_major(&transaction).await?;
    drifts.extend(drift::of_files(sources, &record, major));
    if record.exists {
        drifts.extend(drift::of_objects(&record, &Snapshot::read(&transaction).await?));
    }
    transaction.rollback().await?;
    Ok(drifts)
}

/// The version of the server, and everything live that files decide, by kind and name, in normal form.
///
/// # Errors
/// If the catalogs cannot be read.
pub(crate) async fn live_objects(
    client: &mut Client,
) -> Result<(String, BTreeMap<(String, String), String>), MigrateError> {
    let transaction = begin_reading(client).await?;
    let version = transaction.query_one("select current_setting('server_version')", &[]).await?.try_get(0)?;
    let live = Snapshot::read(&transaction).await?.objects;
    transaction.rollback().await?;
    Ok((version, live.into_iter().map(|(key, object)| (key, object.definition)).collect()))
}

async fn begin_reading(client: &mut Client) -> Result<Transaction<'_>, MigrateError> {
    Ok(client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?)
}
