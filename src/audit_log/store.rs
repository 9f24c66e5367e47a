//! Statements on `audit_log`.

use chrono::{DateTime, Utc};
use postgres_types::Json;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{AuditRecord, Outcome};
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::page::SortKey;
use crate::http::{Listed, Page};

impl FromRow for AuditRecord {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(AuditRecord {
            id: row.try_get("id")?,
            sequence: row.try_get("sequence")?,
            created_at: row.try_get("created_at")?,
            actor_user_id: row.try_get("actor_user_id")?,
            actor_kind: row.try_get("actor_kind")?,
            api_key_id: row.try_get("api_key_id")?,
            grant_id: row.try_get("grant_id")?,
            address: row.try_get("address")?,
            request_id: row.try_get("request_id")?,
            action: row.try_get("action")?,
            resource: row.try_get("resource")?,
            resource_id: row.try_get("resource_id")?,
            reason: row.try_get("reason")?,
            outcome: row.try_get("outcome")?,
            changes: row.try_get::<_, Json<_>>("changes")?.0,
            hash: row.try_get("hash")?,
        })
    }
}

/// Which records a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) actor_user_id: Option<Uuid>,
    pub(super) action: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) resource_id: Option<String>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
    pub(super) outcome: Option<Outcome>,
}

pub(super) async fn list(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<AuditRecord>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "audit_log_list", filter, limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    // Written out, so that a bound that is not given needs no `or` in the statement.
    let from = filter.from.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    let to = filter.to.unwrap_or(DateTime::<Utc>::before_all().0);
    let records = scope
        .many(
            list_statement(filter),
            &[
                &rows,
                &key,
                &id,
                &from,
                &to,
                &filter.actor_user_id,
                &filter.action,
                &filter.resource,
                &filter.resource_id,
                &filter.outcome,
            ],
        )
        .await?;
    Ok(page.close(records, |record: &AuditRecord| (record.created_at, record.id), |record| record))
}

/// One statement for each index that leads to the rows: a filter that may be absent is an
/// `or`, and an `or` leads to none.
fn list_statement(filter: &Filter) -> &'static str {
    if filter.resource_id.is_some() {
        include_str!("../../sql/queries/audit_log/list_by_resource.sql")
    } else if filter.actor_user_id.is_some() {
        include_str!("../../sql/queries/audit_log/list_by_actor.sql")
    } else {
        include_str!("../../sql/queries/audit_log/list.sql")
    }
}
