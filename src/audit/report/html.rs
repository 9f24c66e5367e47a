//! The report as one page to file: no script, no image, nothing from elsewhere.

use std::fmt::Write;

use super::{Finding, Report, Severity, line, line_kept};
use crate::audit::matrix::Section;

const STYLE: &str = include_str!("page.css");

/// Text as text, also between quotes: whatever is in the catalogs.
fn text(value: &str) -> String {
    escape(&line(value))
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

pub(super) fn write(report: &Report) -> String {
    let title = format!("Audit of {}", text(&report.database.database));
    let mut body = head(report, &title);
    findings(report, &mut body);
    drift(report, &mut body);
    checks(report, &mut body);
    for section in report.matrix.iter().flatten() {
        table(section, &mut body);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

fn head(report: &Report, title: &str) -> String {
    let (database, summary) = (&report.database, &report.summary);
    let bad = summary.critical + summary.high;
    let verdict = match (bad, summary.failed) {
        (0, 0) => "Nothing critical or high was found.".to_owned(),
        (0, _) => "Some checks could not run: this is no clean bill.".to_owned(),
        (1, _) => "One finding is critical or high.".to_owned(),
        (more, _) => format!("{more} findings are critical or high."),
    };
    let tone = if bad == 0 && summary.failed == 0 { "good" } else { "bad" };
    let mut head =
        format!("<header>\n<h1>{title}</h1>\n<p class=\"verdict {tone}\">{verdict}</p>\n<ul class=\"counts\">\n");
    for severity in Severity::ALL {
        let count = summary.count(severity);
        let none = if count == 0 { " none" } else { "" };
        let _ = writeln!(head, "<li class=\"{severity}{none}\"><b>{count}</b> {severity}</li>");
    }
    let _ = writeln!(head, "<li class=\"none\"><b>{}</b> waived</li>", summary.waived);
    let _ = writeln!(head, "<li class=\"none\"><b>{}</b> checks ran</li>\n</ul>\n<dl>", summary.ran);
    for (name, value) in [
        ("Server", &database.server),
        ("PostgreSQL", &database.server_version),
        ("As", &database.role),
        ("Time", &database.time),
        ("By", &format!("{} {}", report.release.name, report.release.version)),
    ] {
        let _ = writeln!(head, "<dt>{name}</dt><dd>{}</dd>", text(value));
    }
    head + "</dl>\n</header>\n"
}

fn findings(report: &Report, body: &mut String) {
    let Some(lint) = &report.lint else { return };
    body.push_str("<h2>Findings</h2>\n");
    if lint.findings.is_empty() {
        body.push_str("<p>None.</p>\n");
    }
    // Sorted by severity, then by check: each check is one run of findings.
    for found in lint.findings.chunk_by(|one, other| one.check == other.check) {
        let Some(check) = lint.checks.iter().find(|check| check.id == found[0].check) else { continue };
        let _ = writeln!(
            body,
            "<section class=\"finding\">\n<h3><span class=\"{0}\">{0}</span> {1} {2}</h3>\n<ul>",
            check.severity,
            check.id,
            text(&check.name)
        );
        for Finding { object, finding, detail, .. } in found {
            let _ = write!(body, "<li><code>{}</code> {}", text(object), text(finding));
            if !detail.is_empty() {
                let _ = write!(body, "<br><code class=\"detail\">{}</code>", text(detail));
            }
            body.push_str("</li>\n");
        }
        let _ = writeln!(
            body,
            "</ul>\n<p><b>Why:</b> {}</p>\n<p><b>Mend:</b> {} <span class=\"see\">{}</span></p>\n</section>",
            text(&check.why),
            text(&check.mend),
            text(&check.see)
        );
    }
    for failed in &lint.failed {
        let (name, reason) = (text(&failed.name), text(&failed.reason));
        let _ = writeln!(body, "<p class=\"bad\">{} {name} could not run: {reason}</p>", failed.check);
    }
    if lint.waived.is_empty() {
        return;
    }
    body.push_str("<h2>Waived</h2>\n<table>\n<thead><tr><th>Check</th><th>Object</th><th>Finding</th><th>Why</th>");
    body.push_str("<th>Owner</th><th>Until</th></tr></thead>\n<tbody>\n");
    for waived in &lint.waived {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        let cells = [&finding.check, &finding.object, &finding.finding, &waiver.reason, &waiver.owner];
        let cells: String = cells.map(|cell| format!("<td>{}</td>", text(cell))).concat();
        let _ = writeln!(body, "<tr>{cells}<td>{}</td></tr>", waiver.expires);
    }
    body.push_str("</tbody>\n</table>\n");
}

fn drift(report: &Report, body: &mut String) {
    let Some(drift) = &report.drift else { return };
    body.push_str("<h2>Drift</h2>\n");
    if drift.is_empty() {
        body.push_str("<p>The database is what the files of this release say.</p>\n");
    }
    for difference in drift {
        let kept: String = difference.lines().map(|one| escape(&line_kept(one)) + "\n").collect();
        let _ = writeln!(body, "<pre>{kept}</pre>");
    }
}

/// What was looked at, so that a reader knows what no finding means.
fn checks(report: &Report, body: &mut String) {
    let Some(lint) = &report.lint else { return };
    body.push_str("<h2>What was checked</h2>\n<ol class=\"checks\">\n");
    for check in lint.checks.iter().filter(|check| check.sql.is_some()) {
        let _ = writeln!(body, "<li><b>{}</b> {}</li>", check.id, text(&check.what));
    }
    body.push_str("</ol>\n");
}

fn table(section: &Section, body: &mut String) {
    let cells =
        |tag: &str, row: &[String]| row.iter().map(|cell| format!("<{tag}>{}</{tag}>", text(cell))).collect::<String>();
    let _ = writeln!(body, "<h2>{}</h2>\n<table class=\"matrix\">", text(section.title));
    let _ = writeln!(body, "<thead><tr>{}</tr></thead>\n<tbody>", cells("th", &section.columns));
    for row in &section.rows {
        let _ = writeln!(body, "<tr>{}</tr>", cells("td", row));
    }
    body.push_str("</tbody>\n</table>\n");
}
