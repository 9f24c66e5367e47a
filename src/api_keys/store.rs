//! Statements on `api_keys`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{ApiKey, CreatedApiKey, NewApiKey};
use crate::auth::ApiKeySecret;
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};

/// How much of a secret is kept to recognize it by, in characters. None of them is random.
const PREFIX_LENGTH: usize = 12;

impl FromRow for ApiKey {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(ApiKey {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            prefix: row.try_get("prefix")?,
            permissions: row.try_get("permissions")?,
            data_scope: row.try_get("data_scope")?,
            created_by: row.try_get("created_by")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            last_used_at: row.try_get("last_used_at")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    inactive: bool,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<ApiKey>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "api_keys_list", &inactive, limit, after)?;
    let sql = include_str!("../../sql/queries/api_keys/list.sql");
    let keys: Vec<ApiKey> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &inactive]).await?;
    Ok(page.close(keys, |key| (key.created_at, key.id), |key| key))
}

/// The key of that id.
pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<ApiKey>, ApiError> {
    scope.optional(include_str!("../../sql/queries/api_keys/get.sql"), &[&id]).await
}

/// Makes a key. Its secret leaves here once; the database gets its hash.
pub(super) async fn create(scope: &TenantScope, key: &NewApiKey) -> Result<CreatedApiKey, ApiError> {
    let id = Uuid::now_v7();
    let secret = ApiKeySecret::generate(scope.context().organization_id, id).map_err(ApiError::internal)?;
    let prefix = secret.reveal().get(..PREFIX_LENGTH);
    let permissions: Vec<&str> = key.permissions.iter().map(|permission| permission.name()).collect();
    let data_scope = key.data_scope.unwrap_or(scope.context().data_scope);
    let sql = include_str!("../../sql/queries/api_keys/create.sql");
    let api_key: ApiKey = scope
        .one(sql, &[&id, &key.name, &prefix, &&secret.hash()[..], &permissions, &data_scope, &key.expires_at])
        .await?;
    Ok(CreatedApiKey { id, secret: secret.reveal().to_owned(), api_key })
}

/// Revokes it; tells whether there is such a key.
pub(super) async fn revoke(scope: &TenantScope, id: Uuid) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/api_keys/revoke.sql"), &[&id]).await? > 0)
}
