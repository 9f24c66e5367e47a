//! What the checks found, what is waived, and what could not run.

use std::fmt::Write;

use super::super::{Finding, Report};
use super::text;

pub(super) fn write(report: &Report, body: &mut String) {
    let Some(lint) = &report.lint else { return };
    body.push_str("<h2>Findings of the checks</h2>\n");
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
