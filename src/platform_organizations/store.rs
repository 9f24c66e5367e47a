//! Statements on `organizations`, across them all.
//!
//! What is about one hotel is on record in its own log.

use std::time::Duration;

use chrono::{DateTime, Utc};
use postgres_types::ToSql;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    DeletionSchedule, NewPlatformOrganization, PlatformOrganization, PlatformOrganizationPatch,
    PlatformOrganizationSort,
};
use crate::db::{FromRow, PlatformScope};
use crate::error::{ApiError, Code};
use crate::http::page::SortKey;
use crate::http::patch::required;
use crate::http::{Listed, Page};
use crate::organizations::SubscriptionStatus;

impl FromRow for PlatformOrganization {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformOrganization {
            id: row.try_get("id")?,
            tenant_id: row.try_get("tenant_id")?,
            slug: row.try_get("slug")?,
            name: row.try_get("name")?,
            tier: row.try_get("subscription_tier")?,
            status: row.try_get("subscription_status")?,
            is_active: row.try_get("is_active")?,
            delete_at: row.try_get("delete_at")?,
            user_count: row.try_get("user_count")?,
            last_activity_at: row.try_get("last_activity_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// A hotel and the folded name a list by name is sorted by.
struct Named(PlatformOrganization, String);

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Named(PlatformOrganization::from_row(row)?, row.try_get("sort_name")?))
    }
}

/// A hotel that was just made, and when its first administrator's invitation ends.
struct Made(PlatformOrganization, DateTime<Utc>);

impl FromRow for Made {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Made(PlatformOrganization::from_row(row)?, row.try_get("expires_at")?))
    }
}

/// Which hotels a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) search: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) tier: Option<String>,
    pub(super) status: Option<SubscriptionStatus>,
}

/// The invitation of a first administrator: of its token, the hash.
pub(super) struct FirstInvitation {
    pub(super) id: Uuid,
    pub(super) hash: [u8; 32],
    pub(super) lifetime: Duration,
}

/// Filters are `or` here, which no index serves: there are as many hotels as customers, and
/// sifting them all costs less than a statement for each filter would.
pub(super) async fn list(
    scope: &PlatformScope,
    sort: PlatformOrganizationSort,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformOrganization>, ApiError> {
    let list = List { scope, sort, filter, limit, after };
    match sort {
        PlatformOrganizationSort::Newest => {
            let sql = include_str!("../../sql/queries/platform_organizations/list.sql");
            list.page(sql, |o: &PlatformOrganization| (o.created_at, o.tenant_id), |o| o).await
        }
        PlatformOrganizationSort::Name => {
            let sql = include_str!("../../sql/queries/platform_organizations/list_by_name.sql");
            list.page(sql, |Named(o, name)| (name.clone(), o.tenant_id), |Named(o, _)| o).await
        }
        PlatformOrganizationSort::Size => {
            let sql = include_str!("../../sql/queries/platform_organizations/list_by_size.sql");
            list.page(sql, |o: &PlatformOrganization| (o.user_count, o.tenant_id), |o| o).await
        }
        PlatformOrganizationSort::Activity => {
            let sql = include_str!("../../sql/queries/platform_organizations/list_by_activity.sql");
            let active = |o: &PlatformOrganization| o.last_activity_at.unwrap_or(o.created_at);
            list.page(sql, |o: &PlatformOrganization| (active(o), o.tenant_id), |o| o).await
        }
    }
}

struct List<'a> {
    scope: &'a PlatformScope,
    sort: PlatformOrganizationSort,
    filter: &'a Filter,
    limit: u16,
    after: Option<&'a str>,
}

impl List<'_> {
    async fn page<K: SortKey + ToSql + Sync, R: FromRow>(
        &self,
        sql: &'static str,
        position: impl Fn(&R) -> (K, Uuid),
        item: impl Fn(R) -> PlatformOrganization,
    ) -> Result<Listed<PlatformOrganization>, ApiError> {
        let filters = (self.sort, self.filter);
        let page = Page::<K>::open(self.scope, "platform_organizations_list", &filters, self.limit, self.after)?;
        let Filter { search, slug, tier, status } = self.filter;
        let rows: Vec<R> = self
            .scope
            .many(sql, &[&page.rows(), page.after_key(), &page.after_id(), slug, tier, status, search])
            .await?;
        Ok(page.close(rows, position, item))
    }
}

