//! `/v1/platform/users`

use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

use super::store::Filter;
use super::{PlatformUser, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::http::{List, Listed, Refusal, page::default_limit};
use crate::users::UserStatus;

/// Looking for users across hotels.
pub struct PlatformUsersApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformUsersApi {
    /// List users of every hotel
    ///
    /// Newest first, without those who were deleted. Permission: super admin.
    #[oai(path = "/users", method = "get", operation_id = "platform_users_list")]
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
        /// Only those whose name or address begins with this, in any case.
        #[oai(validator(min_length = 1, max_length = 200))]
        search: Query<Option<String>>,
        /// Only those of this status.
        status: Query<Option<UserStatus>>,
        /// Only super admins, or only those who are none.
        #[oai(name = "superAdmin")]
        super_admin: Query<Option<bool>>,
    ) -> Result<Json<Listed<PlatformUser>>, Refusal<List>> {
        let filter = Filter { search: search.0, status: status.0, super_admin: super_admin.0 };
        Ok(Json(store::list(&scope, &filter, limit.0, after.as_deref()).await?))
    }
}
