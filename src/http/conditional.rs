//! `ETag` and `If-Match` (RFC 9110): nobody overwrites what they have not seen.

use super::Resource;
use crate::error::{ApiError, Code};

/// The entity tag of a version.
pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}

/// The version a write expects; `None` where any will do.
///
/// # Errors
/// 412 for a tag that was never ours: it cannot be the current one.
pub fn expected_version(if_match: Option<&str>) -> Result<Option<i32>, ApiError> {
    match if_match.map(str::trim) {
        None | Some("*") => Ok(None),
        Some(tag) => tag
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .and_then(|version| version.parse().ok())
            // Tags are compared byte by byte: "+1" and "01" were never ours.
            .filter(|version| etag(*version) == tag)
            .map(Some)
            .ok_or(ApiError::new(Code::Stale)),
    }
}

/// Why a write found no row to change: it was changed meanwhile, or it is not there.
/// `current` looks for it once more, which only happens on the way to an error.
///
/// # Errors
/// Always: 412 when there is such a row and the write expected a version of it, else
/// `absent`.
pub async fn why_unchanged<T>(
    expected: Option<i32>,
    absent: Code,
    current: impl Future<Output = Result<Option<T>, ApiError>>,
) -> ApiError {
    match current.await {
        Ok(Some(_)) if expected.is_some() => ApiError::new(Code::Stale),
        Ok(_) => ApiError::new(absent),
        Err(error) => error,
    }
}

/// The same where a row may be in sight and still not be the caller's to write: 403 then.
/// The policies have let the write pass over it, which looks like an absent row.
///
/// # Errors
/// Always: 412 when the row has another version than expected, 403 `permission_denied` when
/// it has not, else `absent`.
pub async fn why_refused<T: Resource>(
    expected: Option<i32>,
    absent: Code,
    current: impl Future<Output = Result<Option<T>, ApiError>>,
) -> ApiError {
    match current.await {
        Ok(Some(current)) if expected.is_some_and(|version| version != current.version()) => ApiError::new(Code::Stale),
        Ok(Some(_)) => ApiError::new(Code::PermissionDenied).detail("This is shown to you to read, not to write."),
        Ok(None) => ApiError::new(absent),
        Err(error) => error,
    }
}
