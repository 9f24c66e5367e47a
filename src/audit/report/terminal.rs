//! The report for people: findings under their checks, the worst first.

use std::fmt::Write;

use super::parts::seconds;
use super::{Finding, Report, Severity, line};
use crate::audit::attack::{Drill, Outcome};

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";

struct Paint(bool);

impl Paint {
    fn with(&self, style: &str, text: &str) -> String {
        if self.0 { format!("{style}{text}\x1b[0m") } else { text.to_owned() }
    }

    fn severity(&self, severity: Severity) -> String {
        let style = match severity {
            Severity::Critical => "\x1b[1;37;41m",
            Severity::High => "\x1b[1;31m",
            Severity::Medium => "\x1b[33m",
            Severity::Low => "\x1b[36m",
        };
        self.with(style, &severity.as_str().to_uppercase())
    }
}

pub(super) fn write(report: &Report, colour: bool) -> String {
    let paint = Paint(colour);
    let database = &report.database;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} on {} at {}\nPostgreSQL {}, as {}, {}, by {} {}",
        paint.with(BOLD, "Audit"),
        paint.with(BOLD, &line(&database.database)),
        line(&database.server),
        line(&database.server_version),
        line(&database.role),
        database.time,
        report.release.name,
        report.release.version,
    );
    if let Some(lint) = &report.lint {
        // Sorted by severity, then by check: each check is one run of findings.
        for findings in lint.findings.chunk_by(|one, other| one.check == other.check) {
            let Some(check) = lint.checks.iter().find(|check| check.id == findings[0].check) else { continue };
            let id = paint.with(BOLD, &format!("{} {}", check.id, check.name));
            let _ = writeln!(text, "\n{}  {id}", paint.severity(check.severity));
            for Finding { object, finding, detail, .. } in findings {
                let _ = writeln!(text, "  {}  {}", paint.with(BOLD, &line(object)), line(finding));
                if !detail.is_empty() {
                    let _ = writeln!(text, "      {}", paint.with(DIM, &line(detail)));
                }
            }
            let _ = writeln!(text, "  Why   {}\n  Mend  {}\n  See   {}", check.why, check.mend, check.see);
        }
        if !lint.waived.is_empty() {
            let _ = writeln!(text, "\nWaived");
        }
        for waived in &lint.waived {
            let (finding, waiver) = (&waived.finding, &waived.waiver);
            let (object, said) = (line(&finding.object), line(&finding.finding));
            let _ = writeln!(text, "  {}  {object}  {said}", finding.check);
            let (reason, owner) = (line(&waiver.reason), line(&waiver.owner));
            let _ = writeln!(text, "      until {}, {owner}: {reason}", waiver.expires);
        }
        if !lint.failed.is_empty() {
            let _ = writeln!(text, "\n{}", paint.with("\x1b[1;31m", "Could not run"));
        }
        for failed in &lint.failed {
            let _ = writeln!(text, "  {} {}  {}", failed.check, failed.name, line(&failed.reason));
        }
    }
    for difference in report.drift.iter().flatten() {
        let mut lines = difference.lines();
        let _ = writeln!(
            text,
            "\n{}  {}",
            paint.severity(Severity::High),
            paint.with(BOLD, &line(lines.next().unwrap_or_default()))
        );
        for more in lines {
            let _ = writeln!(text, "  {}", line(more));
        }
    }
    for plan in report.plans.iter().flatten() {
        for fault in &plan.faults {
            let (severity, path) = (paint.severity(fault.severity), paint.with(BOLD, &plan.path));
            let _ = writeln!(text, "\n{severity}  {path}\n  {}", line(&fault.to_string()));
        }
    }
    for drill in report.attack.iter().flat_map(|log| &log.drills) {
        attempts(drill, &paint, &mut text);
    }
    let parts = if report.parts.len() > 1 { &report.parts[..] } else { &[] };
    text.push('\n');
    for part in parts {
        let (name, said) = (part.name.as_str(), line(&report.came_of(part)));
        let _ = writeln!(text, "{name:7} {:>7}  {said}", seconds(part.milliseconds));
    }
    let style = if report.verdict().1 { GREEN } else { BOLD };
    let _ = writeln!(text, "{}", paint.with(style, &report.summary.line()));
    text
}

/// What of a drill succeeded, or proved nothing.
fn attempts(drill: &Drill, paint: &Paint, text: &mut String) {
    let told = |outcome: &Outcome| matches!(outcome, Outcome::Succeeded { .. } | Outcome::Skipped { .. });
    let mut told = drill.attempts.iter().filter(|attempt| told(&attempt.outcome)).peekable();
    if told.peek().is_none() {
        return;
    }
    let word = if drill.succeeded() { paint.severity(drill.severity) } else { paint.with(BOLD, "SKIPPED") };
    let _ = writeln!(text, "\n{word}  {}", paint.with(BOLD, &format!("{} {}", drill.id, drill.name)));
    for attempt in told {
        let _ =
            writeln!(text, "  as {}: {}: {}", attempt.role, line(&attempt.what), line(&attempt.outcome.to_string()));
    }
    let _ = writeln!(text, "  Why   {}", drill.why);
}
