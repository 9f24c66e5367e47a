//! Statements on `users`, across hotels.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::PlatformUser;
use crate::db::{FromRow, PlatformScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};
use crate::users::UserStatus;

impl FromRow for PlatformUser {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformUser {
            id: row.try_get("id")?,
            organization_id: row.try_get("organization_id")?,
            organization_slug: row.try_get("slug")?,
            email: row.try_get("email")?,
            full_name: row.try_get("full_name")?,
            is_org_admin: row.try_get("is_org_admin")?,
            is_super_admin: row.try_get("is_super_admin")?,
            status: row.try_get("status")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

/// Which users a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) search: Option<String>,
    pub(super) status: Option<UserStatus>,
    pub(super) super_admin: Option<bool>,
}

/// One statement for each index that leads to the rows: an `or` with what may be absent
/// leads to none.
pub(super) async fn list(
    scope: &PlatformScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformUser>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "platform_users_list", filter, limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let Filter { search, status, super_admin } = filter;
    let users: Vec<PlatformUser> = match search {
        _ if *super_admin == Some(true) => {
            let sql = include_str!("../../sql/queries/platform_users/list_super_admins.sql");
            scope.many(sql, &[&rows, &key, &id, status, search]).await?
        }
        Some(search) => {
            let sql = include_str!("../../sql/queries/platform_users/search.sql");
            scope.many(sql, &[&rows, &key, &id, status, super_admin, search]).await?
        }
        None => {
            let sql = include_str!("../../sql/queries/platform_users/list.sql");
            scope.many(sql, &[&rows, &key, &id, status, super_admin]).await?
        }
    };
    Ok(page.close(users, |user| (user.created_at, user.id), |user| user))
}
