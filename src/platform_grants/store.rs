//! Statements on `platform_grants`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewPlatformGrant, PlatformGrant};
use crate::db::{FromRow, PlatformScope, TenantScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};

impl FromRow for PlatformGrant {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformGrant {
            id: row.try_get("id")?,
            organization_id: row.try_get("organization_id")?,
            super_admin_id: row.try_get("super_admin_id")?,
            reason: row.try_get("reason")?,
            can_write: row.try_get("can_write")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            ended_at: row.try_get("ended_at")?,
        })
    }
}

/// A grant that was just given, and what its token says of the hotel.
pub(super) struct Given {
    pub(super) grant: PlatformGrant,
    pub(super) tenant_id: Uuid,
}

impl FromRow for Given {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Given { grant: PlatformGrant::from_row(row)?, tenant_id: row.try_get("tenant_id")? })
    }
}

/// Gives a grant; none where there is no such hotel. On record in the hotel's log.
pub(super) async fn create(scope: &PlatformScope, new: &NewPlatformGrant) -> Result<Option<Given>, ApiError> {
    let NewPlatformGrant { organization_id, reason, minutes, write } = new;
    let sql = include_str!("../../sql/queries/platform_grants/create.sql");
    let scope = scope.about(*organization_id).because(reason);
    scope.optional(sql, &[&Uuid::now_v7(), organization_id, reason, minutes, write]).await
}

pub(super) async fn list(
    scope: &PlatformScope,
    all: bool,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformGrant>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "platform_grants_list", &all, limit, after)?;
    let sql = include_str!("../../sql/queries/platform_grants/list.sql");
    let grants = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &all]).await?;
    Ok(page.close(grants, |grant: &PlatformGrant| (grant.created_at, grant.id), |grant| grant))
}

/// Ends it; tells whether there is such a grant. On record in the hotel's log.
pub(super) async fn end(scope: &PlatformScope, id: Uuid) -> Result<bool, ApiError> {
    let sql = include_str!("../../sql/queries/platform_grants/end.sql");
    Ok(scope.about_grant(id).run(sql, &[&id]).await? > 0)
}

/// The grant of the visit.
pub(crate) async fn current(scope: &TenantScope) -> Result<Option<PlatformGrant>, ApiError> {
    scope.optional(include_str!("../../sql/queries/platform_grants/current.sql"), &[]).await
}

/// Ends the grant of the visit.
pub(crate) async fn end_current(scope: &TenantScope) -> Result<(), ApiError> {
    scope.run(include_str!("../../sql/queries/platform_grants/end_current.sql"), &[]).await.map(drop)
}
