//! The attack log: what succeeded first, then each drill in a row, then every attempt, folded.

use std::fmt::Write;

use super::super::parts::seconds;
use super::super::{PartName, Report};
use super::{missing, row, text};
use crate::audit::attack::{Attempt, Drill, Outcome, Refusals};

/// So many attempts that succeeded are shown of a drill: they say the same.
const SHOWN: usize = 10;
/// So many letters of a statement: there are attempts of megabytes.
const LETTERS_MAX: usize = 300;

pub(super) fn write(report: &Report, body: &mut String) {
    if !report.parts.iter().any(|part| part.name == PartName::Attack) {
        return;
    }
    body.push_str("<h2>Attack log</h2>\n");
    if missing(report, PartName::Attack, body) {
        return;
    }
    let drills = report.attack.iter().flat_map(|log| &log.drills);
    let drills: Vec<&Drill> = drills.collect();
    drills.iter().filter(|drill| drill.succeeded()).for_each(|drill| succeeded(drill, body));
    drills.iter().for_each(|drill| skipped(drill, body));
    body.push_str("<table class=\"drills\">\n<thead><tr><th>Drill</th><th>Severity</th><th>As</th>");
    body.push_str("<th class=\"number\">Attempts</th><th>What came of them</th><th class=\"number\">Took</th></tr>");
    body.push_str("</thead>\n<tbody>\n");
    for drill in &drills {
        let _ = writeln!(
            body,
            "<tr><td><b>{}</b> {}</td><td class=\"{severity}\">{severity}</td><td>{}</td>\
             <td class=\"number\">{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
            drill.id,
            text(&drill.title),
            text(&drill.roles.join(", ")),
            drill.attempts.len(),
            text(&came_of(drill)),
            seconds(drill.milliseconds),
            severity = drill.severity,
        );
    }
    body.push_str("</tbody>\n</table>\n");
    accepted(&drills, body);
    body.push_str("<div class=\"attempts\">\n<h3>Every attempt</h3>\n");
    drills.iter().for_each(|drill| attempts(drill, body));
    body.push_str("</div>\n");
}

/// `3 refused: SZ101 (2), no rows (1); 1 accepted`.
fn came_of(drill: &Drill) -> String {
    let tally = drill.tally();
    let mut ends = Vec::new();
    for (count, word) in [(tally.succeeded, "succeeded"), (tally.skipped, "skipped"), (tally.accepted, "accepted")] {
        if count > 0 {
            ends.push(format!("{count} {word}"));
        }
    }
    let mut by: Vec<(&str, usize)> = Vec::new();
    for refusals in drill.refusals() {
        match by.iter_mut().find(|(known, _)| *known == refusals.by) {
            Some((_, count)) => *count += refusals.attempts.len(),
            None => by.push((refusals.by, refusals.attempts.len())),
        }
    }
    by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if !by.is_empty() {
        let by: Vec<String> = by.iter().map(|(by, count)| format!("{by} ({count})")).collect();
        ends.push(format!("{} refused: {}", tally.refused, by.join(", ")));
    }
    ends.join("; ")
}

fn shortened(long: &str) -> String {
    let cut: String = long.chars().take(LETTERS_MAX).collect();
    let dots = if cut.len() < long.len() { " …" } else { "" };
    text(&cut) + dots
}

fn succeeded(drill: &Drill, body: &mut String) {
    let _ = writeln!(
        body,
        "<section class=\"finding long\">\n<h3><span class=\"{0}\">{0}</span> {1} {2}: succeeded</h3>\n<ul>",
        drill.severity,
        drill.id,
        text(&drill.title)
    );
    let got_through = |attempt: &&Attempt| matches!(attempt.outcome, Outcome::Succeeded { .. });
    for attempt in drill.attempts.iter().filter(got_through).take(SHOWN) {
        let Outcome::Succeeded { seen } = &attempt.outcome else { continue };
        let (role, what, statement) = (text(&attempt.role), text(&attempt.what), shortened(&attempt.statement));
        let _ = writeln!(body, "<li>As <code>{role}</code>: {what}<br>Seen: {}", shortened(seen));
        let _ = writeln!(body, "<br><code class=\"detail\">{statement}</code></li>");
    }
    let more = drill.tally().succeeded.saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(body, "<li>{more} more: the report as JSON has them all</li>");
    }
    let (expected, why) = (text(&drill.expected), text(&drill.why));
    let _ = writeln!(body, "</ul>\n<p><b>Expected:</b> {expected}</p>\n<p><b>Why:</b> {why}</p>\n</section>");
}

fn skipped(drill: &Drill, body: &mut String) {
    let name = format!("<p class=\"bad\">{} {}", drill.id, text(&drill.title));
    if drill.attempts.is_empty() {
        let _ = writeln!(body, "{name}: skipped: there is nothing here to try it on.</p>");
    }
    for attempt in &drill.attempts {
        if let Outcome::Skipped { why } = &attempt.outcome {
            let (role, what) = (text(&attempt.role), text(&attempt.what));
            let _ = writeln!(body, "{name}, as {role}: {what}: skipped: {}.</p>", text(why));
        }
    }
}

/// What works and is known to: each reason once.
fn accepted(drills: &[&Drill], body: &mut String) {
    let mut rows: Vec<(&Drill, &str, Vec<&str>, Vec<&str>)> = Vec::new();
    for drill in drills {
        for attempt in &drill.attempts {
            let Outcome::Accepted { reason, .. } = &attempt.outcome else { continue };
            let known = rows.iter_mut().find(|(known, why, ..)| known.id == drill.id && *why == reason);
            let Some((_, _, roles, what)) = known else {
                rows.push((drill, reason, vec![&attempt.role], vec![&attempt.what]));
                continue;
            };
            for (all, one) in [(roles, &*attempt.role), (what, &*attempt.what)] {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
    }
    if rows.is_empty() {
        return;
    }
    body.push_str("<h3>Accepted for a reason</h3>\n<table class=\"accepted\">\n<thead>");
    body.push_str(&row("th", ["Drill", "As", "What works", "Why that is borne"]));
    body.push_str("</thead>\n<tbody>\n");
    for (drill, reason, roles, what) in rows {
        body.push_str(&row("td", [&*drill.id, &roles.join(", "), &what.join(", "), reason]));
    }
    body.push_str("</tbody>\n</table>\n");
}

fn attempts(drill: &Drill, body: &mut String) {
    let (id, title, what) = (&drill.id, text(&drill.title), text(&drill.what));
    let _ = writeln!(body, "<details><summary><b>{id}</b> {title}</summary>\n<p>Tried: {what}</p>");
    let _ = writeln!(body, "<p>Expected: {}</p>", text(&drill.expected));
    for Refusals { role, how, attempts, .. } in drill.refusals() {
        let (count, what) = (attempts.len(), text(&attempts.join("; ")));
        let such = if count > 1 { " and the like" } else { "" };
        let _ = writeln!(
            body,
            "<p>{count} refused as <code>{}</code>, by <code>{}</code>{such}:<br><span class=\"detail\">{what}</span></p>",
            text(role),
            text(how),
        );
    }
    body.push_str("</details>\n");
}
