//! The report for tickets and wikis.

use std::fmt::Write;

use super::parts::seconds;
use super::{PartName, Report, line, line_kept};
use crate::audit::attack::{Attempt, Outcome};
use crate::audit::matrix::to_markdown;
use crate::audit::plans::Access;

/// Text in a cell of a table: whatever is in the catalogs, it stays text.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in line(text).chars() {
        if "\\`*_|<>[]#~".contains(letter) {
            cell.push('\\');
        }
        cell.push(letter);
    }
    cell
}

pub(super) fn write(report: &Report) -> String {
    let database = &report.database;
    let mut text = format!("# Audit of {}\n\n| | |\n|---|---|\n", cell(&database.database));
    for (name, value) in [
        ("Server", database.server.as_str()),
        ("PostgreSQL", &database.server_version),
        ("Role", &database.role),
        ("Time", &database.time),
        ("Release", &format!("{} {}", report.release.name, report.release.version)),
        ("Summary", &report.summary.line()),
    ] {
        let _ = writeln!(text, "| {name} | {} |", cell(value));
    }
    text += "\n| Part | What came of it | Took |\n|---|---|---|\n";
    for part in &report.parts {
        let (name, said) = (part.name.as_str(), cell(&report.came_of(part)));
        let _ = writeln!(text, "| {name} | {said} | {} |", seconds(part.milliseconds));
    }
    lint(report, &mut text);
    if let Some(drift) = &report.drift {
        text += "\n## Drift\n\n";
        text += if drift.is_empty() { "None.\n" } else { "" };
        for difference in drift {
            // Indented, whatever is in it is code.
            text.extend(difference.lines().map(|one| format!("    {}\n", line_kept(one))));
            text.push('\n');
        }
    }
    attack(report, &mut text);
    plans(report, &mut text);
    if let Some(matrix) = &report.matrix {
        text += &to_markdown(matrix);
    }
    text
}

/// Says under a heading why a part is missing.
fn heading(report: &Report, name: PartName, title: &str, text: &mut String) {
    let Some(part) = report.parts.iter().find(|part| part.name == name) else { return };
    let _ = writeln!(text, "\n## {title}\n");
    if let Some(why) = &part.not_run {
        let _ = writeln!(text, "**Not run:** {}.", cell(why));
    }
}

fn attack(report: &Report, text: &mut String) {
    heading(report, PartName::Attack, "Attack log", text);
    let Some(log) = &report.attack else { return };
    *text += "| Drill | Would be | As | Result | Attempts | Refused by |\n|---|---|---|---|---|---|\n";
    for drill in &log.drills {
        let mut by: Vec<String> = Vec::new();
        for refusals in drill.refusals() {
            by.push(format!("{} ({})", refusals.by, refusals.attempts.len()));
        }
        let result = match drill.outcome() {
            Outcome::Refused { .. } => "refused",
            Outcome::Accepted { .. } => "accepted",
            Outcome::Skipped { .. } => "skipped",
            Outcome::Succeeded { .. } => "**SUCCEEDED**",
        };
        let _ = writeln!(
            text,
            "| {} {} | {} | {} | {result} | {} | {} |",
            drill.id,
            cell(&drill.title),
            drill.severity,
            cell(&drill.roles.join(", ")),
            drill.attempts.len(),
            cell(&by.join(", "))
        );
    }
    *text += "\n| Drill | As | What was not refused | How it ended |\n|---|---|---|---|\n";
    for drill in &log.drills {
        for Attempt { what, role, outcome, .. } in &drill.attempts {
            let ended = match outcome {
                Outcome::Refused { .. } => continue,
                // What is borne says why, not what was there to see.
                Outcome::Accepted { reason, .. } => format!("accepted: {reason}"),
                other => other.to_string(),
            };
            let _ = writeln!(text, "| {} | {} | {} | {} |", drill.id, cell(role), cell(what), cell(&ended));
        }
    }
}

fn plans(report: &Report, text: &mut String) {
    heading(report, PartName::Plans, "Plans", text);
    let Some(plans) = &report.plans else { return };
    let faulty: Vec<_> = plans.iter().filter(|plan| !plan.faults.is_empty()).collect();
    if faulty.is_empty() {
        *text += "Every statement of a hotel finds it by an index, and asks once which it is.\n";
    } else {
        *text += "| Severity | Statement | Table | What is wrong |\n|---|---|---|---|\n";
    }
    for plan in faulty {
        for fault in &plan.faults {
            let (path, table) = (cell(&plan.path), cell(&fault.table));
            let _ = writeln!(text, "| {} | {path} | {table} | {} |", fault.severity, cell(&fault.what));
        }
    }
    *text += "\n| Statement | As | Tables: index |\n|---|---|---|\n";
    for plan in plans {
        let reach = |access: &Access| format!("{}: {}", access.table, access.index.as_deref().unwrap_or("none"));
        let tables: Vec<String> = plan.accesses.iter().map(reach).collect();
        let _ = writeln!(text, "| {} | {} | {} |", cell(&plan.path), plan.role, cell(&tables.join(", ")));
    }
}

fn lint(report: &Report, text: &mut String) {
    let Some(lint) = &report.lint else { return };
    *text += "\n## Findings of the checks\n\n";
    if lint.findings.is_empty() {
        *text += "None.\n";
    } else {
        *text += "| Severity | Check | Object | Finding | Detail |\n|---|---|---|---|---|\n";
    }
    for finding in &lint.findings {
        let (object, said, detail) = (cell(&finding.object), cell(&finding.finding), cell(&finding.detail));
        let check = format!("{} {}", finding.check, cell(&finding.name));
        let _ = writeln!(text, "| {} | {check} | {object} | {said} | {detail} |", finding.severity);
    }
    for check in lint.checks.iter().filter(|check| lint.findings.iter().any(|finding| finding.check == check.id)) {
        let _ = writeln!(
            text,
            "\n### {} {}\n\n- What: {}\n- Why: {}\n- Mend: {}\n- See: <{}>",
            check.id,
            cell(&check.name),
            cell(&check.what),
            cell(&check.why),
            cell(&check.mend),
            check.see
        );
    }
    if !lint.waived.is_empty() {
        *text += "\n## Waived\n\n| Check | Object | Finding | Reason | Owner | Until |\n|---|---|---|---|---|---|\n";
    }
    for waived in &lint.waived {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        let (object, said) = (cell(&finding.object), cell(&finding.finding));
        let (reason, owner) = (cell(&waiver.reason), cell(&waiver.owner));
        let _ = writeln!(text, "| {} | {object} | {said} | {reason} | {owner} | {} |", finding.check, waiver.expires);
    }
    if !lint.failed.is_empty() {
        *text += "\n## Could not run\n\n| Check | Reason |\n|---|---|\n";
    }
    for failed in &lint.failed {
        let _ = writeln!(text, "| {} {} | {} |", failed.check, cell(&failed.name), cell(&failed.reason));
    }
}
