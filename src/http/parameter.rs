//! What a parameter of a path or a query has to be, as the document says.
//!
//! poem-openapi checks the same, but its words are about its own types: "failed to parse
//! "optional_GuestSort"". Here a parameter that is not what it should be is told what it should.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use uuid::Uuid;

/// What a parameter is.
pub(super) enum Parameter {
    Uuid,
    Flag,
    Date,
    Time,
    /// A whole number between two others.
    Whole(i64, i64),
    /// One of a closed list.
    Word(Vec<String>),
    /// Text of so many characters, at least and at most.
    Text(u64, u64),
    /// Whatever may be the name of something: a segment of a path.
    Name,
    /// Left to poem-openapi.
    Other,
}

impl Parameter {
    /// Of that schema, which may refer to another of the document.
    pub(super) fn of(document: &Value, schema: &Value) -> Self {
        let schema = if schema["allOf"].is_array() { &schema["allOf"][0] } else { schema };
        let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        let schema = pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema);
        if let Some(words) = schema["enum"].as_array() {
            return Parameter::Word(words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        let (least, most) = match schema["format"].as_str() {
            Some("int64") => (i64::MIN, i64::MAX),
            _ => (i64::from(i32::MIN), i64::from(i32::MAX)),
        };
        let bound = |name: &str, other: i64| schema[name].as_f64().map_or(other, |bound| bound as i64);
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("integer"), _) => Parameter::Whole(bound("minimum", least), bound("maximum", most)),
            (Some("boolean"), _) => Parameter::Flag,
            (Some("string"), Some("uuid")) => Parameter::Uuid,
            (Some("string"), Some("date-time")) => Parameter::Time,
            (Some("string"), Some("date")) => Parameter::Date,
            (Some("string"), _) => match (schema["minLength"].as_u64(), schema["maxLength"].as_u64()) {
                (Some(least), Some(most)) => Parameter::Text(least, most),
                _ => Parameter::Other,
            },
            _ => Parameter::Other,
        }
    }

    /// The same as a segment of a path, which is never just any text.
    pub(super) fn of_path(document: &Value, schema: &Value) -> Self {
        match Parameter::of(document, schema) {
            Parameter::Text(..) | Parameter::Other => Parameter::Name,
            parameter => parameter,
        }
    }

    /// What is wrong with a value that is none of this; never quotes it.
    pub(super) fn misfit(&self, value: &str) -> Option<String> {
        let (fits, what) = match self {
            Parameter::Uuid => (value.parse::<Uuid>().is_ok(), "be a UUID".to_owned()),
            Parameter::Flag => (matches!(value, "true" | "false"), "be true or false".to_owned()),
            Parameter::Date => (value.parse::<NaiveDate>().is_ok(), "be a day, as in 2026-01-31".to_owned()),
            Parameter::Time => {
                (DateTime::parse_from_rfc3339(value).is_ok(), "be a time as RFC 3339 writes it".to_owned())
            }
            Parameter::Whole(least, most) => {
                let within = value.parse::<i64>().is_ok_and(|number| (*least..=*most).contains(&number));
                // No bound is said where only the type sets one.
                let what = match *least <= i64::from(i32::MIN) {
                    true => "be a whole number".to_owned(),
                    false => format!("be a whole number from {least} to {most}"),
                };
                (within, what)
            }
            Parameter::Word(words) => {
                (words.iter().any(|word| word == value), format!("be one of: {}", words.join(", ")))
            }
            Parameter::Text(least, most) => {
                let length = value.chars().count() as u64;
                ((*least..=*most).contains(&length), format!("have {least} to {most} characters"))
            }
            Parameter::Name => {
                let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
                (value.len() <= 64 && value.chars().all(plain), "be a name".to_owned())
            }
            Parameter::Other => (true, String::new()),
        };
        (!fits).then(|| format!("This must {what}."))
    }
}
