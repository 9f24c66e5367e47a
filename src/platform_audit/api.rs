//! `/v1/platform/audit`

use std::sync::Arc;

use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

use super::{Audits, PlatformAudit};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::http::{List, Refusal};

/// The operation on the audit of the catalogs.
pub struct PlatformAuditApi {
    /// Makes them, and keeps the latest.
    pub audits: Arc<Audits>,
}

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformAuditApi {
    /// Get the latest audit of row-level security
    ///
    /// What `stayzr audit lint --format json` prints, as `stayzr_platform` and with the waivers of the release. Kept for
    /// a minute, and made once however many ask. A check that could not run is in `lint.failed`: that is no clean bill.
    /// Permission: super admin.
    #[oai(path = "/audit/rls", method = "get", operation_id = "platform_audit_get")]
    async fn get(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Whether it is to be made anew: begun no earlier than this request.
        #[oai(default)]
        fresh: Query<bool>,
    ) -> Result<Json<PlatformAudit>, Refusal<List>> {
        scope.record_read().await?;
        Ok(Json(self.audits.latest(fresh.0).await?))
    }
}
