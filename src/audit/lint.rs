//! Runs the checks: one transaction that reads only, one snapshot, and limits on how long anything may take.

use std::time::Duration;

use chrono::NaiveDate;

use super::report::{Failed, Finding, Lint};
use super::{AuditError, Catalogue, Waivers};
use crate::db::{CatalogReader, Client};

/// How long one check may take. On a database with 1,000 tables the slowest takes a small part of it.
const CHECK_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may wait for whoever is changing the schema meanwhile.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// Runs every check, as whoever `client` is connected as. `progress` hears of each before it runs.
///
/// A check that cannot run (a right that is missing, a timeout, a role that is not there) is in the outcome, beside the
/// findings of the others: nobody may take its silence for a clean bill.
///
/// # Errors
/// When the transaction cannot be begun or the server goes away.
pub async fn lint(
    client: &mut Client,
    catalogue: &Catalogue,
    waivers: &Waivers,
    today: NaiveDate,
    progress: impl FnMut(&str),
) -> Result<Lint, AuditError> {
    lint_within(CHECK_TIMEOUT, client, catalogue, waivers, today, progress).await
}

/// The same, where one check may take `check_timeout` and no longer.
///
/// # Errors
/// As [`lint`].
pub async fn lint_within(
    check_timeout: Duration,
    client: &mut Client,
    catalogue: &Catalogue,
    waivers: &Waivers,
    today: NaiveDate,
    mut progress: impl FnMut(&str),
) -> Result<Lint, AuditError> {
    let mut reader = CatalogReader::begin(client, check_timeout, LOCK_TIMEOUT).await?;
    let mut lint = Lint { checks: catalogue.checks().to_vec(), ..Lint::default() };
    for check in catalogue.checks() {
        let Some(sql) = &check.sql else { continue };
        progress(&check.name);
        match reader.rows(sql).await? {
            Ok(rows) => {
                for [object, finding, detail] in rows {
                    lint.findings.extend(Finding::of(catalogue, &check.id, &object, &finding, &detail));
                }
            }
            Err(reason) => lint.failed.push(Failed { check: check.id.clone(), name: check.name.clone(), reason }),
        }
    }
    reader.end().await?;
    waivers.apply(&mut lint, catalogue, today);
    lint.findings.sort();
    Ok(lint)
}
