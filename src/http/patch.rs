//! JSON Merge Patch (RFC 7396): an absent member stays, null removes, a value replaces.

use poem_openapi::types::MaybeUndefined;

use crate::error::ApiError;

/// The new value of a member that cannot be removed; `None` where it stays.
///
/// # Errors
/// 422 when the patch removes it.
pub fn required<'a, T>(pointer: &str, member: &'a MaybeUndefined<T>) -> Result<Option<&'a T>, ApiError> {
    match member {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Value(value) => Ok(Some(value)),
        MaybeUndefined::Null => Err(ApiError::invalid(pointer, "This cannot be removed.")),
    }
}

/// Whether a member that may be null changes, and to what.
pub fn nullable<T>(member: &MaybeUndefined<T>) -> (bool, Option<&T>) {
    match member {
        MaybeUndefined::Undefined => (false, None),
        MaybeUndefined::Null => (true, None),
        MaybeUndefined::Value(value) => (true, Some(value)),
    }
}
