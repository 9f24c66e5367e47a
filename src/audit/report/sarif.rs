//! The report as SARIF 2.1.0 (OASIS), for code scanners.
//!
//! A rule is a check, a drill, `PLAN` or `DRIFT`; a result is a finding at a logical location: the object in the
//! database, or who tried. Scanners that show source want a file as well, which is the check's, drill's or statement's
//! own. What is waived is a suppressed result, what could not run a notification of the invocation. Who may do what is
//! no finding, and not in it.

use serde_json::{Value, json};

use super::{Finding, Lint, Report, Severity};
use crate::audit::Check;
use crate::audit::attack::{Drill, Outcome};
use crate::audit::plans::Plan;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const PLAN: &str = "PLAN";
const DRIFT: &str = "DRIFT";

pub(super) fn write(report: &Report) -> String {
    let empty = Lint::default();
    let lint = report.lint.as_ref().unwrap_or(&empty);
    let drills = report.attack.iter().flat_map(|log| &log.drills);
    let rules: Vec<Value> = lint
        .checks
        .iter()
        .map(check_rule)
        .chain(report.plans.is_some().then(plan_rule))
        .chain(report.drift.is_some().then(drift_rule))
        .chain(drills.clone().map(drill_rule))
        .collect();
    let results = lint
        .findings
        .iter()
        .map(|finding| finding_result(lint, finding))
        .chain(waived_results(lint))
        .chain(report.plans.iter().flatten().flat_map(plan_results))
        .chain(report.drift.iter().flatten().map(|difference| drift_result(difference)))
        .chain(drills.clone().flat_map(drill_results))
        .map(|result| with_rule_index(result, &rules));
    let failed = lint.failed.iter().map(|failed| {
        let rule = json!({"id": failed.check, "index": index(&rules, &failed.check)});
        let text = format!("{} could not run: {}", failed.name, failed.reason);
        json!({"level": "error", "message": {"text": text}, "associatedRule": rule})
    });
    let skipped = drills.clone().filter(|drill| drill.is_lacking()).map(|drill| {
        let rule = json!({"id": drill.id, "index": index(&rules, &drill.id)});
        let text = format!("{}: some of it was not tried, or proved nothing", drill.title);
        json!({"level": "warning", "message": {"text": text}, "associatedRule": rule})
    });
    let not_run = report.parts.iter().filter_map(|part| {
        let why = part.not_run.as_ref()?;
        Some(json!({"level": "warning", "message": {"text": format!("{} not run: {why}", part.name.as_str())}}))
    });
    let notifications: Vec<Value> = failed.chain(skipped).chain(not_run).collect();
    let sarif = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.release.name,
                "version": report.release.version,
                "semanticVersion": report.release.version,
                "rules": rules,
            }},
            "automationDetails": {"id": format!("audit/{}/", report.database.database)},
            "invocations": [{
                "executionSuccessful": lint.failed.is_empty(),
                "endTimeUtc": report.database.time,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
            "properties": {"database": report.database, "summary": report.summary},
        }],
    });
    serde_json::to_string_pretty(&sarif).expect("JSON is JSON") + "\n"
}

fn index(rules: &[Value], rule: &str) -> usize {
    rules.iter().position(|known| known["id"] == rule).unwrap_or_default()
}

fn with_rule_index(mut result: Value, rules: &[Value]) -> Value {
    result["ruleIndex"] = index(rules, result["ruleId"].as_str().unwrap_or_default()).into();
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// How scanners rank what is about security: a number up to 10, as CVSS has it.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

fn rule(id: &str, name: &str, severity: Severity, what: &str, why: &str) -> Value {
    json!({
        "id": id,
        "name": name,
        "shortDescription": {"text": what},
        "fullDescription": {"text": why},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {
            "severity": severity,
            "security-severity": security_severity(severity),
            "tags": ["security", "row-level-security"],
        },
    })
}

fn check_rule(check: &Check) -> Value {
    let mut rule = rule(&check.id, &check.name, check.severity, &check.what, &check.why);
    rule["help"] = json!({"text": format!("{}\n\nMend: {}\n\n{}", check.why, check.mend, check.see)});
    rule["helpUri"] = check.see.clone().into();
    rule
}

fn plan_rule() -> Value {
    let what = "Every statement of the service asks for the hotel by an index, once.";
    let why = "Where the hotel is compared row by row, every hotel pays for the rows of all.";
    rule(PLAN, "plan", Severity::High, what, why)
}

fn drift_rule() -> Value {
    let what = "What is live is what the files of this release say.";
    let why = "A policy or right that is in no file was reviewed by nobody.";
    rule(DRIFT, "drift", Severity::High, what, why)
}

fn drill_rule(drill: &Drill) -> Value {
    rule(&drill.id, &drill.name, drill.severity, &format!("{}: {}", drill.title, drill.expected), &drill.why)
}

fn result(rule: &str, severity: Severity, object: &str, said: String, file: &str) -> Value {
    json!({
        "ruleId": rule,
        "level": level(severity),
        "message": {"text": said},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}},
            "logicalLocations": [{"fullyQualifiedName": object, "kind": "object"}],
        }],
        // The same finding in the next run; what it says of itself may be worded otherwise by then.
        "partialFingerprints": {"checkAndObject/v1": format!("{rule}:{object}")},
    })
}

fn finding_result(lint: &Lint, finding: &Finding) -> Value {
    let detail = if finding.detail.is_empty() { String::new() } else { format!(": {}", finding.detail) };
    // The waivers' own checks have no file of a query.
    let has_query = lint.checks.iter().any(|check| check.id == finding.check && check.sql.is_some());
    let file = if has_query { format!("sql/checks/{}.sql", finding.name) } else { "policies/waivers.toml".to_owned() };
    let said = format!("{} {}{detail}", finding.object, finding.finding);
    result(&finding.check, finding.severity, &finding.object, said, &file)
}

fn waived_results(lint: &Lint) -> impl Iterator<Item = Value> {
    lint.waived.iter().map(|waived| {
        let mut result = finding_result(lint, &waived.finding);
        let waiver = &waived.waiver;
        let justification = format!("{} ({}, until {})", waiver.reason, waiver.owner, waiver.expires);
        result["suppressions"] = json!([{"kind": "external", "status": "accepted", "justification": justification}]);
        result
    })
}

fn plan_results(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.faults.iter().map(|fault| {
        let object = format!("{} at {}", plan.path, fault.table);
        result(PLAN, fault.severity, &object, format!("as {}: {fault}", plan.role), &plan.path)
    })
}

/// The first line of a difference names the object, the others show the lines that differ.
fn drift_result(difference: &str) -> Value {
    let object = difference.lines().next().unwrap_or_default();
    result(DRIFT, Severity::High, object, difference.to_owned(), "policies/README.md")
}

fn drill_results(drill: &Drill) -> impl Iterator<Item = Value> {
    drill.attempts.iter().filter_map(|attempt| {
        let Outcome::Succeeded { seen } = &attempt.outcome else { return None };
        let object = format!("{} as {}", attempt.what, attempt.role);
        let said = format!("{object} succeeded. Seen: {seen}");
        Some(result(&drill.id, drill.severity, &object, said, &format!("sql/attacks/{}.sql", drill.name)))
    })
}
