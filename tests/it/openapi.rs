//! The document that clients are made from: current, and complete in every operation.

mod document;

use std::collections::BTreeSet;

use serde_json::Value;
use stayzr::auth::Permission;
use stayzr::error::Code;

use crate::support::repository::{assert_generated, read};
pub use document::{Operation, document, operations};

/// Every fault that `check` finds in an operation, under the name of the operation.
#[track_caller]
fn assert_each(check: impl Fn(&Operation) -> Vec<String>) {
    let operations = operations();
    assert!(operations.len() > 20, "the document has operations");
    let faults: Vec<String> = operations
        .iter()
        .flat_map(|operation| check(operation).into_iter().map(|fault| format!("{}: {fault}", operation.id)))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn fault(broken: bool, words: impl Into<String>) -> Vec<String> {
    if broken { vec![words.into()] } else { Vec::new() }
}

/// Statuses the operation must document and does not.
fn missing(operation: &Operation, statuses: &[&str]) -> Vec<String> {
    let missing = statuses.iter().filter(|status| operation.responses().get(**status).is_none());
    missing.map(|status| format!("does not document {status}")).collect()
}

#[test]
fn the_document_on_disk_is_the_one_the_code_makes() {
    let made = stayzr::app::document().unwrap();
    assert_generated("openapi/stayzr.json", &made, "UPDATE=1 cargo test openapi");
}

#[test]
fn every_operation_has_an_id_of_noun_and_verb_of_its_own() {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let word = |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase());
        let parts = operation.id.rsplit_once('_');
        let well_formed = parts.is_some_and(|(noun, verb)| noun.split('_').all(word) && word(verb));
        assert!(well_formed, "{} is <noun>_<verb>", operation.id);
        assert!(seen.insert(operation.id.clone()), "{} is there twice", operation.id);
    }
}

#[test]
fn every_operation_has_one_tag_a_summary_and_a_description() {
    assert_each(|operation| {
        let text = |name: &str| operation.json[name].as_str().unwrap_or_default().trim().is_empty();
        let tags = operation.json["tags"].as_array().map_or(0, Vec::len);
        [
            fault(tags != 1, format!("has {tags} tags")),
            fault(text("summary"), "has no summary"),
            fault(text("description"), "has no description"),
        ]
        .concat()
    });
}

#[test]
fn every_operation_names_the_permission_it_needs() {
    let known = |name: &str| Permission::ALL.iter().any(|permission| permission.name() == name);
    assert_each(|operation| {
        let lines = operation.json["description"].as_str().unwrap_or_default().matches("Permission: ").count();
        let wording = operation.permission_wording();
        // Without a token there is nobody to hold a permission.
        let fits = match (operation.permission(), operation.is_secured()) {
            (Some(name), secured) => secured && known(&name),
            (None, true) if operation.is_super_admins() => wording == "super admin",
            (None, true) => ["none but a token", "none but a session", "none but a visit"].contains(&&*wording),
            (None, false) => wording == "none",
        };
        [fault(lines != 1, format!("has {lines} lines `Permission: …`")), fault(!fits, format!("needs `{wording}`?"))]
            .concat()
    });
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let document = document();
    assert_each(|operation| {
        let Some(schema) = operation.body_schema(&document) else {
            return fault(operation.json.get("requestBody").is_some(), "has a body without a schema");
        };
        let Some(example) = schema["example"].as_object() else {
            return vec!["has a body without an example".into()];
        };
        let unknown = example.keys().filter(|name| schema["properties"].get(name.as_str()).is_none());
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let absent = required.filter(|name| !example.contains_key(*name));
        unknown
            .map(|name| format!("shows {name}, which is no field"))
            .chain(absent.map(|name| format!("does not show {name}")))
            .collect()
    });
}

#[test]
fn every_error_is_a_problem_and_every_success_has_a_schema() {
    assert_each(|operation| {
        // What is to be printed is a page.
        let kind = if operation.id.ends_with("_print") { "text/html; charset=utf-8" } else { "application/json" };
        let mut faults = Vec::new();
        let mut successes = 0;
        for (status, response) in operation.responses() {
            let content = response["content"].as_object();
            let only = |kind: &str| content.filter(|content| content.len() == 1).and_then(|content| content.get(kind));
            if status.starts_with('2') {
                successes += 1;
                let described = only(kind).is_some_and(|content| content["schema"].is_object());
                faults.extend(fault(!described && status != "204", format!("{status} has no schema")));
            } else {
                let problem = only("application/problem+json").map(|content| &content["schema"]["$ref"]);
                let is_problem = problem.is_some_and(|reference| *reference == "#/components/schemas/Problem");
                faults.extend(fault(!is_problem, format!("{status} is no problem")));
                let words = response["description"].as_str().unwrap_or_default();
                faults.extend(fault(words.is_empty(), format!("{status} has no description")));
            }
        }
        // What may only be tried succeeds in two ways: done, and not done.
        let ways = 1 + u8::from(operation.parameters("query").any(|name| name == "dryRun"));
        faults.extend(fault(successes != ways, format!("has {successes} ways to succeed")));
        faults
    });
}

