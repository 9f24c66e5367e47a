//! `/v1/guests/{id}/shares`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::Code;
use crate::http::{Archive, Body, CreateUnder, Created, Get, Listed, Refusal, conditional, page::default_limit};
use crate::idempotency_keys::once;
use crate::shares::{self, NewShare, Share, Shared, Unshared};

/// The operations on shares of guests.
pub struct GuestSharesApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Shares")]
impl GuestSharesApi {
    /// List the shares of a guest
    ///
    /// Newest first, those that have run out too. Permission: `shares.manage`.
    #[oai(path = "/guests/:id/shares", method = "get", operation_id = "guest_shares_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The guest.
        id: Path<Uuid>,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Share>>, Refusal<Get>> {
        caller.require(Permission::SharesManage)?;
        Ok(Json(shares::list(&scope, Shared::Guest(id.0), limit.0, after.as_deref()).await?))
    }

    /// Share a guest
    ///
    /// With a user or a team, who see it from now on whatever their data scope is, and with
    /// `write` may change it. Only what the caller can change can be shared. A share with
    /// the same user or team that has run out is replaced. Permission: `shares.manage`.
    #[oai(path = "/guests/:id/shares", method = "post", operation_id = "guest_shares_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The guest.
        id: Path<Uuid>,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        share: Body<NewShare>,
    ) -> Result<Created<Share>, Refusal<CreateUnder>> {
        caller.require(Permission::SharesManage)?;
        let create = async |scope: &TenantScope| shares::create(scope, Shared::Guest(id.0), &share).await;
        Ok(Created::new(once(&scope, "guest_shares_create", key.as_deref(), &share, create).await?))
    }

    /// Stop sharing a guest
    ///
    /// Whom it was shared with sees it no longer, unless their data scope shows it. Only
    /// who can change the guest can. Permission: `shares.manage`.
    #[oai(path = "/guests/:id/shares/:shareId", method = "delete", operation_id = "guest_shares_delete")]
    async fn delete(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// The guest.
        id: Path<Uuid>,
        /// The share.
        #[oai(name = "shareId")]
        share_id: Path<Uuid>,
        /// The `ETag` of the share.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Unshared, Refusal<Archive>> {
        caller.require(Permission::SharesManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        let shared = Shared::Guest(id.0);
        match shares::delete(&scope, shared, share_id.0, expected).await? {
            Some(_) => Ok(Unshared::Unshared),
            None => {
                let current = shares::get(&scope, shared, share_id.0);
                Err(conditional::why_refused(expected, Code::ShareNotFound, current).await.into())
            }
        }
    }
}
