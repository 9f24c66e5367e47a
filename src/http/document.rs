//! The OpenAPI document as it is published.
//!
//! poem-openapi derives it from the code and leaves some of the truth out: that a
//! response always has all its members, that unknown members are refused, that an
//! operation needs no token. Generated clients need to
//! know, so it is said here, by rules and never operation by operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The one schema of a response whose members may be absent instead of null.
const PROBLEM: &str = "Problem";

/// Indented, in a stable order, with a line feed at its end.
pub fn pretty(document: &Value) -> String {
    format!("{document:#}\n")
}

/// What is not a hotel's own.
const PLATFORM: &str = "/v1/platform";

const QUOTA_HEADERS: [&str; 2] = ["RateLimit", "RateLimit-Policy"];

fn quota_headers() -> Value {
    let header = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string", "example": example}});
    json!({
        "RateLimit": header(
            "What the hotel has left: `r` requests, and in `t` seconds all of them again. Absent where its plan has no limit.",
            "\"organization\";r=97;t=1",
        ),
        "RateLimit-Policy": header(
            "What the hotel may do on this server: `q` requests within `w` seconds, and a fraction of them each second after.",
            "\"organization\";q=100;w=5",
        ),
    })
}

/// The document to publish.
pub fn publish(derived: &str) -> Value {
    let mut document: Value = serde_json::from_str(derived).unwrap_or_default();
    let kinds = kinds(&document);
    simplify(&mut document, &kinds);
    let (requests, responses) = (reachable(&document, "requestBody"), reachable(&document, "responses"));
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        if requests.contains(name) {
            describe_request(schema);
        } else if responses.contains(name) && name != PROBLEM {
            describe_response(schema);
        }
    }
    for (path, item) in members_mut(document.get_mut("paths")) {
        let is_hotels = !path.starts_with(PLATFORM);
        members_mut(Some(item)).for_each(|(_, operation)| describe_operation(operation, is_hotels));
    }
    document["components"]["headers"] = quota_headers();
    document
}

/// What accepts a body refuses members it does not know.
fn describe_request(schema: &mut Value) {
    if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
}

/// An answer has all its members, null where there is nothing.
fn describe_response(schema: &mut Value) {
    let members = schema["properties"].as_object().into_iter().flat_map(Map::keys);
    let all: Vec<String> = members.cloned().collect();
    if !all.is_empty() {
        schema["required"] = json!(all);
    }
}

/// What each hotel may only do so often says how often (`admission`); super admins' work across hotels is not counted.
fn describe_operation(operation: &mut Value, is_hotels: bool) {
    let summary = operation["summary"].clone();
    // Said outright, a reader knows it was not forgotten.
    if operation.get("security").is_none() {
        operation["security"] = json!([]);
    }
    let is_counted = is_hotels && operation["security"] != json!([]);
    if !is_hotels && let Some(responses) = operation["responses"].as_object_mut() {
        responses.remove("429");
    }
    for (status, response) in members_mut(operation.get_mut("responses")) {
        if is_counted && (status.starts_with('2') || status == "429") {
            for name in QUOTA_HEADERS {
                response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
            }
        }
        if response["description"] == "" {
            response["description"] = json!(format!("{}: done.", summary.as_str().unwrap_or_default()));
        }
    }
}

/// The schemas that some operation's requests or responses lead to.
fn reachable(document: &Value, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
    for operation in paths.filter_map(Value::as_object).flat_map(Map::values) {
        follow(&operation[part], document, &mut found);
    }
    found
}

fn follow(value: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if let Some(name) = name.filter(|name| found.insert((*name).to_owned())) {
                follow(&document["components"]["schemas"][name], document, found);
            }
            members.values().for_each(|member| follow(member, document, found));
        }
        Value::Array(items) => items.iter().for_each(|item| follow(item, document, found)),
        _ => {}
    }
}

/// The type of each schema of the document, by the path that refers to it.
type Kinds = BTreeMap<String, Value>;

fn kinds(document: &Value) -> Kinds {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    schemas.map(|(name, schema)| (format!("#/components/schemas/{name}"), schema["type"].clone())).collect()
}

/// A reference with a description beside it comes as `allOf` of the two; the reference
/// alone does, beside the description. Media types lose their charset: JSON has one. A day is
/// a `date`, which generators know.
fn simplify(value: &mut Value, kinds: &Kinds) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(parts)) = members.get_mut("allOf") {
                parts.retain(|part| part.get("$ref").is_some());
                // OpenAPI 3.0 lets `nullable` stand only beside a type, which a reference
                // does not count as, so the type of what it refers to is said again.
                let kind = parts.first().and_then(|part| part["$ref"].as_str()).and_then(|path| kinds.get(path));
                if let (Some(kind), Some(Value::Bool(true))) = (kind.cloned(), members.get("nullable")) {
                    members.insert("type".into(), kind);
                }
            }
            if let Some(format) = members.get_mut("format").filter(|format| **format == "naive-date") {
                *format = json!("date");
            }
            if let Some(content) = members.remove("application/json; charset=utf-8") {
                members.insert("application/json".into(), content);
            }
            members.values_mut().for_each(|member| simplify(member, kinds));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| simplify(item, kinds)),
        _ => {}
    }
}

fn members_mut(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|members| members.iter_mut())
}
