//! `/v1/platform/audit-log`

use chrono::{DateTime, Utc};
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::store::Filter;
use super::{PlatformAuditRecord, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::http::{List, Listed, Refusal, page::default_limit};

/// Reading the audit logs of all hotels.
pub struct PlatformAuditLogApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformAuditLogApi {
    /// List the audit logs of all hotels
    ///
    /// Newest first. Reading is on record as well: in the hotel's log where one hotel's is
    /// asked for, else in the platform's. Permission: super admin.
    #[oai(path = "/audit-log", method = "get", operation_id = "platform_audit_log_list")]
    #[allow(clippy::too_many_arguments)] // One argument is one documented parameter.
    async fn list(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only the log of this hotel.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<i32>>,
        /// Only what this user did.
        #[oai(name = "actorUserId")]
        actor_user_id: Query<Option<Uuid>>,
        /// Only this action: `users_update`.
        #[oai(validator(min_length = 1, max_length = 64))]
        action: Query<Option<String>>,
        /// Only what happened at this time or later.
        from: Query<Option<DateTime<Utc>>>,
        /// Only what happened before this time.
        to: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Listed<PlatformAuditRecord>>, Refusal<List>> {
        let filter = Filter {
            organization_id: organization_id.0,
            actor_user_id: actor_user_id.0,
            action: action.0,
            from: from.0,
            to: to.0,
        };
        Ok(Json(store::list(&scope, &filter, limit.0, after.as_deref()).await?))
    }
}
