//! The operations of the document, as those need them who make requests by it.

use serde_json::{Value, json};

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    /// The names of the parameters in the query.
    pub query: Vec<String>,
    /// Every parameter, as the document declares it.
    pub parameters: Vec<Value>,
    /// A body it takes, if it takes one.
    pub example: Option<Value>,
    /// The schema of that body, or null.
    pub body: Value,
    pub responses: Value,
}

impl Operation {
    pub fn all(document: &Value) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let query = parameters.iter().filter(|parameter| parameter["in"] == "query");
                all.push(Operation {
                    id: operation["operationId"].as_str().unwrap().into(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    query: query.map(|parameter| parameter["name"].as_str().unwrap().into()).collect(),
                    example: example(document, operation),
                    body: body(document, operation).cloned().unwrap_or_default(),
                    parameters: parameters.clone(),
                    responses: operation["responses"].clone(),
                });
            }
        }
        all
    }
}

/// The body the document shows, or any with the names it declares.
fn example(document: &Value, operation: &Value) -> Option<Value> {
    let schema = body(document, operation)?;
    let members = schema["properties"].as_object()?;
    Some(match &schema["example"] {
        Value::Null => members.keys().map(|name| (name.clone(), json!({}))).collect::<serde_json::Map<_, _>>().into(),
        example => example.clone(),
    })
}

fn body<'a>(document: &'a Value, operation: &Value) -> Option<&'a Value> {
    let content = operation["requestBody"]["content"].as_object()?.values().next()?;
    document.pointer(content["schema"]["$ref"].as_str()?.trim_start_matches('#'))
}
