//! Statements on `team_members`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::TeamMember;
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Listed, Page};

impl FromRow for TeamMember {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(TeamMember {
            user_id: row.try_get("user_id")?,
            full_name: row.try_get("full_name")?,
            email: row.try_get("email")?,
            since: row.try_get("created_at")?,
        })
    }
}

/// Which of a team and a user there is.
struct Found {
    team: bool,
    user: bool,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Found { team: row.try_get("team_is_there")?, user: row.try_get("user_is_there")? })
    }
}

impl Found {
    fn both(&self) -> Result<(), ApiError> {
        match (self.team, self.user) {
            (false, _) => Err(ApiError::new(Code::TeamNotFound)),
            (_, false) => Err(ApiError::new(Code::UserNotFound)),
            (true, true) => Ok(()),
        }
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    team_id: Uuid,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<TeamMember>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "team_members_list", &team_id, limit, after)?;
    let sql = include_str!("../../sql/queries/team_members/list.sql");
    let rows: Vec<TeamMember> = scope.many(sql, &[&team_id, &page.rows(), &page.after_key(), &page.after_id()]).await?;
    Ok(page.close(rows, |member| (member.since, member.user_id), |member| member))
}

pub(super) async fn add(scope: &TenantScope, team_id: Uuid, user_id: Uuid) -> Result<(), ApiError> {
    let sql = include_str!("../../sql/queries/team_members/add.sql");
    scope.one::<Found>(sql, &[&team_id, &user_id]).await?.both()
}

pub(super) async fn remove(scope: &TenantScope, team_id: Uuid, user_id: Uuid) -> Result<(), ApiError> {
    let sql = include_str!("../../sql/queries/team_members/remove.sql");
    scope.one::<Found>(sql, &[&team_id, &user_id]).await?.both()
}
