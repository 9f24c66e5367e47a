//! A POST that is sent twice is done once.
//!
//! The answer is kept in the transaction of the effect, so either both are there or
//! neither is. Errors are not kept: a request that failed may be tried again.

mod store;

use poem_openapi::types::{ParseFromJSON, ToJSON};
use sha2::{Digest, Sha256};

use crate::db::{Tags, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::Body;

/// Does the work once for a key; without a key, just does it.
///
/// A key belongs to the user and the operation, and is kept for a day.
///
/// # Errors
/// 409 while the first request with the key runs, 422 when the key was used for
/// another request, else the work's own.
pub async fn once<T, B, F>(
    scope: &TenantScope,
    operation: &'static str,
    key: Option<&str>,
    body: &Body<B>,
    work: F,
) -> Result<T, ApiError>
where
    T: ToJSON + ParseFromJSON,
    F: AsyncFnOnce(&TenantScope) -> Result<T, ApiError>,
{
    let Some(key) = key else {
        return work(scope).await;
    };
    scope
        .transaction(async |scope| {
            if !store::claim(scope, lock_number(scope, operation, key)).await? {
                return Err(ApiError::new(Code::RequestInProgress).retry_after(1));
            }
            // Keyed, because a body may hold a password: the hash alone gives nothing away.
            let request_hash = scope.tag("idempotency", body.fingerprint());
            if let Some(earlier) = store::get(scope, operation, key).await? {
                if !scope.fits("idempotency", body.fingerprint(), &earlier.request_hash) {
                    return Err(ApiError::new(Code::IdempotencyKeyReused));
                }
                return T::parse_from_json(Some(earlier.response)).map_err(|error| ApiError::internal(error.message()));
            }
            let value = work(scope).await?;
            let response = value.to_json().unwrap_or_default();
            store::delete_expired(scope).await?;
            store::create(scope, operation, key, &request_hash, &response).await?;
            Ok(value)
        })
        .await
}

/// The advisory lock of a key. The hotel and the user are part of it, so nobody waits
/// for somebody else's request.
fn lock_number(scope: &TenantScope, operation: &str, key: &str) -> i64 {
    let context = scope.context();
    let hash = Sha256::digest(format!("{}\n{}\n{operation}\n{key}", context.organization_id, context.user_id));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(bytes)
}
