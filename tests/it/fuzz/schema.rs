//! Whether a value is what a schema of the document says.

use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

/// Stricter than the schema in one thing: a member that is not declared is an error.
pub(super) fn conforms(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if value.is_null() && schema["nullable"] == true {
        return Ok(());
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let target = document.pointer(pointer).ok_or_else(|| format!("{reference} leads nowhere"))?;
        return conforms(document, target, value, at);
    }
    // The document wraps a reference that has a description or may be null beside it.
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().try_for_each(|part| conforms(document, part, value, at));
    }
    let wrong = |what: &str| Err(format!("{at}: {value} is no {what}"));
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return wrong("word of the list");
    }
    match schema["type"].as_str() {
        Some("string") => {
            let Some(text) = value.as_str() else { return wrong("string") };
            let fits = match schema["format"].as_str() {
                Some("uuid") => text.parse::<Uuid>().is_ok(),
                Some("date-time") => DateTime::parse_from_rfc3339(text).is_ok() && text.ends_with("+00:00"),
                _ => true,
            };
            let short = schema["maxLength"].as_u64().is_none_or(|length| text.chars().count() as u64 <= length);
            if fits && short { Ok(()) } else { wrong("string of this format and length") }
        }
        Some("integer") if !value.is_i64() && !value.is_u64() => wrong("integer"),
        Some("boolean") if !value.is_boolean() => wrong("boolean"),
        Some("array") => {
            let Some(items) = value.as_array() else { return wrong("array") };
            let mut each = items.iter().enumerate();
            each.try_for_each(|(index, item)| conforms(document, &schema["items"], item, &format!("{at}[{index}]")))
        }
        Some("object") => object(document, schema, value, at),
        _ => Ok(()),
    }
}

fn object(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let members = value.as_object().ok_or_else(|| format!("{at}: {value} is no object"))?;
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap_or_default()) {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    for (name, member) in members {
        let property = match &schema["properties"][name] {
            Value::Null => &schema["additionalProperties"],
            property => property,
        };
        if property.is_null() {
            return Err(format!("{at}.{name} is not documented"));
        }
        conforms(document, property, member, &format!("{at}.{name}"))?;
    }
    Ok(())
}
