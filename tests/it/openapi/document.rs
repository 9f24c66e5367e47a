//! The OpenAPI document as a list of operations.

use serde_json::{Map, Value};

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `guests_get`
    pub id: String,
    /// `get`
    pub method: String,
    /// `/v1/guests/{id}`
    pub path: String,
    /// All the document says about it.
    pub json: Value,
}

/// The document this build makes.
pub fn document() -> Value {
    serde_json::from_str(&stayzr::app::document().unwrap()).unwrap()
}

/// Every operation of the document.
pub fn operations() -> Vec<Operation> {
    let document = document();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, json) in methods.as_object().unwrap() {
            let id = json["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has an operationId"));
            operations.push(Operation {
                id: id.into(),
                method: method.clone(),
                path: path.clone(),
                json: json.clone(),
            });
        }
    }
    operations
}

/// What a schema is, when it is given by reference.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("a schema of the document"),
        None => schema,
    }
}

impl Operation {
    pub fn is_secured(&self) -> bool {
        self.json["security"].as_array().is_some_and(|schemes| !schemes.is_empty())
    }

    pub fn responses(&self) -> &Map<String, Value> {
        self.json["responses"].as_object().expect("responses")
    }

    /// The names of its parameters in that place.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &str> {
        let parameters = self.json["parameters"].as_array().into_iter().flatten();
        parameters.filter(move |parameter| parameter["in"] == place).filter_map(|parameter| parameter["name"].as_str())
    }

    /// A query with the parameters it does not go without, or nothing.
    pub fn needed_query(&self) -> String {
        let parameters = self.json["parameters"].as_array().into_iter().flatten();
        let needed = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        let named: Vec<String> =
            needed.filter_map(|parameter| Some(format!("{}=word", parameter["name"].as_str()?))).collect();
        if named.is_empty() { String::new() } else { format!("?{}", named.join("&")) }
    }

    /// What stands between `Permission: ` and the full stop.
    pub fn permission_wording(&self) -> String {
        let description = self.json["description"].as_str().unwrap_or_default();
        let rest = description.split_once("Permission: ").map_or("", |(_, rest)| rest);
        rest.trim().trim_end_matches('.').to_owned()
    }

    /// The permission it needs.
    pub fn permission(&self) -> Option<String> {
        let wording = self.permission_wording();
        wording.strip_prefix('`')?.strip_suffix('`').map(str::to_owned)
    }

    /// Whether it is for super admins.
    pub fn is_super_admins(&self) -> bool {
        self.path.starts_with("/v1/platform/")
    }

    /// The schema of its body.
    pub fn body_schema(&self, document: &Value) -> Option<Value> {
        let schema = self.json["requestBody"]["content"]["application/json"].get("schema")?;
        Some(resolve(document, schema).clone())
    }

    /// The example of its body.
    pub fn example(&self, document: &Value) -> Option<Value> {
        self.body_schema(document)?.get("example").cloned()
    }
}
