//! The report for tickets and wikis.

use std::fmt::Write;

use super::{Report, line, line_kept};
use crate::audit::matrix::to_markdown;

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
    if let Some(matrix) = &report.matrix {
        text += &to_markdown(matrix);
    }
    text
}

fn lint(report: &Report, text: &mut String) {
    let Some(lint) = &report.lint else { return };
    *text += "\n## Findings\n\n";
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
