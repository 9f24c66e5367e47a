//! What an audit found, and the forms it is written down in.

mod html;
mod json;
mod markdown;
mod parts;
mod sarif;
mod terminal;

use std::time::Duration;

use poem_openapi::Object;
use serde::Serialize;

pub use parts::{Part, PartName, Summary};

use super::arguments::Format;
use super::attack::AttackLog;
use super::matrix::Section;
use super::plans::Plan;
use super::waivers::Waiver;
use super::{AuditError, Catalogue, Check, Severity};
use crate::db::{Address, CatalogReader, Client};

/// How long the database may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// An audit, whole. Each kind of audit has a section; one that was not made is absent.
///
/// The JSON form is this structure as it stands, in camelCase: see [`json`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What made it.
    pub release: Release,
    /// Of what.
    pub database: Identity,
    /// How it went, over all parts.
    pub summary: Summary,
    /// What it is made of, in that order, and what it lacks.
    pub parts: Vec<Part>,
    /// The checks of the catalogs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lint: Option<Lint>,
    /// What differs from the files of this release, each as a person reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Vec<String>>,
    /// Who may do what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Vec<Section>>,
    /// How the statements of the service run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<Vec<Plan>>,
    /// What an attacker would try, and what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attack: Option<AttackLog>,
}

/// The program that made a report.
#[derive(Debug, Clone, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditRelease", rename_all = "camelCase")]
pub struct Release {
    /// Always `stayzr`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The database a report is about.
#[derive(Debug, Clone, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditDatabase", rename_all = "camelCase")]
pub struct Identity {
    /// As PostgreSQL says it: `15.18 (Debian …)`.
    pub server_version: String,
    /// The name of the database.
    pub database: String,
    /// Where the server was reached; never with a password.
    pub server: String,
    /// As whom.
    pub role: String,
    /// When, by the server's clock: RFC 3339, UTC.
    pub time: String,
}

impl Identity {
    /// Asks the database that `client` is connected to, by that address.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn read(client: &mut Client, address: &Address) -> Result<Identity, AuditError> {
        let mut reader = CatalogReader::begin(client, PATIENCE, PATIENCE).await?;
        let rows = reader.rows(include_str!("../../../sql/checks/report/identity.sql")).await?;
        reader.end().await?;
        let row = rows.map(|rows| rows.into_iter().next()).map_err(crate::db::DbError::Misused)?;
        let [server_version, database, role, time] = row.unwrap_or_default();
        Ok(Identity { server_version, database, server: address.server(), role, time })
    }
}

/// Which database a login reaches, whatever its address looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The same for every login that reaches it, until the server starts anew.
    pub database: String,
    /// Whether this one is a superuser's.
    pub is_administrator: bool,
}

impl Place {
    /// Where that client is connected to.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(client: &Client) -> Result<Place, AuditError> {
        let row = client.query_one(include_str!("../../../sql/checks/report/place.sql"), &[]).await;
        let row = row.map_err(crate::db::DbError::from)?;
        let text = |column| row.try_get::<_, String>(column).map_err(crate::db::DbError::from);
        Ok(Place { database: text("place")?, is_administrator: text("administrator")? == "on" })
    }
}

/// What the checks of the catalogs found.
#[derive(Debug, Clone, Default, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditLint", rename_all = "camelCase")]
pub struct Lint {
    /// The checks there are, by id.
    pub checks: Vec<Check>,
    /// The worst first.
    pub findings: Vec<Finding>,
    /// What is waived, and by what.
    pub waived: Vec<Waived>,
    /// What could not run, and why.
    pub failed: Vec<Failed>,
}

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditFinding", rename_all = "camelCase")]
pub struct Finding {
    // The first field, because findings are sorted by it.
    /// How bad it is.
    pub severity: Severity,
    /// The id of the check.
    pub check: String,
    /// The name of the check.
    pub name: String,
    /// Where: the same text in each run, so that a waiver can name it.
    pub object: String,
    /// What is wrong there.
    pub finding: String,
    /// What the catalogs say that shows it; may be empty.
    pub detail: String,
}

impl Finding {
    pub(super) fn of(catalogue: &Catalogue, check: &str, object: &str, finding: &str, detail: &str) -> Option<Finding> {
        let check = catalogue.get(check)?;
        Some(Finding {
            severity: check.severity,
            check: check.id.clone(),
            name: check.name.clone(),
            object: object.to_owned(),
            finding: finding.to_owned(),
            detail: detail.to_owned(),
        })
    }
}

