//! The report as one page to file: no script, no image, nothing from elsewhere.

mod attack;
mod findings;
mod plans;

use std::fmt::Write;

use super::parts::seconds;
use super::{PartName, Report, Severity, line, line_kept};
use crate::audit::matrix::Section;
use crate::html::escape;

const STYLE: &str = include_str!("page.css");

/// Text as text, also between quotes: whatever is in the catalogs.
fn text(value: &str) -> String {
    escape(&line(value))
}

pub(super) fn write(report: &Report) -> String {
    let title = format!("Audit of {}", text(&report.database.database));
    let mut body = head(report, &title);
    findings::write(report, &mut body);
    drift(report, &mut body);
    attack::write(report, &mut body);
    plans::write(report, &mut body);
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
    let (verdict, is_good) = report.verdict();
    let tone = if is_good { "good" } else { "bad" };
    let mut head =
        format!("<header>\n<h1>{title}</h1>\n<p class=\"verdict {tone}\">{verdict}</p>\n<ul class=\"counts\">\n");
    let severities = Severity::ALL.map(|severity| (severity.as_str(), summary.count(severity), severity.as_str()));
    let others = [
        ("waived", summary.waived, "none"),
        ("from the files", summary.drift, "high"),
        ("not run", summary.failed + summary.skipped + summary.not_run, "high"),
    ];
    for (what, count, tone) in severities.into_iter().chain(others) {
        let tone = if count == 0 { "none" } else { tone };
        let _ = writeln!(head, "<li class=\"{tone}\"><b>{count}</b> {what}</li>");
    }
    head.push_str("</ul>\n<dl>\n");
    for (name, value) in [
        ("Database", &database.database),
        ("Server", &database.server),
        ("PostgreSQL", &database.server_version),
        ("As", &database.role),
        ("Time", &database.time),
        ("By", &format!("{} {}", report.release.name, report.release.version)),
    ] {
        let _ = writeln!(head, "<dt>{name}</dt><dd>{}</dd>", text(value));
    }
    head.push_str("</dl>\n<table class=\"parts\">\n<thead><tr><th>Part</th><th>What came of it</th>");
    head.push_str("<th class=\"number\">Took</th></tr></thead>\n<tbody>\n");
    for part in &report.parts {
        let (name, said) = (part.name.as_str(), text(&report.came_of(part)));
        let (tone, took) = match part.not_run {
            Some(_) => (" class=\"bad\"", String::new()),
            None => ("", seconds(part.milliseconds)),
        };
        let _ = writeln!(head, "<tr><td>{name}</td><td{tone}>{said}</td><td class=\"number\">{took}</td></tr>");
    }
    head + "</tbody>\n</table>\n</header>\n"
}

/// Says under a heading why a part is missing. Whether it is.
fn missing(report: &Report, name: PartName, body: &mut String) -> bool {
    let part = report.parts.iter().find(|part| part.name == name);
    let why = part.and_then(|part| part.not_run.as_ref());
    if let Some(why) = why {
        let _ = writeln!(body, "<p class=\"bad\">Not run: {}.</p>", text(why));
    }
    why.is_some()
}

/// A row of a table, its cells in that tag.
fn row<'a>(tag: &str, cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: String = cells.into_iter().map(|cell| format!("<{tag}>{}</{tag}>", text(cell))).collect();
    format!("<tr>{cells}</tr>\n")
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
    let (title, kind) = (text(section.title), section.title.to_lowercase());
    let _ = writeln!(body, "<section class=\"matrix\">\n<h2>{title}</h2>\n<table class=\"{kind}\">");
    let _ = writeln!(body, "<thead>{}</thead>\n<tbody>", row("th", section.columns.iter().map(String::as_str)));
    for cells in &section.rows {
        body.push_str(&row("td", cells.iter().map(String::as_str)));
    }
    body.push_str("</tbody>\n</table>\n</section>\n");
}
