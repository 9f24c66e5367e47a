//! How the statements of the service run: what is wrong first, then all of them, folded.

use std::fmt::Write;

use super::super::{PartName, Report};
use super::{missing, row, text};
use crate::audit::plans::{APP, Access, Plan, Tenant};

pub(super) fn write(report: &Report, body: &mut String) {
    if !report.parts.iter().any(|part| part.name == PartName::Plans) {
        return;
    }
    body.push_str("<h2>Plans</h2>\n");
    if missing(report, PartName::Plans, body) {
        return;
    }
    let plans: Vec<&Plan> = report.plans.iter().flatten().collect();
    let faulty: Vec<&&Plan> = plans.iter().filter(|plan| !plan.faults.is_empty()).collect();
    if faulty.is_empty() {
        body.push_str("<p>Every statement of a hotel finds it by an index, and asks once which it is.</p>\n");
    } else {
        body.push_str("<table class=\"faults\">\n<thead>");
        body.push_str(&row("th", ["Severity", "Statement", "Table", "What is wrong"]));
        body.push_str("</thead>\n<tbody>\n");
        for plan in faulty {
            for fault in &plan.faults {
                let (path, table, what) = (text(&plan.path), text(&fault.table), text(&fault.what));
                let severity = fault.severity;
                let _ = writeln!(
                    body,
                    "<tr><td class=\"{severity}\">{severity}</td><td>{path}</td><td>{table}</td><td>{what}</td></tr>"
                );
            }
        }
        body.push_str("</tbody>\n</table>\n");
    }
    all(&plans, body);
}

fn all(plans: &[&Plan], body: &mut String) {
    let _ = writeln!(body, "<details class=\"plans\"><summary>All {} statements</summary>", plans.len());
    body.push_str(
        "<p>Each table of hotels that a statement reaches, by which index, and what the hotel is there: a condition of the \
         index, that of rows found before (joined), compared row by row, or not asked for.</p>\n",
    );
    body.push_str("<table>\n<thead>");
    body.push_str(&row("th", ["Statement", "As", "Reaches"]));
    body.push_str("</thead>\n<tbody>\n");
    for plan in plans {
        let path = text(plan.path.trim_start_matches("sql/queries/"));
        let _ = writeln!(body, "<tr><td>{path}</td><td>{}</td><td>{}</td></tr>", plan.role, reaches(plan));
    }
    body.push_str("</tbody>\n</table>\n</details>\n");
}

/// A line for each way to a table. Those that differ in numbers alone, as partitions do, are one.
fn reaches(plan: &Plan) -> String {
    if plan.accesses.is_empty() {
        return "no table of hotels".to_owned();
    }
    let mut ways: Vec<(String, String, usize)> = Vec::new();
    for access in &plan.accesses {
        let way = way(plan, access);
        let alike = way.replace(|letter: char| letter.is_ascii_digit(), "");
        match ways.iter_mut().find(|(_, known, _)| *known == alike) {
            Some((_, _, more)) => *more += 1,
            None => ways.push((way, alike, 0)),
        }
    }
    let line = |(way, _, more): &(String, String, usize)| match more {
        0 => text(way),
        more => format!("{} <span class=\"see\">and {more} more</span>", text(way)),
    };
    ways.iter().map(line).collect::<Vec<_>>().join("<br>")
}

fn way(plan: &Plan, access: &Access) -> String {
    let by = access.index.as_ref().map_or("without an index".to_owned(), |index| format!("by {index}"));
    let how = match access.tenant {
        Tenant::Indexed => "condition",
        Tenant::Joined => "joined",
        Tenant::Filtered => "row by row",
        Tenant::Absent if plan.role == APP => "not asked for",
        Tenant::Absent => "across hotels",
    };
    let mut way = format!("{} {by}: {how}", access.table.trim_start_matches("public."));
    if access.per_row {
        way += ", the context read for each";
    }
    // Row security does not bind the platform, so it holds nothing back.
    if plan.role == APP && !access.held_back.is_empty() {
        way += &format!(", no index before row security for {}", access.held_back.join(" "));
    }
    way
}
