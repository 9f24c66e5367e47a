//! The OpenAPI document as it is published.
//!
//! poem-openapi derives it from the code and leaves some of the truth out: that a
//! member may be null, that a response always has all its members, that unknown
//! members are refused, that an operation needs no token. Generated clients need to
//! know, so it is said here, by rules and never operation by operation.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The one schema of a response whose members may be absent instead of null.
const PROBLEM: &str = "Problem";

/// The document to publish, indented, in a stable order, with a line feed at its end.
pub fn publish(derived: &str) -> String {
    let mut document: Value = serde_json::from_str(derived).unwrap_or_default();
    simplify(&mut document);
    let (requests, responses) = (reachable(&document, "requestBody"), reachable(&document, "responses"));
    let nullable_of = optional_members(&document["components"]["schemas"]);
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        if requests.contains(name) {
            describe_request(name, schema, &nullable_of);
        } else if responses.contains(name) && name != PROBLEM {
            describe_response(schema);
        }
    }
    for (_, path) in members_mut(document.get_mut("paths")) {
        members_mut(Some(path)).for_each(|(_, operation)| describe_operation(operation));
    }
    format!("{document:#}\n")
}

/// What accepts a body refuses other members. A member may be null where leaving it out
/// is fine; in a patch, where the resource itself may have null there.
fn describe_request(name: &str, schema: &mut Value, nullable_of: &dyn Fn(&str, &str) -> bool) {
    if schema["type"] != "object" || schema.get("additionalProperties").is_some() {
        return;
    }
    schema["additionalProperties"] = json!(false);
    let required = names(&schema["required"]);
    for (member, schema) in members_mut(schema.get_mut("properties")) {
        let may_be_null = match name.strip_suffix("Patch") {
            Some(resource) => nullable_of(resource, member),
            None => !required.contains(member) && schema.get("default").is_none(),
        };
        if may_be_null {
            make_nullable(schema);
        }
    }
}

/// An answer has all its members; those poem-openapi calls optional may be null.
fn describe_response(schema: &mut Value) {
    let required = names(&schema["required"]);
    let mut all = Vec::new();
    for (member, schema) in members_mut(schema.get_mut("properties")) {
        if !required.contains(member) {
            make_nullable(schema);
        }
        all.push(member.clone());
    }
    if !all.is_empty() {
        schema["required"] = json!(all);
    }
}

/// OpenAPI 3.0 lets `nullable` stand only beside a type; what refers to another schema
/// has none, and all of those that may be null here are objects.
fn make_nullable(schema: &mut Value) {
    if schema.get("allOf").is_some() {
        schema["type"] = json!("object");
    }
    schema["nullable"] = json!(true);
}

fn describe_operation(operation: &mut Value) {
    let summary = operation["summary"].clone();
    // Said outright, a reader knows it was not forgotten.
    if operation.get("security").is_none() {
        operation["security"] = json!([]);
    }
    for (_, response) in members_mut(operation.get_mut("responses")) {
        if response["description"] == "" {
            response["description"] = json!(format!("{}: done.", summary.as_str().unwrap_or_default()));
        }
    }
}

/// Which members of which schema poem-openapi calls optional.
fn optional_members(schemas: &Value) -> impl Fn(&str, &str) -> bool + use<> {
    let schemas = schemas.clone();
    move |schema, member| {
        let schema = &schemas[schema];
        schema["properties"].get(member).is_some() && !names(&schema["required"]).contains(member)
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

/// A reference with a description beside it comes as `allOf` of the two; the reference
/// alone does, beside the description. Media types lose their charset: JSON has one.
fn simplify(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(parts)) = members.get_mut("allOf") {
                parts.retain(|part| part.get("$ref").is_some());
            }
            if let Some(content) = members.remove("application/json; charset=utf-8") {
                members.insert("application/json".into(), content);
            }
            members.values_mut().for_each(simplify);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}

fn names(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn members_mut(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|members| members.iter_mut())
}
