//! Functions, policies and seal keys, in one transaction, as `stayzr_owner`.

use super::drift::{self, Drift};
use super::error::MigrateError;
use super::objects::Snapshot;
use super::plan::{Plan, Reason, gone_warning};
use super::record::{Record, server_major};
use super::roles::RolesOutcome;
use super::seal_keys;
use super::sources::{FileKind, Sources, TextFile};
use super::summary::Summary;
use std::collections::BTreeSet;
use tokio_postgres::{Client, Transaction};

/// Where `app.policy_reset` leaves the tables it reset, to the end of the transaction.
const RESET_SETTING: &str = "stayzr.policy_reset";

/// Run what has to run; all of it holds afterwards, or nothing.
pub(super) async fn apply(
    client: &mut Client,
    sources: &Sources,
    roles: &RolesOutcome,
    keys: &[(String, Vec<u8>)],
) -> Result<Summary, MigrateError> {
    let held = Record::read(client).await?;
    if !held.exists {
        return Err(MigrateError::Sources(
            "no migration makes app.applied_files, app.applied_objects, app.release".into(),
        ));
    }
    let major = server_major(client).await?;
    let mut live = Snapshot::read(client).await?;
    let mut record = held.clone();
    if let Some(after_roles) = &roles.snapshot {
        record.merge_roles(after_roles);
    }
    let plan = Plan::of(sources, &record, &live, major);
    let key_changes = seal_keys::compare(client, keys).await?;
    let mut summary = Summary::default();
    plan.describe(sources, &mut summary);

    let transaction = client.transaction().await?;
    for drift in &plan.flags {
        restore_flags(&transaction, drift).await?;
    }
    for drift in &plan.functions {
        revoke_extra_grants(&transaction, drift).await?;
    }
    if !plan.flags.is_empty() || !plan.functions.is_empty() {
        live = Snapshot::read(&transaction).await?;
    }
    for (kind, file, reason) in &plan.files {
        if *reason == Reason::Drifted {
            tracing::warn!(file = file.path, "applied again: what it made had been changed by hand");
        }
        let resets = run_file(&transaction, *kind, file).await?;
        let after = Snapshot::read(&transaction).await?;
        if *reason != Reason::Drifted {
            record.merge_file(&file.path, *kind, &resets, &live, &after);
        }
        live = after;
        save_file(&transaction, file, kind.as_str(), major).await?;
    }
    if roles.applied() {
        save_file(&transaction, &sources.roles, "roles", major).await?;
    }
    record.write_objects(&transaction, &held).await?;
    for path in &plan.gone {
        if record.held_by(path) == 0 {
            // A migration dropped what it had made: the file is gone for good.
            transaction.execute("delete from app.applied_files where path = $1", &[path]).await?;
        } else {
            summary.warnings.push(gone_warning(path));
        }
    }
    let fingerprint = sources.fingerprint();
    if record.fingerprint.as_deref() != Some(&fingerprint) {
        let update = "update app.release set fingerprint = $1, applied_at = now()";
        transaction.execute(update, &[&fingerprint]).await?;
    }
    if let Some(changes) = key_changes {
        seal_keys::store(&transaction, keys).await?;
        summary.seal_keys = changes;
    }
    summary.partitions_made = make_partitions(&transaction).await?;
    transaction.commit().await?;

    for drift in drift::of_objects(&record, &live) {
        summary.warnings.push(format!("{}; `stayzr migrate --check` shows it", drift.title()));
    }
    Ok(summary)
}

/// The audit log's partitions of the months ahead. They come as time goes by and are in no file, nor are they drift.
async fn make_partitions(transaction: &Transaction<'_>) -> Result<Vec<String>, MigrateError> {
    let there = "select to_regprocedure('app.make_audit_partitions()') is not null";
    if !transaction.query_one(there, &[]).await?.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let made = transaction.query("select app.make_audit_partitions()", &[]).await?;
    Ok(made.iter().map(|row| row.get(0)).collect())
}

/// Run one file and return the tables it reset.
async fn run_file(
    transaction: &Transaction<'_>,
    kind: FileKind,
    file: &TextFile,
) -> Result<BTreeSet<u32>, MigrateError> {
    transaction.execute("select set_config($1, '', true)", &[&RESET_SETTING]).await?;
    transaction
        .batch_execute(&file.text)
        .await
        .map_err(|error| MigrateError::in_file(&file.path, &file.text, &error))?;
    let setting: String = transaction.query_one("select current_setting($1)", &[&RESET_SETTING]).await?.get(0);
    let resets: BTreeSet<u32> = setting.split(' ').filter_map(|oid| oid.parse().ok()).collect();
    if kind == FileKind::Policy && resets.is_empty() {
        return Err(MigrateError::NoReset { path: file.path.clone() });
    }
    Ok(resets)
}

async fn save_file(transaction: &Transaction<'_>, file: &TextFile, kind: &str, major: i32) -> Result<(), MigrateError> {
    let upsert = include_str!("../../../sql/queries/migrate/record_file.sql");
    transaction.execute(upsert, &[&file.path, &kind, &file.checksum(), &major]).await?;
    Ok(())
}

/// Put a table's row security back to what its migration made it.
async fn restore_flags(transaction: &Transaction<'_>, drift: &Drift) -> Result<(), MigrateError> {
    let wanted = drift.expected.as_deref().unwrap_or_default();
    let enable = if wanted.starts_with("enabled") { "enable" } else { "disable" };
    let force = if wanted.ends_with("not forced") { "no force" } else { "force" };
    // The name comes quoted out of the catalogs.
    let statement = format!(
        "alter table {table} {enable} row level security; alter table {table} {force} row level security",
        table = drift.object
    );
    tracing::warn!(table = drift.object, "row security had been changed by hand: put back");
    Ok(transaction.batch_execute(&statement).await?)
}

/// Take back what was granted on a function by hand. Its file would not: replacing a function keeps its grants, and
/// a changed file would then put them on record as its own.
async fn revoke_extra_grants(transaction: &Transaction<'_>, drift: &Drift) -> Result<(), MigrateError> {
    let expected = drift.expected.as_deref().unwrap_or_default();
    // The grants come after the body, which may contain any line: only those after the owner are looked at.
    let found = drift.found.as_deref().unwrap_or_default();
    let grants = found.rsplit_once("\nowned by ").map_or("", |(_, grants)| grants);
    for line in grants.lines().filter(|line| !expected.lines().any(|other| other == *line)) {
        let Some(grantee) = line.strip_prefix("execute to ") else {
            continue;
        };
        let grantee = grantee.strip_suffix(" with grant option").unwrap_or(grantee);
        let statement = format!("revoke execute on routine {} from {grantee} cascade", drift.object);
        transaction.batch_execute(&statement).await?;
        tracing::warn!(function = drift.object, grantee, "a grant given by hand: taken back");
    }
    Ok(())
}
