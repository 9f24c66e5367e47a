//! Statements on `departments`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Department, DepartmentPatch, NewDepartment};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::patch::required;
use crate::http::{Listed, Page};

impl FromRow for Department {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Department {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

pub(super) async fn list(scope: &TenantScope, limit: u16, after: Option<&str>) -> Result<Listed<Department>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "departments_list", &(), limit, after)?;
    let sql = include_str!("../../sql/queries/departments/list.sql");
    let rows: Vec<Department> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id()]).await?;
    Ok(page.close(rows, |department| (department.created_at, department.id), |department| department))
}

pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Department>, ApiError> {
    scope.optional(include_str!("../../sql/queries/departments/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, department: &NewDepartment) -> Result<Department, ApiError> {
    scope.one(include_str!("../../sql/queries/departments/create.sql"), &[&department.name]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &DepartmentPatch,
) -> Result<Option<Department>, ApiError> {
    let name = required("/name", &patch.name)?;
    scope.optional(include_str!("../../sql/queries/departments/update.sql"), &[&id, &expected, &name]).await
}

/// Whether there was such a department; it is gone.
pub(super) async fn delete(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> Result<bool, ApiError> {
    let sql = include_str!("../../sql/queries/departments/delete.sql");
    // The foreign key that knows no such department when a team is put into one says, when
    // a department goes, that a team is in it.
    let gone = scope.run(sql, &[&id, &expected]).await;
    Ok(gone.map_err(|error| error.instead(Code::DepartmentNotFound, Code::DepartmentInUse))? > 0)
}
