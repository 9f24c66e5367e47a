//! Statements on `roles`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewRole, Role, RolePatch};
use crate::auth::Permission;
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::conditional;
use crate::http::patch::{nullable, required};
use crate::http::{Listed, Page};

impl FromRow for Role {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Role {
            id: row.try_get("id")?,
            built_in: row.try_get("built_in")?,
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            permissions: row.try_get("permissions")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// In the order of the closed list, whatever order the client named them in.
fn names(permissions: &[Permission]) -> Vec<&'static str> {
    Permission::ALL.iter().filter(|held| permissions.contains(held)).map(|held| held.name()).collect()
}

pub(super) async fn list(scope: &TenantScope, limit: u16, after: Option<&str>) -> Result<Listed<Role>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "roles_list", &(), limit, after)?;
    let sql = include_str!("../../sql/queries/roles/list.sql");
    let rows: Vec<Role> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id()]).await?;
    Ok(page.close(rows, |role| (role.created_at, role.id), |role| role))
}

pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Role>, ApiError> {
    scope.optional(include_str!("../../sql/queries/roles/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, role: &NewRole) -> Result<Role, ApiError> {
    let sql = include_str!("../../sql/queries/roles/create.sql");
    scope.one(sql, &[&role.name, &role.description, &names(&role.permissions)]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &RolePatch,
) -> Result<Option<Role>, ApiError> {
    let name = required("/name", &patch.name)?;
    let (description_changes, description) = nullable(&patch.description);
    let permissions = required("/permissions", &patch.permissions)?.map(|permissions| names(permissions));
    let sql = include_str!("../../sql/queries/roles/update.sql");
    scope.optional(sql, &[&id, &expected, &name, &description_changes, &description, &permissions]).await
}

/// Whether there was such a role; it is gone.
pub(super) async fn delete(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> Result<bool, ApiError> {
    let sql = include_str!("../../sql/queries/roles/delete.sql");
    // The foreign key that knows no such role when somebody is given one says, when a role
    // goes, that somebody holds it.
    let gone = scope.run(sql, &[&id, &expected]).await;
    Ok(gone.map_err(|error| error.instead(Code::RoleNotFound, Code::RoleInUse))? > 0)
}

/// Why a write found no role to change.
pub(super) async fn why_unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    match get(scope, id).await {
        Ok(Some(role)) if role.built_in.is_some() => ApiError::new(Code::RoleBuiltIn),
        current => conditional::why_unchanged(expected, Code::RoleNotFound, async { current }).await,
    }
}
