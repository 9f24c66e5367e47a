//! Statements on `organizations`.

use postgres_types::Json;
use tokio_postgres::Row;

use super::{Organization, OrganizationPatch};
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::patch::required;

impl FromRow for Organization {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Organization {
            id: row.try_get("id")?,
            tenant_id: row.try_get("tenant_id")?,
            name: row.try_get("name")?,
            slug: row.try_get("slug")?,
            subscription_tier: row.try_get("subscription_tier")?,
            subscription_status: row.try_get("subscription_status")?,
            is_active: row.try_get("is_active")?,
            settings: row.try_get::<_, Json<_>>("settings")?.0,
            search_language: row.try_get("search_language")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// The hotel of the scope.
pub(crate) async fn get(scope: &TenantScope) -> Result<Option<Organization>, ApiError> {
    scope.optional(include_str!("../../sql/queries/organizations/get.sql"), &[]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    expected: Option<i32>,
    patch: &OrganizationPatch,
) -> Result<Option<Organization>, ApiError> {
    let name = required("/name", &patch.name)?;
    let settings = required("/settings", &patch.settings)?.map(Json);
    let search_language = required("/searchLanguage", &patch.search_language)?;
    let sql = include_str!("../../sql/queries/organizations/update.sql");
    scope.optional(sql, &[&expected, &name, &settings, &search_language]).await
}
