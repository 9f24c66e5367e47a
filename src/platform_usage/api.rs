//! `/v1/platform/usage`

use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

use super::{PlatformUsage, PlatformUsageSort, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::http::{List, Listed, Refusal, page::default_limit};

/// The operations on what hotels use, by super admins.
pub struct PlatformUsageApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformUsageApi {
    /// List what hotels use
    ///
    /// Exact at any moment, so that pages that are fetched one after the other may each be of
    /// another. The platform's own organization is among them. Permission: super admin.
    #[oai(path = "/usage", method = "get", operation_id = "platform_usage_list")]
    async fn list(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those that use so much of some limit, such as `0.8`.
        #[oai(name = "minimumShare", validator(minimum(value = "0"), maximum(value = "1000000")))]
        minimum_share: Query<Option<f64>>,
        /// The order. By activity, a hotel without a conversation goes by when it was made.
        #[oai(default = "share")]
        sort: Query<PlatformUsageSort>,
    ) -> Result<Json<Listed<PlatformUsage>>, Refusal<List>> {
        Ok(Json(store::list(&scope, sort.0, minimum_share.0, limit.0, after.as_deref()).await?))
    }
}

fn share() -> PlatformUsageSort {
    PlatformUsageSort::Share
}
