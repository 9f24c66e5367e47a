//! `policies/database_roles.sql`: the seven roles, run by the administrator before there is an owner to run anything.

use super::drift;
use super::error::{MigrateError, plain};
use super::objects::{Snapshot, is_role_kind};
use super::plan::Reason;
use super::record::{Record, server_major};
use super::sources::Sources;
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, GenericClient, Transaction};

const ROLES: [&str; 7] = [
    "stayzr_owner",
    "stayzr_app",
    "stayzr_platform",
    "stayzr_lookup",
    "stayzr_meter",
    "stayzr_billing",
    "stayzr_auditor",
];
const ATTEMPTS_MAX: u32 = 5;

/// What [`apply`] did.
#[derive(Debug, Default)]
pub(super) struct RolesOutcome {
    pub reason: Option<Reason>,
    /// What the file left, if that is now what holds.
    pub snapshot: Option<Snapshot>,
    pub warnings: Vec<String>,
}

impl RolesOutcome {
    pub(super) fn applied(&self) -> bool {
        self.reason.is_some()
    }
}

/// Why the file has to run, if it has to.
pub(super) async fn reason(
    client: &impl GenericClient,
    sources: &Sources,
    record: &Record,
    live: &Snapshot,
    major: i32,
) -> Result<Option<Reason>, MigrateError> {
    let present = "select count(*) from pg_catalog.pg_roles where rolname = any($1)";
    let present: i64 = client.query_one(present, &[&ROLES.as_slice()]).await?.get(0);
    // Roles belong to the server, not to the database: after a restore elsewhere the record is there and they are not.
    if usize::try_from(present).ok() != Some(ROLES.len()) {
        return Ok(Some(Reason::New));
    }
    let reason = Reason::of(&sources.roles, record, major);
    let drifted = || drift::of_objects(record, live).iter().any(|drift| is_role_kind(&drift.kind));
    Ok(reason.or_else(|| drifted().then_some(Reason::Drifted)))
}

/// Run the file if it has to.
pub(super) async fn apply(client: &mut Client, sources: &Sources) -> Result<RolesOutcome, MigrateError> {
    let record = Record::read(client).await?;
    let before = Snapshot::read(client).await?;
    let major = server_major(client).await?;
    let Some(reason) = reason(client, sources, &record, &before, major).await? else {
        return Ok(RolesOutcome::default());
    };
    client.batch_execute("reset role").await?;
    execute(client, sources).await?;
    let after = Snapshot::read(client).await?;

    let mut outcome = RolesOutcome { reason: Some(reason), ..RolesOutcome::default() };
    if reason != Reason::Drifted {
        for drift in drift::of_objects(&record, &after).iter().filter(|drift| is_role_kind(&drift.kind)) {
            let key = (drift.kind.clone(), drift.object.clone());
            if record.exists && before.definition(&key) == after.definition(&key) {
                outcome.warnings.push(format!(
                    "{} {} had been changed by hand and policies/database_roles.sql does not say otherwise: it now counts as right",
                    drift.kind, drift.object
                ));
            }
        }
        outcome.snapshot = Some(after);
    }
    Ok(outcome)
}

/// One transaction, tried again when another database of the same server changes the same roles at the same time:
/// the advisory lock is this database's only.
async fn execute(client: &mut Client, sources: &Sources) -> Result<(), MigrateError> {
    let file = &sources.roles;
    let mut attempt = 1;
    loop {
        let transaction = client.transaction().await?;
        let outcome = match transaction.batch_execute(&file.text).await {
            Ok(()) => transaction.commit().await,
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        };
        let Err(error) = outcome else { return Ok(()) };
        if MigrateError::is_privilege(&error) {
            let administrator = client.query_one("select current_user::text", &[]).await?.get(0);
            return Err(MigrateError::Privileges { administrator, message: plain(&error) });
        }
        if attempt == ATTEMPTS_MAX || !is_race(&error) {
            return Err(MigrateError::in_file(&file.path, &file.text, &error));
        }
        tokio::time::sleep(Duration::from_millis(100) * attempt).await;
        attempt += 1;
    }
}

/// Two sessions wrote the same row of a shared catalog: "tuple concurrently updated", or both created the role.
fn is_race(error: &tokio_postgres::Error) -> bool {
    let races = [
        SqlState::INTERNAL_ERROR,
        SqlState::DUPLICATE_OBJECT,
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| races.contains(code))
}

const MAY_BE_OWNER: &str = "select exists (select from pg_catalog.pg_roles
    where rolname = 'stayzr_owner' and pg_has_role(current_user, oid, 'member'))";

/// Work as the owner from here on, if there is one already.
pub(super) async fn assume_owner(client: &Client) -> Result<(), MigrateError> {
    if client.query_one(MAY_BE_OWNER, &[]).await?.get(0) {
        client.batch_execute("set role stayzr_owner").await?;
    }
    Ok(())
}

/// The same to the end of a transaction.
pub(super) async fn assume_owner_locally(transaction: &Transaction<'_>) -> Result<(), MigrateError> {
    if transaction.query_one(MAY_BE_OWNER, &[]).await?.get(0) {
        transaction.batch_execute("set local role stayzr_owner").await?;
    }
    Ok(())
}

/// The same, when there has to be one.
pub(super) async fn require_owner(client: &Client) -> Result<(), MigrateError> {
    assume_owner(client).await?;
    let row = client.query_one("select current_user = 'stayzr_owner', session_user::text", &[]).await?;
    if row.get(0) { Ok(()) } else { Err(MigrateError::NotOwner { administrator: row.get(1) }) }
}
