//! `stayzr audit`: everything that could let one tenant see another, told from the live catalogs.
//!
//! [`check`] knows the rules, [`lint`] runs them, [`waivers`] says which findings a deployment
//! has decided to live with. [`matrix`] is who may do what, [`drift`] what changed, [`plans`] how
//! the service's own statements run. [`attack`] tries what an attacker would, and rolls it back.
//! [`report`] writes the whole down.
//!
//! Invariant: nothing here leaves anything in the database, or keeps a password.

pub mod arguments;
pub mod attack;
pub mod check;
pub mod drift;
pub mod lint;
pub mod matrix;
pub mod plans;
pub mod report;
pub mod waivers;

use crate::db::DbError;
use crate::db::migrate::MigrateError;

pub use arguments::{
    AttackArguments, AuditCommand, DatabaseArguments, DriftArguments, Format, LintArguments, Optional, PlansArguments,
    ReportArguments,
};
pub use check::{Catalogue, Check, Severity};
pub use lint::{lint, lint_within};
pub use report::Report;
pub use waivers::Waivers;

/// Why an audit could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A file of `sql/checks` does not begin as it has to.
    #[error("sql/checks/{name}.sql: {fault}")]
    Header {
        /// The check, as its file is called.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The file of waivers cannot be used.
    #[error("{file}: {fault}")]
    Waivers {
        /// Which file.
        file: String,
        /// What is wrong with it.
        fault: String,
    },
    /// No check has that id or name.
    #[error("there is no check {0}; `stayzr audit explain` without one lists them")]
    NoCheck(String),
    /// The database did not answer.
    #[error("{0}")]
    Database(#[from] DbError),
    /// What the files made cannot be read.
    #[error("{0}")]
    Drift(#[from] MigrateError),
    /// Whoever is connected may not read what the files made.
    #[error(
        "this login may not read what the files made: `stayzr migrate` of this release gives stayzr_auditor the right, and \
         an administrator has it ({0})"
    )]
    Unreadable(MigrateError),
    /// A file of what was live cannot be used.
    #[error("{file}: {fault}")]
    Baseline {
        /// Which file.
        file: String,
        /// What is wrong with it.
        fault: String,
    },
}

/// What `stayzr audit explain` prints: one check, or without one the list of all.
///
/// # Errors
/// When there is no such check.
pub fn explain(catalogue: &Catalogue, wanted: Option<&str>) -> Result<String, AuditError> {
    let Some(wanted) = wanted else {
        let line = |check: &Check| format!("{}  {:8}  {}\n", check.id, check.severity, check.name);
        return Ok(catalogue.checks().iter().map(line).collect());
    };
    let check = catalogue.get(wanted).ok_or_else(|| AuditError::NoCheck(wanted.escape_debug().to_string()))?;
    let file = check.sql.as_ref().map(|_| format!("\nQuery     sql/checks/{}.sql", check.name)).unwrap_or_default();
    Ok(format!(
        "{}  {}  ({})\n\nWhat      {}\nWhy       {}\nMend      {}\nSee       {}{file}\n",
        check.id, check.name, check.severity, check.what, check.why, check.mend, check.see
    ))
}
