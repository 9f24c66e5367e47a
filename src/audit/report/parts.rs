//! What a report is made of, and how it went.

use std::time::Duration;

use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::Report;
use crate::audit::Severity;

/// A kind of audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename = "AuditPartName", rename_all = "lowercase")]
pub enum PartName {
    /// The checks of the catalogs.
    Checks,
    /// What differs from the files of the release.
    Drift,
    /// Who may do what.
    Matrix,
    /// How the statements of the service run.
    Plans,
    /// What an attacker would try.
    Attack,
}

impl PartName {
    /// As every report writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            PartName::Checks => "checks",
            PartName::Drift => "drift",
            PartName::Matrix => "matrix",
            PartName::Plans => "plans",
            PartName::Attack => "attack",
        }
    }
}

/// A part of a report, made or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditPart", rename_all = "camelCase")]
pub struct Part {
    /// Which.
    pub name: PartName,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Why it was not made; null where it was.
    #[oai(nullable)]
    pub not_run: Option<String>,
    /// Whether it was not to be made: then that it was not is no fault.
    #[serde(skip)]
    #[oai(skip)]
    pub left_out: bool,
}

impl Part {
    pub(super) fn made(name: PartName, took: Duration) -> Part {
        let milliseconds = took.as_millis().try_into().unwrap_or(u64::MAX);
        Part { name, milliseconds, not_run: None, left_out: false }
    }
}

/// How an audit went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditSummary", rename_all = "camelCase")]
pub struct Summary {
    /// Critical findings, of all parts.
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
    /// Statements that were planned.
    pub planned: usize,
    /// Drills of which every attempt was made.
    pub drilled: usize,
    /// Drills of which some attempt was not made, or proved nothing.
    pub skipped: usize,
    /// Parts that were not made.
    pub not_run: usize,
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

    pub(super) fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Critical => self.critical += 1,
            Severity::High => self.high += 1,
            Severity::Medium => self.medium += 1,
            Severity::Low => self.low += 1,
        }
    }

    /// Findings that are critical or high; a difference from the files is one.
    pub fn bad(&self) -> usize {
        self.critical + self.high + self.drift
    }

    /// In a line, for people.
    pub fn line(&self) -> String {
        let findings: usize = Severity::ALL.iter().map(|severity| self.count(*severity)).sum();
        let mut line = counted(self.ran, "check");
        for (count, noun) in [(self.planned, "statement"), (self.drilled, "drill")] {
            if count > 0 {
                line += &format!(", {}", counted(count, noun));
            }
        }
        line += &format!(", {}", counted(findings, "finding"));
        if findings > 0 {
            let counts = Severity::ALL.iter().filter(|severity| self.count(**severity) > 0);
            let counts: Vec<String> = counts.map(|severity| format!("{} {severity}", self.count(*severity))).collect();
            line += &format!(" ({})", counts.join(", "));
        }
        for (count, said) in [
            (self.waived, format!("{} waived", self.waived)),
            (self.drift, format!("{} from the files", counted(self.drift, "difference"))),
            (self.failed, format!("{} could not run", counted(self.failed, "check"))),
            (self.skipped, format!("{} skipped", counted(self.skipped, "drill"))),
            (self.not_run, format!("{} not run", counted(self.not_run, "part"))),
        ] {
            if count > 0 {
                line += &format!(", {said}");
            }
        }
        line
    }
}

pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl Report {
    /// What came of a part, for people.
    pub(super) fn came_of(&self, part: &Part) -> String {
        if let Some(why) = &part.not_run {
            return format!("not run: {why}");
        }
        let summary = &self.summary;
        match part.name {
            PartName::Checks => {
                let findings = self.lint.as_ref().map_or(0, |lint| lint.findings.len());
                let mut said = format!("{}, {}", counted(summary.ran, "check"), counted(findings, "finding"));
                if summary.failed > 0 {
                    said += &format!(", {} could not run", counted(summary.failed, "check"));
                }
                said
            }
            PartName::Drift => format!("{} from the files of this release", counted(summary.drift, "difference")),
            PartName::Matrix => {
                let lines = self.matrix.iter().flatten().map(|section| section.rows.len()).sum();
                format!("{} of who may do what", counted(lines, "line"))
            }
            PartName::Plans => {
                let faults = self.plans.iter().flatten().map(|plan| plan.faults.len()).sum();
                format!("{}, {}", counted(summary.planned, "statement"), counted(faults, "finding"))
            }
            PartName::Attack => {
                let Some(log) = &self.attack else { return String::new() };
                let (drills, tally) = (counted(log.drills.len(), "drill"), log.tally());
                format!("{drills} of {}", tally.line())
            }
        }
    }

    /// The worst of it in a sentence, and whether that is good.
    pub(super) fn verdict(&self) -> (String, bool) {
        let summary = &self.summary;
        let left: Vec<&str> =
            self.parts.iter().filter(|part| part.not_run.is_some()).map(|part| part.name.as_str()).collect();
        match (summary.bad(), summary.failed + summary.skipped, &left[..]) {
            (1, ..) => ("One finding is critical or high.".into(), false),
            (2.., ..) => (format!("{} findings are critical or high.", summary.bad()), false),
            (0, 1.., _) => ("Some of it could not run: this is no clean bill.".into(), false),
            (0, 0, []) => ("Nothing critical or high was found.".into(), true),
            (0, 0, left) => {
                (format!("Nothing critical or high was found in what was run. Not run: {}.", left.join(", ")), false)
            }
        }
    }
}

/// So many milliseconds, for people.
pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}
