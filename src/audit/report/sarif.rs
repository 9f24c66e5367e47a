//! The report as SARIF 2.1.0 (OASIS), for code scanners.
//!
//! A rule is a check, a result a finding at a logical location: the object in the database. Scanners that show
//! source want a file as well, which is the check's own. What is waived is a suppressed result, what could not run a
//! notification of the invocation.

use serde_json::{Value, json};

use super::{Finding, Lint, Report, Severity};
use crate::audit::Check;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report) -> String {
    let empty = Lint::default();
    let lint = report.lint.as_ref().unwrap_or(&empty);
    let mut results: Vec<Value> = lint.findings.iter().map(|finding| result(lint, finding)).collect();
    results.extend(lint.waived.iter().map(|waived| {
        let mut result = result(lint, &waived.finding);
        let waiver = &waived.waiver;
        let justification = format!("{} ({}, until {})", waiver.reason, waiver.owner, waiver.expires);
        result["suppressions"] = json!([{"kind": "external", "status": "accepted", "justification": justification}]);
        result
    }));
    let notifications = lint.failed.iter().map(|failed| {
        json!({
            "level": "error",
            "message": {"text": format!("{} could not run: {}", failed.name, failed.reason)},
            "associatedRule": {"id": failed.check, "index": index(lint, &failed.check)},
        })
    });
    let not_run = report.parts.iter().filter_map(|part| {
        let why = part.not_run.as_ref()?;
        Some(json!({"level": "warning", "message": {"text": format!("{} not run: {why}", part.name.as_str())}}))
    });
    let notifications: Vec<Value> = notifications.chain(not_run).collect();
    let sarif = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.release.name,
                "version": report.release.version,
                "semanticVersion": report.release.version,
                "rules": lint.checks.iter().map(rule).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": format!("audit/lint/{}/", report.database.database)},
            "invocations": [{
                "executionSuccessful": lint.failed.is_empty(),
                "endTimeUtc": report.database.time,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {"database": report.database, "summary": report.summary},
        }],
    });
    serde_json::to_string_pretty(&sarif).expect("JSON is JSON") + "\n"
}

fn index(lint: &Lint, check: &str) -> usize {
    lint.checks.iter().position(|known| known.id == check).unwrap_or_default()
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

fn rule(check: &Check) -> Value {
    json!({
        "id": check.id,
        "name": check.name,
        "shortDescription": {"text": check.what},
        "fullDescription": {"text": check.why},
        "help": {"text": format!("{}\n\nMend: {}\n\n{}", check.why, check.mend, check.see)},
        "helpUri": check.see,
        "defaultConfiguration": {"level": level(check.severity)},
        "properties": {
            "severity": check.severity,
            "security-severity": security_severity(check.severity),
            "tags": ["security", "row-level-security"],
        },
    })
}

fn result(lint: &Lint, finding: &Finding) -> Value {
    let detail = if finding.detail.is_empty() { String::new() } else { format!(": {}", finding.detail) };
    // The waivers' own checks have no file of a query.
    let has_query = lint.checks.iter().any(|check| check.id == finding.check && check.sql.is_some());
    let file = if has_query { format!("sql/checks/{}.sql", finding.name) } else { "policies/waivers.toml".to_owned() };
    json!({
        "ruleId": finding.check,
        "ruleIndex": index(lint, &finding.check),
        "level": level(finding.severity),
        "message": {"text": format!("{} {}{detail}", finding.object, finding.finding)},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}},
            "logicalLocations": [{"fullyQualifiedName": finding.object, "kind": "object"}],
        }],
        // The same finding in the next run; what it says of itself may be worded otherwise by then.
        "partialFingerprints": {"checkAndObject/v1": format!("{}:{}", finding.check, finding.object)},
    })
}
