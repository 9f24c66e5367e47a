//! Statements on `teams`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewTeam, Team, TeamPatch};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::patch::{nullable, required};
use crate::http::{Listed, Page};

impl FromRow for Team {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Team {
            id: row.try_get("id")?,
            department_id: row.try_get("department_id")?,
            name: row.try_get("name")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    department_id: Option<Uuid>,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Team>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "teams_list", &department_id, limit, after)?;
    let sql = include_str!("../../sql/queries/teams/list.sql");
    let rows: Vec<Team> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &department_id]).await?;
    Ok(page.close(rows, |team| (team.created_at, team.id), |team| team))
}

/// The team of that id.
pub(crate) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Team>, ApiError> {
    scope.optional(include_str!("../../sql/queries/teams/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, team: &NewTeam) -> Result<Team, ApiError> {
    scope.one(include_str!("../../sql/queries/teams/create.sql"), &[&team.department_id, &team.name]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &TeamPatch,
) -> Result<Option<Team>, ApiError> {
    let (department_changes, department_id) = nullable(&patch.department_id);
    let name = required("/name", &patch.name)?;
    let sql = include_str!("../../sql/queries/teams/update.sql");
    scope.optional(sql, &[&id, &expected, &department_changes, &department_id, &name]).await
}

/// Whether there was such a team; it is gone, and its memberships with it.
pub(super) async fn delete(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> Result<bool, ApiError> {
    let sql = include_str!("../../sql/queries/teams/delete.sql");
    // The foreign keys that know no such team when something is given to one say, when a
    // team goes, that something is still its own.
    let gone = scope.run(sql, &[&id, &expected]).await;
    Ok(gone.map_err(|error| error.instead(Code::TeamNotFound, Code::TeamInUse))? > 0)
}
