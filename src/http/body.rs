//! A JSON body, read strictly.

use std::ops::Deref;

use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::limits::BodyLimit;
use super::problem::shortened;
use super::{json, shape};
use crate::error::{ApiError, Code};

/// The body of a request, as JSON.
///
/// Refused with a precise error before the handler runs: another content type (415),
/// too many bytes (413), text that is no JSON, lone surrogates included (400), a NUL
/// anywhere (422), a missing, unknown or wrong field (422).
pub struct Body<T> {
    value: T,
    fingerprint: [u8; 32],
}

impl<T> Body<T> {
    /// A hash of the address and the body: what makes two requests the same request.
    pub fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ParseFromJSON> Body<T> {
    async fn read(request: &Request, body: &mut RequestBody) -> Result<Self, ApiError> {
        let content_type = request.content_type().unwrap_or_default();
        if !is_json(content_type) {
            return Err(ApiError::new(Code::UnsupportedMediaType));
        }
        let limit = request.extensions().get::<BodyLimit>().map_or(0, |limit| limit.0);
        let bytes =
            body.take().map_err(ApiError::internal)?.into_bytes_limit(limit).await.map_err(|error| match error {
                poem::error::ReadBodyError::PayloadTooLarge => ApiError::new(Code::BodyTooLarge),
                _ => ApiError::new(Code::MalformedRequest),
            })?;
        let json = json::read(&bytes).map_err(|error| ApiError::new(Code::MalformedBody).detail(error.to_string()))?;
        if let Some(pointer) = nul(&json) {
            return Err(ApiError::invalid(shortened(&pointer, 200), "This holds a NUL character."));
        }
        shape::check::<T>(&json)?;
        let mut hash = Sha256::new();
        hash.update(request.uri().path());
        hash.update([0]);
        hash.update(&bytes);
        let value = T::parse_from_json(Some(json)).map_err(|error| refused(error.message()))?;
        Ok(Body { value, fingerprint: hash.finalize().into() })
    }
}

/// `application/json`, or a kind of it such as merge patch. No parameters but a charset of UTF-8.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_utf8 = |parameter: &str| parameter.to_ascii_lowercase().replace('"', "") == "charset=utf-8";
    matches!(essence.as_str(), "application/json" | "application/merge-patch+json") && parts.all(is_utf8)
}

/// Where the first NUL is, as a JSON pointer (RFC 6901).
fn nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul(item).map(|rest| format!("/{index}{rest}")))
        }
        Value::Object(members) => members.iter().find_map(|(key, item)| {
            if key.contains('\0') {
                return Some(shape::pointer(key));
            }
            nul(item).map(|rest| shape::pointer(key) + &rest)
        }),
        _ => None,
    }
}

/// poem-openapi's sentence about a length or a pattern, which names the field in
/// backquotes. Types were checked before, so it quotes no value.
fn refused(message: &str) -> ApiError {
    let field = message.split_once('`').and_then(|(_, rest)| rest.split_once('`'));
    match field {
        Some((name, rule)) => {
            let rule = rule.trim_start_matches(" verification failed. ");
            ApiError::invalid(shape::pointer(name), format!("This breaks the rule {rule}."))
        }
        None => ApiError::invalid("", "The body does not fit its schema."),
    }
}

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema: fn() -> MetaSchemaRef = T::schema_ref;
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: "application/json", schema: schema() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        Ok(Body::read(request, body).await?)
    }
}
