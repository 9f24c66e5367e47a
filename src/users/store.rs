//! Statements on `users`.

use chrono::{DateTime, Utc};
use postgres_types::{Json, ToSql};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewUser, User, UserPatch, UserSort, UserStatus};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::patch::required;
use crate::http::{Listed, Page};

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(User {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            full_name: row.try_get("full_name")?,
            is_org_admin: row.try_get("is_org_admin")?,
            is_super_admin: row.try_get("is_super_admin")?,
            data_scope: row.try_get("data_scope")?,
            status: row.try_get("status")?,
            roles: row.try_get::<_, Json<_>>("roles")?.0,
            team_ids: row.try_get("team_ids")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// A user and the key of the list by name.
struct NamedUser(User, String);

impl FromRow for NamedUser {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(NamedUser(User::from_row(row)?, row.try_get("full_name_folded")?))
    }
}

/// Which users a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) search: Option<String>,
    pub(super) status: Option<UserStatus>,
}

pub(super) async fn list(
    scope: &TenantScope,
    sort: UserSort,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<User>, ApiError> {
    match sort {
        UserSort::Newest => list_by_age(scope, filter, limit, after).await,
        UserSort::Name => list_by_name(scope, filter, limit, after).await,
    }
}

async fn list_by_age(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<User>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "users_list", &(UserSort::Newest, filter), limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let users: Vec<User> = match &filter.search {
        Some(search) => {
            let sql = include_str!("../../sql/queries/users/search.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.status, search]).await?
        }
        None => {
            let sql = include_str!("../../sql/queries/users/list.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.status]).await?
        }
    };
    Ok(page.close(users, |user| (user.created_at, user.id), |user| user))
}

async fn list_by_name(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<User>, ApiError> {
    let page = Page::<String>::open(scope, "users_list", &(UserSort::Name, filter), limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let users: Vec<NamedUser> = match &filter.search {
        Some(search) => {
            let sql = include_str!("../../sql/queries/users/search_by_name.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.status, search]).await?
        }
        None => {
            let sql = include_str!("../../sql/queries/users/list_by_name.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.status]).await?
        }
    };
    Ok(page.close(users, |NamedUser(user, name)| (name.clone(), user.id), |NamedUser(user, _)| user))
}

/// The user of that id.
pub(crate) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<User>, ApiError> {
    scope.optional(include_str!("../../sql/queries/users/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, user: &NewUser, password_hash: &str) -> Result<User, ApiError> {
    let sql = include_str!("../../sql/queries/users/create.sql");
    scope
        .one(sql, &[&user.email, &user.full_name, &password_hash, &user.is_org_admin, &user.data_scope, &user.role_ids])
        .await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &UserPatch,
) -> Result<Option<User>, ApiError> {
    let email = required("/email", &patch.email)?;
    let full_name = required("/fullName", &patch.full_name)?;
    let is_org_admin = required("/isOrgAdmin", &patch.is_org_admin)?;
    let data_scope = required("/dataScope", &patch.data_scope)?;
    let status = required("/status", &patch.status)?;
    let role_ids = required("/roleIds", &patch.role_ids)?;
    let sql = include_str!("../../sql/queries/users/update.sql");
    let changes: [&(dyn ToSql + Sync); 8] =
        [&id, &expected, &email, &full_name, &is_org_admin, &data_scope, &status, &role_ids];
    scope.optional(sql, &changes).await
}

/// How a delete went, as `app.delete_user` tells.
struct Outcome(String);

impl FromRow for Outcome {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get("outcome").map(Outcome)
    }
}

pub(super) async fn delete(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    hand_over_to: Option<Uuid>,
) -> Result<(), ApiError> {
    let sql = include_str!("../../sql/queries/users/delete.sql");
    let Outcome(outcome) = scope.one(sql, &[&id, &expected, &hand_over_to]).await?;
    Err(match &*outcome {
        "deleted" => return Ok(()),
        "absent" => ApiError::new(Code::UserNotFound),
        "stale" => ApiError::new(Code::Stale),
        "heir_absent" => ApiError::new(Code::UserNotFound).detail("There is no such user to hand over to."),
        "heir_disabled" => ApiError::invalid("handOverTo", "This user is disabled."),
        other => ApiError::internal(format!("deleting a user went {other:?}")),
    })
}
