//! poem's own errors in the terms of the API.

use poem::error::{
    MethodNotAllowedError, NotFoundError, ParsePathError as PoemPathError, ReadBodyError, SizedLimitError,
};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};

use crate::error::{ApiError, Code};

/// The longest reason quoted to a client; a parser may quote the whole input.
const REASON_LENGTH_MAX: usize = 300;

/// What to tell the client about an error that a handler or poem returned.
pub(super) fn api_error(error: &poem::Error) -> ApiError {
    if let Some(error) = error.downcast_ref::<ApiError>() {
        return error.clone();
    }
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        return ApiError::invalid(error.name, shortened(&error.reason, REASON_LENGTH_MAX));
    }
    if let Some(error) = error.downcast_ref::<ParsePathError>() {
        return ApiError::invalid(error.name, shortened(&error.reason, REASON_LENGTH_MAX));
    }
    if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        return ApiError::new(Code::MalformedBody).detail(shortened(&error.reason, REASON_LENGTH_MAX));
    }
    if error.is::<ContentTypeError>() {
        return ApiError::new(Code::UnsupportedMediaType);
    }
    if error.is::<AuthorizationError>() {
        return ApiError::new(Code::Unauthenticated);
    }
    if error.is::<MethodNotAllowedError>() {
        // Only the pages of the documentation get here; the contract layer knows the rest.
        return ApiError::method_not_allowed("GET, HEAD");
    }
    if error.is::<NotFoundError>() || error.is::<PoemPathError>() {
        return ApiError::new(Code::RouteNotFound);
    }
    if error.is::<SizedLimitError>() || matches!(error.downcast_ref(), Some(ReadBodyError::PayloadTooLarge)) {
        return ApiError::new(Code::BodyTooLarge);
    }
    match error.status() {
        status if status.is_client_error() => ApiError::new(Code::MalformedRequest),
        _ => ApiError::internal(error),
    }
}

/// So much of a text as fits into an answer, in characters.
pub(super) fn shortened(text: &str, length_max: usize) -> String {
    match text.char_indices().nth(length_max) {
        Some(_) => text.chars().take(length_max - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}
