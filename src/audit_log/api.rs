//! `/v1/audit-log`

use chrono::{DateTime, Utc};
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{AuditRecord, Outcome, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::http::{List, Listed, Refusal, page::default_limit};

/// Reading the audit log.
pub struct AuditLogApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Audit")]
impl AuditLogApi {
    /// List the audit log
    ///
    /// Newest first. Every change of the hotel's users, teams, roles and settings is in it, and every visit of
    /// the platform's. Permission: `audit.read`.
    #[oai(path = "/audit-log", method = "get", operation_id = "audit_log_list")]
    #[allow(clippy::too_many_arguments)] // One argument is one documented parameter.
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only what this user did.
        #[oai(name = "actorUserId")]
        actor_user_id: Query<Option<Uuid>>,
        /// Only this action: `users_update`.
        #[oai(validator(min_length = 1, max_length = 64))]
        action: Query<Option<String>>,
        /// Only what was done to this kind of thing: `users`.
        #[oai(validator(min_length = 1, max_length = 64))]
        resource: Query<Option<String>>,
        /// Only what was done to this thing.
        #[oai(name = "resourceId", validator(min_length = 1, max_length = 80))]
        resource_id: Query<Option<String>>,
        /// Only what happened at this time or later.
        from: Query<Option<DateTime<Utc>>>,
        /// Only what happened before this time.
        to: Query<Option<DateTime<Utc>>>,
        /// Only what was done, or only what was refused.
        outcome: Query<Option<Outcome>>,
    ) -> Result<Json<Listed<AuditRecord>>, Refusal<List>> {
        caller.require(Permission::AuditRead)?;
        let filter = store::Filter {
            actor_user_id: actor_user_id.0,
            action: action.0,
            resource: resource.0,
            resource_id: resource_id.0,
            from: from.0,
            to: to.0,
            outcome: outcome.0,
        };
        Ok(Json(store::list(&scope, &filter, limit.0, after.as_deref()).await?))
    }
}