#[test]
fn every_operation_lists_the_errors_its_shape_can_run_into() {
    assert_each(|operation| {
        let mut faults = missing(operation, &["500", "503"]);
        if operation.is_secured() {
            faults.extend(missing(operation, &["401", "403"]));
        }
        if operation.parameters("path").next().is_some() {
            faults.extend(missing(operation, &["404", "422"]));
        }
        if operation.parameters("query").next().is_some() {
            faults.extend(missing(operation, &["422"]));
        }
        if operation.parameters("header").any(|name| name == "If-Match") {
            faults.extend(missing(operation, &["404", "412"]));
        }
        if operation.parameters("header").any(|name| name == "Idempotency-Key") {
            faults.extend(missing(operation, &["409", "422"]));
        }
        if operation.json.get("requestBody").is_some() {
            faults.extend(missing(operation, &["400", "413", "415", "422"]));
        }
        faults
    });
}

/// Done twice they are done once, and what they end has no version to be stale. A password
/// changed twice is told apart by the current one. An invitation sent twice is two mails, and
/// the second has the token that works. A hotel made twice is refused the second time, because its
/// slug is taken; one that is suspended, reactivated or scheduled twice stays as it is, and so does an
/// invoice that is paid or void. Who asks why changes nothing, and an alert stays with who acknowledged it first.
const SAFE_BY_NATURE: &[&str] = &[
    "access_explain",
    "api_keys_revoke",
    "auth_change_password",
    "auth_logout",
    "auth_logout_all",
    "auth_switch_back",
    "invitations_resend",
    "platform_grants_end",
    "platform_invoices_pay",
    "platform_invoices_void",
    "platform_organizations_create",
    "platform_organizations_reactivate",
    "platform_organizations_schedule",
    "platform_organizations_suspend",
    "platform_organizations_unschedule",
    "sessions_clear",
    "sessions_delete",
    "usage_alerts_acknowledge",
];
/// The answer holds a secret, and an answer kept for an idempotency key would keep it.
const SHOWN_ONCE: &[&str] = &["api_keys_create", "platform_grants_create"];

#[test]
fn every_way_to_write_can_be_made_safe() {
    assert_each(|operation| {
        if [SAFE_BY_NATURE, SHOWN_ONCE].concat().contains(&&*operation.id) {
            return Vec::new();
        }
        let takes = |name: &str| operation.parameters("header").any(|header| header == name);
        match operation.method.as_str() {
            // A membership is there or it is not: it has no version, and twice is once.
            "delete" | "put" if operation.id.starts_with("team_members_") => Vec::new(),
            "patch" | "delete" | "put" => fault(!takes("If-Match"), "takes no If-Match"),
            // Signing in twice gives two tokens, as it should.
            "post" if operation.is_secured() => fault(!takes("Idempotency-Key"), "takes no Idempotency-Key"),
            _ => Vec::new(),
        }
    });
}

#[test]
fn every_parameter_and_every_property_is_described() {
    let described = |json: &Value| json["description"].as_str().is_some_and(|text| !text.trim().is_empty());
    assert_each(|operation| {
        let parameters = operation.json["parameters"].as_array().cloned().unwrap_or_default();
        let silent = parameters.iter().filter(|parameter| !described(parameter));
        silent.map(|parameter| format!("says nothing about {}", parameter["name"])).collect()
    });
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let properties = schemas.iter().flat_map(|(schema, json)| {
        let properties = json["properties"].as_object().into_iter().flatten();
        properties.filter(|(_, json)| !described(json)).map(move |(name, _)| format!("{schema}.{name}"))
    });
    assert_eq!(properties.collect::<Vec<_>>(), Vec::<String>::new(), "properties without a description");
}

/// A hotel is named by the token and by nothing a client sends, but where a super admin works across hotels.
#[test]
fn no_operation_takes_an_organization() {
    let document = document();
    assert_each(|operation| {
        if operation.is_super_admins() {
            return Vec::new();
        }
        let parameters = ["path", "query", "header"].into_iter().flat_map(|place| operation.parameters(place));
        let schema = operation.body_schema(&document);
        let fields = schema.iter().flat_map(|schema| schema["properties"].as_object()).flatten().map(|(name, _)| name);
        let names = parameters.map(str::to_owned).chain(fields.cloned());
        let tenants =
            ["organizationid", "organization-id", "tenantid", "tenant-id", "x-tenant-id", "x-organization-id"];
        names
            .filter(|name| tenants.contains(&name.to_lowercase().as_str()))
            .map(|name| format!("takes {name}"))
            .collect()
    });
}

#[test]
fn every_code_is_in_the_table_of_the_introduction() {
    let introduction = read("openapi/introduction.md");
    let row = |code: &Code| format!("| `{}` | {} | {} |\n", code.name(), code.status().as_u16(), code.title());
    let wanted: Vec<String> = Code::ALL.iter().map(row).collect();
    let head = "| Code | Status | Meaning |\n|---|---|---|\n";
    let (before, rest) = introduction.split_once(head).expect("the table of codes");
    let after: String =
        rest.lines().skip_while(|line| line.starts_with("| `")).map(|line| format!("{line}\n")).collect();
    let made = format!("{before}{head}{}{after}", wanted.concat());
    assert_generated("openapi/introduction.md", &made, "UPDATE=1 cargo test openapi");
    let text = document()["info"]["description"].as_str().unwrap_or_default().to_owned();
    assert!(text.contains(wanted[0].trim()), "the introduction is in the document");
}
