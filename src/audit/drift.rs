//! What is live and what it was to be: `stayzr audit drift`.
//!
//! Against the files of this release the comparison is that of `stayzr migrate --check` ([`crate::db::migrate::check`]).
//! What the files made is what the database remembers of their last run, so whoever can write as the owner could lie
//! there. A baseline is kept outside the database, and compares with nothing that is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::AuditError;
use crate::db::migrate::{self, MigrateError, changed_lines};

/// Everything live that decides who sees what, at one moment: policies, grants, functions, triggers, row security, roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Baseline {
    /// The version of the server, whose words the definitions are.
    pub server_version: String,
    /// The objects by kind and name, each as a definition in normal form.
    pub objects: BTreeMap<String, BTreeMap<String, String>>,
}

/// A difference from a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What it is: `policy`, `grant`, `function`, `trigger`, `rls`, `role` and their like.
    pub kind: String,
    /// Which one.
    pub object: String,
    /// What it was; none: it is new.
    pub before: Option<String>,
    /// What it is; none: it is gone.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before.as_deref(), self.after.as_deref());
        let how = match (before, after) {
            (None, _) => "is new",
            (_, None) => "is gone",
            _ => "is another",
        };
        write!(f, "{} {} {how}", self.kind, self.object)?;
        for (sign, line) in changed_lines(before.unwrap_or_default(), after.unwrap_or_default()) {
            write!(f, "\n  {sign} {line}")?;
        }
        Ok(())
    }
}

/// What differs from the files of this release, each as a person reads it.
///
/// # Errors
/// When the catalogs, or what the files made, cannot be read.
pub async fn from_files(client: &mut Client) -> Result<Vec<String>, AuditError> {
    let drift = migrate::check(client, &migrate::Sources::embedded()?).await.map_err(|error| match &error {
        MigrateError::Database(refusal) if refusal.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            AuditError::Unreadable(error)
        }
        _ => AuditError::Drift(error),
    })?;
    Ok(drift.iter().map(ToString::to_string).collect())
}

impl Baseline {
    /// What is live now. Reads the catalogs only, as whoever is connected.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read(client: &mut Client) -> Result<Self, MigrateError> {
        let (server_version, live) = migrate::live_objects(client).await?;
        let mut objects = BTreeMap::<String, BTreeMap<String, String>>::new();
        for ((kind, name), definition) in live {
            objects.entry(kind).or_default().insert(name, definition);
        }
        Ok(Baseline { server_version, objects })
    }

    /// One that was saved.
    ///
    /// # Errors
    /// When there is no such file, or it holds something else.
    pub fn load(file: &Path) -> Result<Self, AuditError> {
        let fault = |fault: String| AuditError::Baseline { file: file.display().to_string(), fault };
        let text = std::fs::read_to_string(file).map_err(|error| fault(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| fault(format!("no baseline: {error}")))
    }

    /// Writes it to a file, one object a line.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), AuditError> {
        let text = serde_json::to_string_pretty(self).expect("a baseline holds nothing that JSON cannot") + "\n";
        let fault =
            |error: std::io::Error| AuditError::Baseline { file: file.display().to_string(), fault: error.to_string() };
        std::fs::write(file, text).map_err(fault)
    }

    /// What has changed from this to another, by kind and name.
    #[must_use]
    pub fn changes(&self, now: &Baseline) -> Vec<Change> {
        let names = |baseline: &Baseline| -> BTreeSet<(String, String)> {
            let all = baseline.objects.iter();
            all.flat_map(|(kind, named)| named.keys().map(move |name| (kind.clone(), name.clone()))).collect()
        };
        let definition = |baseline: &Baseline, kind: &str, name: &str| baseline.objects.get(kind)?.get(name).cloned();
        let every: BTreeSet<_> = names(self).union(&names(now)).cloned().collect();
        let changes = every.into_iter().map(|(kind, object)| Change {
            before: definition(self, &kind, &object),
            after: definition(now, &kind, &object),
            kind,
            object,
        });
        changes.filter(|change| change.before != change.after).collect()
    }
}