/// A finding that is lived with.
#[derive(Debug, Clone, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditWaived", rename_all = "camelCase")]
pub struct Waived {
    /// What was found.
    #[serde(flatten)]
    #[oai(flatten)]
    pub finding: Finding,
    /// Who decided, why, until when.
    pub waiver: Waiver,
}

/// A check that could not run.
#[derive(Debug, Clone, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditFailed", rename_all = "camelCase")]
pub struct Failed {
    /// Its id.
    pub check: String,
    /// Its name.
    pub name: String,
    /// What the server said.
    pub reason: String,
}

impl Report {
    /// Of nothing yet.
    pub fn new(database: Identity) -> Report {
        let release = Release { name: "stayzr".into(), version: env!("CARGO_PKG_VERSION").into() };
        let (summary, parts) = (Summary::default(), Vec::new());
        Report { release, database, summary, parts, lint: None, drift: None, matrix: None, plans: None, attack: None }
    }

    /// With what the checks found, which took so long.
    #[must_use]
    pub fn with_lint(mut self, lint: Lint, took: Duration) -> Report {
        self.parts.push(Part::made(PartName::Checks, took));
        lint.findings.iter().for_each(|finding| self.summary.add(finding.severity));
        self.summary.waived = lint.waived.len();
        self.summary.failed = lint.failed.len();
        self.summary.ran = lint.checks.iter().filter(|check| check.sql.is_some()).count() - lint.failed.len();
        Report { lint: Some(lint), ..self }
    }

    /// With what differs from the files.
    #[must_use]
    pub fn with_drift(mut self, drift: Vec<String>, took: Duration) -> Report {
        self.parts.push(Part::made(PartName::Drift, took));
        self.summary.drift = drift.len();
        Report { drift: Some(drift), ..self }
    }

    /// With who may do what.
    #[must_use]
    pub fn with_matrix(mut self, matrix: Vec<Section>, took: Duration) -> Report {
        self.parts.push(Part::made(PartName::Matrix, took));
        Report { matrix: Some(matrix), ..self }
    }

    /// With how the statements run; what is wrong with a plan is a finding.
    #[must_use]
    pub fn with_plans(mut self, plans: Vec<Plan>, took: Duration) -> Report {
        self.parts.push(Part::made(PartName::Plans, took));
        plans.iter().flat_map(|plan| &plan.faults).for_each(|fault| self.summary.add(fault.severity));
        self.summary.planned = plans.len();
        Report { plans: Some(plans), ..self }
    }

    /// With the drills; each that succeeded is a finding.
    #[must_use]
    pub fn with_attack(mut self, log: AttackLog, took: Duration) -> Report {
        self.parts.push(Part::made(PartName::Attack, took));
        log.drills.iter().filter(|drill| drill.succeeded()).for_each(|drill| self.summary.add(drill.severity));
        self.summary.skipped = log.drills.iter().filter(|drill| drill.is_lacking()).count();
        self.summary.drilled = log.drills.len() - self.summary.skipped;
        Report { attack: Some(log), ..self }
    }

    /// Without a part: because it was to be left out, or because it could not be made.
    #[must_use]
    pub fn without(mut self, name: PartName, why: String, left_out: bool) -> Report {
        self.parts.push(Part { name, milliseconds: 0, not_run: Some(why), left_out });
        self.summary.not_run += 1;
        self
    }

    /// What the command ends with: 2 if something could not run, 1 if a finding is at least that bad, else 0. A
    /// difference from the files is a finding of severity high.
    pub fn exit_code(&self, fail_on: Severity) -> u8 {
        let summary = &self.summary;
        let lacking = self.parts.iter().any(|part| part.not_run.is_some() && !part.left_out);
        let bad = Severity::ALL.iter().filter(|severity| **severity <= fail_on);
        let drift = if fail_on >= Severity::High { summary.drift } else { 0 };
        match bad.map(|severity| summary.count(*severity)).sum::<usize>() + drift {
            _ if lacking || summary.failed + summary.skipped > 0 => 2,
            0 => 0,
            _ => 1,
        }
    }

    /// In that form; colour is for a terminal only.
    pub fn write(&self, format: Format, colour: bool) -> String {
        match format {
            Format::Terminal => terminal::write(self, colour),
            Format::Json => json::write(self),
            Format::Sarif => sarif::write(self),
            Format::Markdown => markdown::write(self),
            Format::Html => html::write(self),
        }
    }
}

/// The same, indented as it is: a line of a definition.
fn line_kept(text: &str) -> String {
    " ".repeat(text.len() - text.trim_start().len()) + &line(text)
}

/// One line of text as one line of text: what stands in a catalog may hold line feeds, or the
/// escapes that move a terminal's cursor.
fn line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
