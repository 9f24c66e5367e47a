//! `/v1/organization/alerts`

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::store::Filter;
use super::{UsageAlert, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Acknowledge, List, Listed, Refusal, page::default_limit};
use crate::usage::Metered;

/// The operations on alerts.
pub struct UsageAlertsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Organization")]
impl UsageAlertsApi {
    /// List alerts
    ///
    /// Newest first. One is raised when 80, 90 and 100 hundredths of a limit are reached and when
    /// the forecast passes it, once for each limit and period, and mailed to those who manage the
    /// subscription. Permission: `subscription.read`.
    #[oai(path = "/organization/alerts", method = "get", operation_id = "usage_alerts_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those that somebody acknowledged, or only those that nobody did.
        acknowledged: Query<Option<bool>>,
        /// Only those about this.
        resource: Query<Option<Metered>>,
    ) -> Result<Json<Listed<UsageAlert>>, Refusal<List>> {
        caller.require(Permission::SubscriptionRead)?;
        let filter = Filter { acknowledged: acknowledged.0, resource: resource.0 };
        Ok(Json(store::list(&scope, &filter, limit.0, after.as_deref()).await?))
    }

    /// Acknowledge an alert
    ///
    /// Says that somebody knows and takes care of it. Done again it changes nothing: whoever was
    /// first stays. Permission: `subscription.manage`.
    #[oai(path = "/organization/alerts/:id/acknowledge", method = "post", operation_id = "usage_alerts_acknowledge")]
    async fn acknowledge(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Json<UsageAlert>, Refusal<Acknowledge>> {
        caller.require(Permission::SubscriptionManage)?;
        let alert = store::acknowledge(&scope, id.0).await?;
        Ok(Json(alert.ok_or(ApiError::new(Code::UsageAlertNotFound))?))
    }
}
