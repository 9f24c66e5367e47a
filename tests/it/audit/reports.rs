//! One report, written down in four ways.

use serde_json::Value;
use stayzr::audit::{Format, Severity};

use super::sample;
use crate::support::repository::read;

fn json(format: Format) -> Value {
    serde_json::from_str(&sample().write(format, false)).unwrap()
}

#[test]
fn sarif_fits_its_schema() {
    // As OASIS has it, but for a bracket that only the laxest of regular expressions take for itself.
    let schema = read("tests/it/audit/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut sarif = json(Format::Sarif);
    let faults: Vec<String> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].is_string());
    }
    assert_eq!((&results[0]["level"], &results[1]["level"]), (&"error".into(), &"warning".into()));
    assert!(results[0].get("suppressions").is_none());
    assert_eq!(results[2]["suppressions"][0]["justification"], "until the move (dba@example.org, until 2027-01-31)");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["associatedRule"]["id"], "RLS041");
    // The schema is one that refuses.
    sarif["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!validator.is_valid(&sarif));
}

#[test]
fn json_has_its_documented_names() {
    let report = json(Format::Json);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report), ["release", "database", "summary", "lint"]);
    assert_eq!(names(&report["database"]), ["serverVersion", "database", "server", "role", "time"]);
    assert_eq!(names(&report["summary"]), ["critical", "high", "medium", "low", "waived", "drift", "ran", "failed"]);
    let lint = &report["lint"];
    assert_eq!(names(lint), ["checks", "findings", "waived", "failed"]);
    assert_eq!(names(&lint["checks"][0]), ["id", "name", "severity", "what", "why", "mend", "see"]);
    assert_eq!(names(&lint["findings"][0]), ["severity", "check", "name", "object", "finding", "detail"]);
    assert_eq!(names(&lint["waived"][0]), ["severity", "check", "name", "object", "finding", "detail", "waiver"]);
    assert_eq!(lint["waived"][0]["waiver"]["expires"], "2027-01-31");
    assert_eq!(names(&lint["failed"][0]), ["check", "name", "reason"]);
    assert_eq!(report["summary"]["critical"], 1);
    assert_eq!(lint["findings"][0]["severity"], "critical");
}

#[test]
fn the_terminal_gets_colour_only_where_it_is_wanted_and_no_escape_of_a_name() {
    let plain = sample().write(Format::Terminal, false);
    assert!(!plain.contains('\x1b') && !plain.contains('\x07'), "{plain:?}");
    for said in
        ["CRITICAL  RLS001 row_security", "MEDIUM  RLS012", "Why   ", "Mend  ", "See   https://", "dba@example.org"]
    {
        assert!(plain.contains(said), "{said}\n{plain}");
    }
    assert!(plain.find("RLS001").unwrap() < plain.find("RLS012").unwrap(), "the worst first");
    let last = plain.lines().last().unwrap();
    assert!(last.contains("2 findings (1 critical, 1 medium), 1 waived, 1 check could not run"), "{last}");
    let coloured = sample().write(Format::Terminal, true);
    assert!(
        coloured.contains("\x1b[1;37;41mCRITICAL") && !coloured.contains("\x1b]0;") && !coloured.contains("\x1b[2J")
    );
}

#[test]
fn markdown_stays_text_whatever_the_catalogs_hold() {
    let text = sample().write(Format::Markdown, false);
    assert!(
        text.starts_with("# Audit of stayzr\n") && text.contains("## Findings") && text.contains("## Waived"),
        "{text}"
    );
    assert!(text.contains("is \\| not \\<b\\>as\\</b\\> it must be") && !text.contains("<b>"), "{text}");
    assert!(text.contains("line one") && text.contains("line \\`two\\`") && !text.contains('\x1b'), "{text}");
    let widths = text.lines().filter(|line| line.starts_with("| critical") || line.starts_with("| medium"));
    let cells = widths.map(|line| line.replace("\\|", "").matches('|').count()).collect::<Vec<_>>();
    assert_eq!(cells, [6, 6]);
}

#[test]
fn the_exit_code_says_how_bad_it_is() {
    let mut report = sample();
    assert_eq!(report.exit_code(Severity::Critical), 2, "something could not run");
    report.summary.failed = 0;
    assert_eq!(report.exit_code(Severity::Critical), 1);
    report.summary.critical = 0;
    assert_eq!([Severity::High, Severity::Medium, Severity::Low].map(|mildest| report.exit_code(mildest)), [0, 1, 1]);
}
