//! One report, written down in four ways.

use serde_json::Value;
use stayzr::audit::report::PartName;
use stayzr::audit::{Format, Severity};

use super::{sample, whole};
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
    let drift = vec!["policy guests_tenant on public.guests is another\n  - old\n  + new".to_owned()];
    let report = whole().with_drift(drift, std::time::Duration::ZERO);
    let mut sarif: Value = serde_json::from_str(&report.write(Format::Sarif, false)).unwrap();
    let faults: Vec<String> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let found: Vec<[&str; 3]> = results
        .iter()
        .map(|result| {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            let place = &result["locations"][0];
            assert!(place["logicalLocations"][0]["fullyQualifiedName"].is_string());
            let file = &place["physicalLocation"]["artifactLocation"]["uri"];
            [&result["ruleId"], &result["level"], file].map(|text| text.as_str().unwrap())
        })
        .collect();
    let checks = [
        ["RLS001", "error", "sql/checks/row_security.sql"],
        ["RLS012", "warning", "sql/checks/unique_indexes.sql"],
        ["RLS015", "error", "sql/checks/table_privileges.sql"],
    ];
    let others = [
        ["PLAN", "error", "sql/queries/guests/get.sql"],
        ["DRIFT", "error", "policies/README.md"],
        ["ATK024", "error", "sql/attacks/reads.sql"],
    ];
    assert_eq!(found, [checks, others].concat());
    assert!(results[0].get("suppressions").is_none());
    assert_eq!(results[2]["suppressions"][0]["justification"], "until the move (dba@example.org, until 2027-01-31)");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told: Vec<&Value> = invocation["toolExecutionNotifications"].as_array().unwrap().iter().collect();
    let about = |of: usize| told[of]["associatedRule"]["id"].as_str().unwrap();
    assert_eq!((told.len(), about(0), about(1)), (2, "RLS041", "ATK029"));
    // The schema is one that refuses.
    sarif["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!validator.is_valid(&sarif));
}

#[test]
fn json_has_its_documented_names() {
    let report = json(Format::Json);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report), ["release", "database", "summary", "parts", "lint"]);
    assert_eq!(names(&report["database"]), ["serverVersion", "database", "server", "role", "time"]);
    let counts = ["critical", "high", "medium", "low", "waived", "drift", "ran", "failed"];
    let of_other_parts = ["planned", "drilled", "skipped", "notRun"];
    assert_eq!(names(&report["summary"]), [&counts[..], &of_other_parts].concat());
    assert_eq!(report["parts"], serde_json::json!([{"name": "checks", "milliseconds": 812, "notRun": null}]));
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

#[test]
fn plans_and_drills_are_in_every_form_and_count() {
    let report = whole();
    assert_eq!((report.summary.critical, report.summary.high), (2, 1));
    assert_eq!((report.summary.planned, report.summary.drilled, report.summary.skipped), (2, 1, 1));
    let json: Value = serde_json::from_str(&report.write(Format::Json, false)).unwrap();
    assert_eq!(json["plans"][0]["faults"][0]["what"], "nothing asks for the hotel");
    assert_eq!(json["attack"]["drills"][0]["attempts"][2]["outcome"]["result"], "succeeded");
    let names: Vec<&str> =
        json["parts"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["checks", "plans", "attack"]);

    let page = report.write(Format::Html, false);
    for word in [
        "3 findings are critical or high",
        "ATK024 reads &lt;i&gt;everything&lt;/i&gt;: succeeded",
        "Seen: the rival&#39;s &quot;zq&quot; | &lt;b&gt;",
        "1 succeeded; 3 refused: 42501 (2), no rows (1)",
        "2 refused as <code>stayzr_app</code>, by <code>42501: permission denied for table a</code> and the like",
        "ATK029 the other logins, as stayzr_auditor: a login: skipped: no connection as stayzr_auditor was given.",
        "<td>guests/get.sql</td><td>stayzr_app</td><td>guests without an index: not asked for</td>",
        "<td>context/set.sql</td><td>stayzr_app</td><td>no table of hotels</td>",
        "<td>checks</td><td>56 checks, 2 findings, 1 check could not run</td>",
        "<td class=\"number\">1.5 s</td>",
    ] {
        assert!(page.contains(word), "{word}\n{page}");
    }
    assert!(page.len() < 50_000, "what is long is cut: {}", page.len());
    for word in ["<i>", "<script", "src=", "href=", "url(", "\x1b"] {
        assert!(!page.contains(word), "{word} is on the page");
    }
    let markdown = report.write(Format::Markdown, false);
    for word in ["| ATK024 reads \\<i\\>everything", "| **SUCCEEDED** | 4 |", "| high | sql/queries/guests/get.sql |"] {
        assert!(markdown.contains(word), "{word}\n{markdown}");
    }
    let terminal = report.write(Format::Terminal, false);
    for word in
        ["CRITICAL  ATK024 reads", "HIGH  sql/queries/guests/get.sql", "SKIPPED  ATK029", "attack    1.5 s  2 drills"]
    {
        assert!(terminal.contains(word), "{word}\n{terminal}");
    }
    assert!(!terminal.contains('\x1b'));
}

#[test]
fn what_was_not_run_is_no_pass_in_any_form() {
    let mut report = sample();
    (report.lint, report.summary) = (None, Default::default());
    let report = report.without(PartName::Attack, "no <login> of an administrator".into(), false);
    assert_eq!((report.exit_code(Severity::Critical), report.summary.not_run), (2, 1));
    let page = report.write(Format::Html, false);
    assert!(page.contains("Not run: no &lt;login&gt; of an administrator."), "{page}");
    assert!(
        page.contains("<p class=\"verdict bad\">Nothing critical or high was found in what was run. Not run: attack.")
    );
    for (format, word) in [
        (Format::Json, "\"notRun\": \"no <login> of an administrator\""),
        (Format::Sarif, "attack not run: no <login>"),
        (Format::Markdown, "**Not run:** no \\<login\\>"),
        (Format::Terminal, "not run: no <login> of an administrator"),
        (Format::Terminal, "1 part not run"),
    ] {
        let text = report.write(format, false);
        assert!(text.contains(word), "{word}\n{text}");
    }
    // What was not wanted is no fault, and as little a pass.
    let mut left_out = sample();
    (left_out.lint, left_out.summary) = (None, Default::default());
    let left_out = left_out.without(PartName::Attack, "left out".into(), true);
    assert_eq!((left_out.exit_code(Severity::Low), left_out.summary.not_run), (0, 1));
}
