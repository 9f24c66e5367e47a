//! Statements on `audit_log`, across hotels.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::PlatformAuditRecord;
use crate::audit_log::AuditRecord;
use crate::db::{FromRow, PlatformScope};
use crate::error::ApiError;
use crate::http::page::SortKey;
use crate::http::{Listed, Page};

impl FromRow for PlatformAuditRecord {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(PlatformAuditRecord {
            organization_id: row.try_get("organization_id")?,
            record: AuditRecord::from_row(row)?,
        })
    }
}

/// Which records a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) organization_id: Option<i32>,
    pub(super) actor_user_id: Option<Uuid>,
    pub(super) action: Option<String>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
}

/// One statement for each index that leads to the rows.
pub(super) async fn list(
    scope: &PlatformScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformAuditRecord>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "platform_audit_log_list", filter, limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    // Written out, so that a bound that is not given needs no `or` in the statement.
    let from = &filter.from.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    let to = &filter.to.unwrap_or(DateTime::<Utc>::before_all().0);
    let Filter { organization_id, actor_user_id, action, .. } = filter;
    let records: Vec<PlatformAuditRecord> = match (organization_id, actor_user_id, action) {
        (Some(organization), _, _) => {
            let sql = include_str!("../../sql/queries/platform_audit_log/list_by_organization.sql");
            let scope = scope.about(*organization);
            scope.many(sql, &[&rows, &key, &id, from, to, organization, actor_user_id, action]).await?
        }
        (None, Some(actor), _) => {
            let sql = include_str!("../../sql/queries/platform_audit_log/list_by_actor.sql");
            scope.many(sql, &[&rows, &key, &id, from, to, actor, action]).await?
        }
        (None, None, Some(action)) => {
            let sql = include_str!("../../sql/queries/platform_audit_log/list_by_action.sql");
            scope.many(sql, &[&rows, &key, &id, from, to, action]).await?
        }
        (None, None, None) => {
            let sql = include_str!("../../sql/queries/platform_audit_log/list.sql");
            scope.many(sql, &[&rows, &key, &id, from, to]).await?
        }
    };
    Ok(page.close(records, |found| (found.record.created_at, found.record.id), |found| found))
}