pub(super) async fn get(scope: &PlatformScope, id: i32) -> Result<Option<PlatformOrganization>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_organizations/get.sql");
    scope.about(id).optional(sql, &[&id]).await
}

/// Makes a hotel of that number; also when its first administrator's invitation ends.
pub(super) async fn create(
    scope: &PlatformScope,
    id: i32,
    organization: &NewPlatformOrganization,
    invitation: &FirstInvitation,
) -> Result<(PlatformOrganization, DateTime<Utc>), ApiError> {
    let NewPlatformOrganization { slug, name, tier, status, first_admin } = organization;
    let (hash, seconds) = (&invitation.hash[..], invitation.lifetime.as_secs_f64());
    let sql = include_str!("../../sql/queries/platform_organizations/create.sql");
    let Made(made, expires_at) = scope
        .about(id)
        .one(sql, &[&id, slug, name, tier, status, &invitation.id, &first_admin.email, &hash, &seconds])
        .await?;
    Ok((made, expires_at))
}

pub(super) async fn update(
    scope: &PlatformScope,
    id: i32,
    expected: Option<i32>,
    patch: &PlatformOrganizationPatch,
) -> Result<Option<PlatformOrganization>, ApiError> {
    let name = required("/name", &patch.name)?;
    let tier = required("/tier", &patch.tier)?;
    let status = required("/status", &patch.status)?;
    let sql = include_str!("../../sql/queries/platform_organizations/update.sql");
    scope.about(id).optional(sql, &[&id, &expected, &name, &tier, &status]).await
}

/// Why there was nothing to change.
pub(super) async fn why_unchanged(scope: &PlatformScope, id: i32, expected: Option<i32>) -> ApiError {
    match get(scope, id).await {
        Ok(None) => ApiError::new(Code::OrganizationNotFound),
        Ok(Some(current)) if expected.is_some_and(|version| version != current.version) => ApiError::new(Code::Stale),
        Ok(Some(_)) => ApiError::new(Code::OrganizationInactive),
        Err(error) => error,
    }
}

/// Suspends it; one that is suspended stays as it is. `None` where there is no such hotel.
pub(super) async fn suspend(
    scope: &PlatformScope,
    id: i32,
    reason: &str,
) -> Result<Option<PlatformOrganization>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_organizations/suspend.sql");
    let scope = scope.about(id).because(reason);
    changed_or_same(&scope, id, scope.optional(sql, &[&id]).await?).await
}

/// Reactivates it; one that is not suspended stays as it is.
pub(super) async fn reactivate(
    scope: &PlatformScope,
    id: i32,
    reason: &str,
) -> Result<Option<PlatformOrganization>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_organizations/reactivate.sql");
    let scope = scope.about(id).because(reason);
    changed_or_same(&scope, id, scope.optional(sql, &[&id]).await?).await
}

/// Schedules its deletion; one that is scheduled for that time stays as it is.
pub(super) async fn schedule(
    scope: &PlatformScope,
    id: i32,
    schedule: &DeletionSchedule,
) -> Result<Option<PlatformOrganization>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_organizations/schedule.sql");
    let scope = scope.about(id).because(&schedule.reason);
    changed_or_same(&scope, id, scope.optional(sql, &[&id, &schedule.delete_at]).await?).await
}

/// Takes the schedule back; one that has none stays as it is.
pub(super) async fn unschedule(scope: &PlatformScope, id: i32) -> Result<Option<PlatformOrganization>, ApiError> {
    let sql = include_str!("../../sql/queries/platform_organizations/unschedule.sql");
    let scope = scope.about(id);
    changed_or_same(&scope, id, scope.optional(sql, &[&id]).await?).await
}

/// The hotel as it is, where there was nothing to change: done twice is done once.
async fn changed_or_same(
    scope: &PlatformScope,
    id: i32,
    changed: Option<PlatformOrganization>,
) -> Result<Option<PlatformOrganization>, ApiError> {
    match changed {
        Some(changed) => Ok(Some(changed)),
        None => get(scope, id).await,
    }
}
