//! Whether a body has the members and types its schema asks for.
//!
//! poem-openapi takes 5 and true for text, and its error for a wrong type quotes the
//! value, which may be a password, and does not name the member. So the schema that
//! the document shows is asked first; poem-openapi is left with lengths and patterns.

use chrono::DateTime;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::problem::shortened;
use crate::error::ApiError;

/// # Errors
/// 422 with a pointer to the first member that is missing, unknown or of another type.
pub(super) fn check<T: Type>(json: &Value) -> Result<(), ApiError> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let Some(schema) = registry.schemas.get(&*T::name()) else {
        return Err(ApiError::internal(format!("no schema of {}", T::name())));
    };
    let Value::Object(members) = json else {
        return Err(ApiError::invalid("", "The body must be an object."));
    };
    match members_misfit(&registry, schema, members) {
        Some((place, detail)) => Err(ApiError::invalid(shortened(&place, 200), detail)),
        None => Ok(()),
    }
}

/// As [`misfit`], of an object whose members are declared.
fn members_misfit(registry: &Registry, schema: &MetaSchema, members: &Map<String, Value>) -> Option<(String, String)> {
    if let Some(name) = schema.required.iter().find(|name| !members.contains_key(**name)) {
        return Some((pointer(name), "This is missing.".into()));
    }
    for (name, value) in members {
        let Some((_, property)) = schema.properties.iter().find(|(property, _)| property == name) else {
            return Some((pointer(name), "There is no such field.".into()));
        };
        if let Some((place, detail)) = misfit(registry, property, value) {
            return Some((pointer(name) + &place, detail));
        }
    }
    None
}

/// The JSON pointer (RFC 6901) of a member of the body.
pub(super) fn pointer(name: &str) -> String {
    shortened(&format!("/{}", name.replace('\0', "\u{fffd}").replace('~', "~0").replace('/', "~1")), 200)
}

/// Where in the value something should have been different, as the rest of a pointer, and
/// what. Never quotes the value.
fn misfit(registry: &Registry, property: &MetaSchemaRef, value: &Value) -> Option<(String, String)> {
    let here = |detail: String| Some((String::new(), detail));
    if value.is_null() {
        let nullable = matches!(property, MetaSchemaRef::Inline(schema) if schema.nullable);
        return if nullable { None } else { here("This cannot be null.".into()) };
    }
    let schema = resolve(registry, property)?;
    let (fits, expected) = match (schema.ty, schema.format) {
        ("string", Some("date-time")) => (
            value.as_str().is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
            "a time as RFC 3339 writes it",
        ),
        ("string", Some("uuid")) => (value.as_str().is_some_and(|text| text.parse::<Uuid>().is_ok()), "a UUID"),
        ("string", _) => (value.is_string(), "a string"),
        ("boolean", _) => (value.is_boolean(), "true or false"),
        ("integer", _) => (value.is_i64() || value.is_u64(), "an integer"),
        ("object", _) => (value.is_object(), "an object"),
        ("array", _) => (value.is_array(), "a list"),
        _ => (true, ""),
    };
    if !fits {
        return here(format!("This must be {expected}."));
    }
    if let (Value::Array(items), Some(item)) = (value, schema.items.as_deref()) {
        return list_misfit(registry, schema, item, items);
    }
    // An object without declared members is a map, whose names are the client's.
    if let (Value::Object(members), false) = (value, schema.properties.is_empty()) {
        return members_misfit(registry, schema, members);
    }
    let words: Vec<&str> = schema.enum_items.iter().filter_map(Value::as_str).collect();
    let unlisted = !words.is_empty() && !schema.enum_items.contains(value);
    if unlisted { here(format!("This must be one of: {}.", words.join(", "))) } else { None }
}

/// A list is counted before anything in it is looked at: a long one costs nothing.
fn list_misfit(
    registry: &Registry,
    schema: &MetaSchema,
    item: &MetaSchemaRef,
    items: &[Value],
) -> Option<(String, String)> {
    let whole = |detail: String| Some((String::new(), detail));
    match (schema.min_items, schema.max_items) {
        (Some(least), _) if items.len() < least => return whole(format!("This must have at least {least} items.")),
        (_, Some(most)) if items.len() > most => return whole(format!("This must have at most {most} items.")),
        _ => (),
    }
    for (index, value) in items.iter().enumerate() {
        if let Some((place, detail)) = misfit(registry, item, value) {
            return Some((format!("/{index}{place}"), detail));
        }
        if schema.unique_items == Some(true) && items[..index].contains(value) {
            return Some((format!("/{index}"), "This is given more than once.".into()));
        }
    }
    None
}

/// A property that refers to a type of its own says so directly or, where it has a
/// description beside it, as the first of `allOf`.
fn resolve<'a>(registry: &'a Registry, property: &'a MetaSchemaRef) -> Option<&'a MetaSchema> {
    match property {
        MetaSchemaRef::Reference(name) => registry.schemas.get(name),
        MetaSchemaRef::Inline(schema) => match schema.all_of.first() {
            Some(first) => resolve(registry, first),
            None => Some(schema),
        },
    }
}
