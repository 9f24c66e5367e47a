//! What the document declares, held to before a handler runs: the methods of a path,
//! and the parameters of an operation.
//!
//! A misspelt filter that is passed over shows rows nobody asked for, and an
//! `If-Match` that cannot be read would let a write through that was not to happen.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use poem::http::Method;
use poem::{Endpoint, Middleware, Request, Result};
use serde_json::Value;

use super::parameter::Parameter;
use super::problem::shortened;
use crate::db::Access;
use crate::error::ApiError;

/// The paths of the document with their operations.
#[derive(Clone)]
pub struct Contract(Arc<Vec<Path>>);

struct Path {
    template: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    segments: Vec<(String, Parameter)>,
    method: String,
    query: Vec<(String, Parameter)>,
    headers: Vec<String>,
}

impl Contract {
    /// What this OpenAPI document declares.
    pub fn of(document: &Value) -> Self {
        let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let operation = |(method, operation): (String, Value)| Operation {
            id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            segments: parameters(&operation, "path", |schema| Parameter::of_path(document, schema)),
            method: method.to_ascii_uppercase(),
            query: parameters(&operation, "query", |schema| Parameter::of(document, schema)),
            headers: parameters(&operation, "header", |_| ()).into_iter().map(|(name, ())| name).collect(),
        };
        let path = |(template, operations): (String, Value)| Path {
            template,
            operations: members(&operations).into_iter().map(operation).collect(),
        };
        Contract(Arc::new(members(&document["paths"]).into_iter().map(path).collect()))
    }

    /// The ids of all operations.
    pub fn operations(&self) -> impl Iterator<Item = String> {
        self.0.iter().flat_map(|path| &path.operations).map(|operation| operation.id.clone())
    }

    fn check(&self, request: &Request) -> Result<(), ApiError> {
        let access = request.extensions().get::<Arc<Access>>();
        let Some(path) = self.0.iter().find(|path| path.is(request.uri().path())) else {
            if let Some(access) = access {
                access.name("route_not_found", "route", None);
            }
            return Ok(()); // The routes answer: a page of the documentation, or 404.
        };
        let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
        let Some(operation) = path.operations.iter().find(|operation| operation.method == method) else {
            if let Some(access) = access {
                access.name("method_not_allowed", "route", None);
            }
            return Err(ApiError::method_not_allowed(path.allow()));
        };
        if let Some(access) = access {
            let noun = operation.id.rsplit_once('_').map_or(&*operation.id, |(noun, _)| noun);
            access.name(&operation.id, noun, path.first_id(request.uri().path()));
        }
        path.check_ids(request.uri().path(), operation)?;
        operation.check_query(request.uri().query().unwrap_or_default())?;
        operation.check_headers(request)
    }
}

/// Those of one place, each with what is made of its schema.
fn parameters<T>(operation: &Value, place: &str, make: impl Fn(&Value) -> T) -> Vec<(String, T)> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == place)
        .filter_map(|parameter| Some((parameter["name"].as_str()?.to_owned(), make(&parameter["schema"]))))
        .collect()
}

impl Path {
    fn is(&self, path: &str) -> bool {
        let (mut expected, mut found) = (self.template.split('/'), path.split('/'));
        loop {
            match (expected.next(), found.next()) {
                (None, None) => return true,
                (Some(name), Some(segment)) if name.starts_with('{') && !segment.is_empty() => {}
                (Some(name), Some(segment)) if name == segment => {}
                _ => return false,
            }
        }
    }

    /// Every parameter of a path is what the document says. poem-openapi would refuse it as
    /// well, but name it `param0`.
    fn check_ids(&self, path: &str, operation: &Operation) -> Result<(), ApiError> {
        for (name, segment) in self.template.split('/').zip(path.split('/')) {
            let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else { continue };
            let declared = operation.segments.iter().find(|(declared, _)| declared == name);
            if let Some(misfit) = declared.and_then(|(_, declared)| declared.misfit(segment)) {
                return Err(ApiError::invalid(name, misfit));
            }
        }
        Ok(())
    }

    /// What the first parameter of the path is set to.
    fn first_id<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.template.split('/').zip(path.split('/')).find(|(name, _)| name.starts_with('{')).map(|(_, id)| id)
    }

    /// As the `Allow` header lists them (RFC 9110). A GET answers HEAD as well.
    fn allow(&self) -> String {
        let methods = self.operations.iter().map(|operation| operation.method.as_str());
        methods.map(|method| if method == "GET" { "GET, HEAD" } else { method }).collect::<Vec<_>>().join(", ")
    }
}

impl Operation {
    fn check_query(&self, query: &str) -> Result<(), ApiError> {
        let mut seen = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).ok_or_else(|| ApiError::invalid("", "A parameter's name is not UTF-8."))?;
            let refuse = |detail: &str| Err(ApiError::invalid(shortened(&name, 200), detail));
            let Some((_, declared)) = self.query.iter().find(|(declared, _)| *declared == name) else {
                return refuse("There is no such parameter.");
            };
            match decoded(value) {
                _ if seen.contains(&name) => return refuse("This is given more than once."),
                None => return refuse("This is not UTF-8."),
                // PostgreSQL cannot hold it.
                Some(value) if value.contains('\0') => return refuse("This holds a NUL character."),
                Some(value) => match declared.misfit(&value) {
                    Some(misfit) => return refuse(&misfit),
                    None => seen.push(name),
                },
            }
        }
        Ok(())
    }

    fn check_headers(&self, request: &Request) -> Result<(), ApiError> {
        for name in &self.headers {
            let mut values = request.headers().get_all(name).iter();
            if values.next().is_some_and(|value| value.to_str().is_err()) {
                return Err(ApiError::invalid(name, "This is not printable ASCII."));
            }
            if values.next().is_some() {
                return Err(ApiError::invalid(name, "This is given more than once."));
            }
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(Into::into)
}

impl<E: Endpoint> Middleware<E> for Contract {
    type Output = ContractEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ContractEndpoint { inner, contract: self.clone() }
    }
}

/// The endpoint of [`Contract`].
pub struct ContractEndpoint<E> {
    inner: E,
    contract: Contract,
}

impl<E: Endpoint> Endpoint for ContractEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, request: Request) -> Result<Self::Output> {
        self.contract.check(&request)?;
        self.inner.call(request).await
    }
}
