//! What an audit found, and the forms it is written down in.

mod html;
mod json;
mod markdown;
mod sarif;
mod terminal;

use poem_openapi::Object;
use serde::Serialize;

use super::arguments::Format;
use super::matrix::Section;
use super::waivers::Waiver;
use super::{AuditError, Catalogue, Check, Severity};
use crate::db::{Address, CatalogReader, Client};

/// How long the database may take to say who it is.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

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
    /// How it went, over all sections.
    pub summary: Summary,
    /// The checks of the catalogs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lint: Option<Lint>,
    /// What differs from the files of this release, each as a person reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Vec<String>>,
    /// Who may do what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Vec<Section>>,
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

/// How an audit went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditSummary", rename_all = "camelCase")]
pub struct Summary {
    /// Critical findings.
    pub critical: usize,
    /// Findings of high severity.
    pub high: usize,
    /// Findings of medium severity.
    pub medium: usize,
    /// Findings of low severity.
    pub low: usize,
    /// Findings that are waived; in none of the numbers above.
    pub waived: usize,
    /// Differences from the files of this release.
    pub drift: usize,
    /// Checks that ran.
    pub ran: usize,
    /// Checks that could not run.
    pub failed: usize,
}

impl Summary {
    /// The findings of that severity.
    pub fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }

    /// In a line, for people.
    pub fn line(&self) -> String {
        let findings: usize = Severity::ALL.iter().map(|severity| self.count(*severity)).sum();
        let mut line = format!("{}, {}", counted(self.ran, "check"), counted(findings, "finding"));
        if findings > 0 {
            let counts = Severity::ALL.iter().filter(|severity| self.count(**severity) > 0);
            let counts: Vec<String> = counts.map(|severity| format!("{} {severity}", self.count(*severity))).collect();
            line += &format!(" ({})", counts.join(", "));
        }
        if self.waived > 0 {
            line += &format!(", {} waived", self.waived);
        }
        if self.drift > 0 {
            line += &format!(", {} from the files", counted(self.drift, "difference"));
        }
        if self.failed > 0 {
            line += &format!(", {} could not run", counted(self.failed, "check"));
        }
        line
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
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
    /// Of these sections.
    pub fn new(database: Identity, lint: Option<Lint>) -> Report {
        let mut summary = Summary::default();
        if let Some(lint) = &lint {
            let count = |severity| lint.findings.iter().filter(|finding| finding.severity == severity).count();
            summary.critical = count(Severity::Critical);
            summary.high = count(Severity::High);
            summary.medium = count(Severity::Medium);
            summary.low = count(Severity::Low);
            summary.waived = lint.waived.len();
            summary.failed = lint.failed.len();
            summary.ran = lint.checks.iter().filter(|check| check.sql.is_some()).count() - lint.failed.len();
        }
        let release = Release { name: "stayzr".into(), version: env!("CARGO_PKG_VERSION").into() };
        Report { release, database, summary, lint, drift: None, matrix: None }
    }

    /// With what differs from the files, and who may do what.
    #[must_use]
    pub fn with(mut self, drift: Vec<String>, matrix: Vec<Section>) -> Report {
        self.summary.drift = drift.len();
        (self.drift, self.matrix) = (Some(drift), Some(matrix));
        self
    }

    /// What the command ends with: 2 if something could not run, 1 if a finding is at least that bad, else 0.
    pub fn exit_code(&self, fail_on: Severity) -> u8 {
        let bad = Severity::ALL.iter().filter(|severity| **severity <= fail_on);
        let drift = if fail_on >= Severity::High { self.summary.drift } else { 0 };
        match self.summary.failed {
            0 if bad.map(|severity| self.summary.count(*severity)).sum::<usize>() + drift == 0 => 0,
            0 => 1,
            _ => 2,
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
