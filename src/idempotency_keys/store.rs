//! Kept answers.

use serde_json::Value;
use tokio_postgres::Row;

use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;

pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    pub(super) response: Value,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Kept { request_hash: row.try_get("request_hash")?, response: row.try_get("response")? })
    }
}

struct Claim(bool);

impl FromRow for Claim {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get("claimed").map(Claim)
    }
}

pub(super) async fn claim(scope: &TenantScope, lock: i64) -> Result<bool, ApiError> {
    let Claim(claimed) = scope.one(include_str!("../../sql/queries/idempotency_keys/claim.sql"), &[&lock]).await?;
    Ok(claimed)
}

pub(super) async fn get(scope: &TenantScope, operation: &str, key: &str) -> Result<Option<Kept>, ApiError> {
    scope.optional(include_str!("../../sql/queries/idempotency_keys/get.sql"), &[&operation, &key]).await
}

pub(super) async fn delete_expired(scope: &TenantScope) -> Result<(), ApiError> {
    scope.run(include_str!("../../sql/queries/idempotency_keys/delete_expired.sql"), &[]).await.map(drop)
}

pub(super) async fn create(
    scope: &TenantScope,
    operation: &str,
    key: &str,
    request_hash: &[u8; 32],
    response: &Value,
) -> Result<(), ApiError> {
    let sql = include_str!("../../sql/queries/idempotency_keys/create.sql");
    scope.run(sql, &[&operation, &key, &&request_hash[..], response]).await.map(drop)
}
