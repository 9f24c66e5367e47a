//! `/v1/guests`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{Guest, GuestPatch, GuestSort, NewGuest, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Archive, Body, CreateUnder, CreatedOrTried, Deleted, Found, Get, List, Listed, Refusal, Update, conditional,
    page::default_limit,
};
use crate::idempotency_keys::once;
use crate::usage::{self, Metered};

/// The operations on guests.
pub struct GuestsApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Guests")]
impl GuestsApi {
    /// List guests
    ///
    /// Permission: `guests.read`.
    #[oai(path = "/guests", method = "get", operation_id = "guests_list")]
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
        /// Only those whose e-mail address or phone number begins with this, or whose name has, for each of these words,
        /// a part that begins with it or, from four letters on, differs from it by one: wrong, missing, too many, or
        /// swapped with the next. In any case, with or without accents.
        #[oai(validator(min_length = 1, max_length = 200))]
        search: Query<Option<String>>,
        /// Only those who write in this language.
        #[oai(validator(min_length = 2, max_length = 35))]
        language: Query<Option<String>>,
        /// Whether archived ones show too.
        #[oai(default)]
        archived: Query<bool>,
        /// The order.
        #[oai(default = "newest")]
        sort: Query<GuestSort>,
    ) -> Result<Json<Listed<Guest>>, Refusal<List>> {
        caller.require(Permission::GuestsRead)?;
        let filter = store::Filter { search: search.0, language: language.0, archived: archived.0 };
        Ok(Json(store::list(&scope, sort.0, &filter, limit.0, after.as_deref()).await?))
    }

    /// Get a guest
    ///
    /// Permission: `guests.read`.
    #[oai(path = "/guests/:id", method = "get", operation_id = "guests_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
    ) -> Result<Found<Guest>, Refusal<Get>> {
        caller.require(Permission::GuestsRead)?;
        let guest = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::GuestNotFound))?;
        Ok(Found::new(guest))
    }

    /// Register a guest
    ///
    /// Permission: `guests.write`.
    #[oai(path = "/guests", method = "post", operation_id = "guests_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        /// Only tells whether it would pass and what the plan would leave; the idempotency key does not count then.
        #[oai(name = "dryRun", default)]
        dry_run: Query<bool>,
        guest: Body<NewGuest>,
    ) -> Result<CreatedOrTried<Guest>, Refusal<CreateUnder>> {
        caller.require(Permission::GuestsWrite)?;
        let create = async |scope: &TenantScope| store::create(scope, &guest).await;
        if dry_run.0 {
            return Ok(CreatedOrTried::tried(usage::dry_run(&scope, Metered::Guests, create).await?));
        }
        Ok(CreatedOrTried::created(once(&scope, "guests_create", key.as_deref(), &guest, create).await?))
    }

    /// Change a guest
    ///
    /// A JSON Merge Patch. An archived guest does not change, and nobody can put one out of
    /// their own sight. Permission: `guests.write`.
    #[oai(path = "/guests/:id", method = "patch", operation_id = "guests_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<GuestPatch>,
    ) -> Result<Found<Guest>, Refusal<Update>> {
        caller.require(Permission::GuestsWrite)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(guest) => Ok(Found::new(guest)),
            None => Err(store::why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    /// Archive a guest
    ///
    /// The guest and its conversations stay readable; its addresses become free again.
    /// Permission: `guests.write`.
    #[oai(path = "/guests/:id", method = "delete", operation_id = "guests_archive")]
    async fn archive(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Deleted, Refusal<Archive>> {
        caller.require(Permission::GuestsWrite)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::archive(&scope, id.0, expected).await? {
            Some(_) => Ok(Deleted::Deleted),
            None => {
                let current = store::get(&scope, id.0);
                Err(conditional::why_refused(expected, Code::GuestNotFound, current).await.into())
            }
        }
    }
}

fn newest() -> GuestSort {
    GuestSort::Newest
}
