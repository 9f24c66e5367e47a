//! Statements on what hotels use, across them all.

use chrono::{DateTime, Utc};
use postgres_types::ToSql;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{PlatformResourceUsage, PlatformUsage, PlatformUsageSort};
use crate::db::{FromRow, PlatformScope};
use crate::error::ApiError;
use crate::http::page::SortKey;
use crate::http::{Listed, Page};
use crate::usage::Metered;

/// A hotel's usage, and what lists of it are sorted by.
struct Ranked {
    usage: PlatformUsage,
    tenant_id: Uuid,
    /// The highest share in ten-thousandths, which compares exactly; -1 where there is no limit.
    share_key: i64,
    messages: i64,
    active_at: DateTime<Utc>,
}

impl FromRow for Ranked {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let resources: Vec<Metered> = row.try_get("resources")?;
        let used: Vec<i64> = row.try_get("used")?;
        let limits: Vec<Option<i64>> = row.try_get("maximums")?;
        let shares: Vec<Option<f64>> = row.try_get("shares")?;
        let resources = resources.into_iter().zip(used).zip(limits).zip(shares);
        let last_activity_at: Option<DateTime<Utc>> = row.try_get("last_activity_at")?;
        Ok(Ranked {
            tenant_id: row.try_get("tenant_id")?,
            share_key: row.try_get("share_key")?,
            messages: row.try_get("messages")?,
            active_at: last_activity_at.map_or_else(|| row.try_get("created_at"), Ok)?,
            usage: PlatformUsage {
                organization_id: row.try_get("id")?,
                slug: row.try_get("slug")?,
                name: row.try_get("name")?,
                tier: row.try_get("tier")?,
                share: row.try_get("share")?,
                resources: resources
                    .map(|(((resource, used), limit), share)| PlatformResourceUsage { resource, used, limit, share })
                    .collect(),
                last_activity_at,
            },
        })
    }
}

/// No index knows what is used of a limit: every hotel is looked at for every page. There are
/// as many as customers, and a thousand take a tenth of a second.
pub(super) async fn list(
    scope: &PlatformScope,
    sort: PlatformUsageSort,
    minimum_share: Option<f64>,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<PlatformUsage>, ApiError> {
    let list = List { scope, sort, minimum_share, limit, after };
    match sort {
        PlatformUsageSort::Share => {
            let sql = include_str!("../../sql/queries/platform_usage/list.sql");
            list.page(sql, |ranked| ranked.share_key).await
        }
        PlatformUsageSort::Size => {
            let sql = include_str!("../../sql/queries/platform_usage/list_by_size.sql");
            list.page(sql, |ranked| ranked.messages).await
        }
        PlatformUsageSort::Activity => {
            let sql = include_str!("../../sql/queries/platform_usage/list_by_activity.sql");
            list.page(sql, |ranked| ranked.active_at).await
        }
    }
}

struct List<'a> {
    scope: &'a PlatformScope,
    sort: PlatformUsageSort,
    minimum_share: Option<f64>,
    limit: u16,
    after: Option<&'a str>,
}

impl List<'_> {
    async fn page<K: SortKey + ToSql + Sync>(
        &self,
        sql: &'static str,
        key: impl Fn(&Ranked) -> K,
    ) -> Result<Listed<PlatformUsage>, ApiError> {
        let filters = (self.sort, self.minimum_share);
        let page = Page::<K>::open(self.scope, "platform_usage_list", &filters, self.limit, self.after)?;
        let rows: Vec<Ranked> =
            self.scope.many(sql, &[&page.rows(), page.after_key(), &page.after_id(), &self.minimum_share]).await?;
        Ok(page.close(rows, |ranked| (key(ranked), ranked.tenant_id), |ranked| ranked.usage))
    }
}
