//! `/v1/users`

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{NewUser, User, UserPatch, UserSort, UserStatus, store};
use crate::app::Tag;
use crate::auth::{Caller, Passwords, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, CreateUnder, CreatedOrTried, Found, Get, List, Listed, Refusal, Remove, Removed, Update, conditional,
    page::default_limit,
};
use crate::idempotency_keys::once;
use crate::usage::{self, Metered};

/// The operations on users.
pub struct UsersApi {
    /// Hashes the passwords of new users.
    pub passwords: Passwords,
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Users")]
impl UsersApi {
    /// List users
    ///
    /// Permission: `users.read`.
    #[oai(path = "/users", method = "get", operation_id = "users_list")]
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
        /// Only those whose name or address begins with this, in any case.
        #[oai(validator(min_length = 1, max_length = 200))]
        search: Query<Option<String>>,
        /// Only those with this status.
        status: Query<Option<UserStatus>>,
        /// The order.
        #[oai(default = "newest")]
        sort: Query<UserSort>,
    ) -> Result<Json<Listed<User>>, Refusal<List>> {
        caller.require(Permission::UsersRead)?;
        let filter = store::Filter { search: search.0, status: status.0 };
        Ok(Json(store::list(&scope, sort.0, &filter, limit.0, after.as_deref()).await?))
    }

    /// Get a user
    ///
    /// Permission: `users.read`.
    #[oai(path = "/users/:id", method = "get", operation_id = "users_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
    ) -> Result<Found<User>, Refusal<Get>> {
        caller.require(Permission::UsersRead)?;
        let user = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::UserNotFound))?;
        Ok(Found::new(user))
    }

    /// Add a user
    ///
    /// They are given nothing that who adds them does not have (403). Permission: `users.manage`.
    #[oai(path = "/users", method = "post", operation_id = "users_create")]
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
        user: Body<NewUser>,
    ) -> Result<CreatedOrTried<User>, Refusal<CreateUnder>> {
        caller.require(Permission::UsersManage)?;
        let hash = self.passwords.hash(&user.password).await?;
        let create = async |scope: &TenantScope| store::create(scope, &user, &hash).await;
        if dry_run.0 {
            return Ok(CreatedOrTried::tried(usage::dry_run(&scope, Metered::Users, create).await?));
        }
        Ok(CreatedOrTried::created(once(&scope, "users_create", key.as_deref(), &user, create).await?))
    }

    /// Change a user
    ///
    /// A JSON Merge Patch. They are given nothing that who changes them does not have (403),
    /// and the last active administrator stays one (409). Permission: `users.manage`.
    #[oai(path = "/users/:id", method = "patch", operation_id = "users_update")]
    async fn update(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<UserPatch>,
    ) -> Result<Found<User>, Refusal<Update>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::update(&scope, id.0, expected, &patch).await? {
            Some(user) => Ok(Found::new(user)),
            None => {
                Err(conditional::why_unchanged(expected, Code::UserNotFound, store::get(&scope, id.0)).await.into())
            }
        }
    }

    /// Delete a user
    ///
    /// What they own goes to whoever `handOverTo` names; without it, somebody who owns
    /// something stays (409), and so does the last active administrator. Their roles and
    /// memberships end and their address is free again. What they wrote stays theirs.
    /// Permission: `users.manage`.
    #[oai(path = "/users/:id", method = "delete", operation_id = "users_delete")]
    async fn delete(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Who.
        id: Path<Uuid>,
        /// An active user who gets what they own.
        #[oai(name = "handOverTo")]
        hand_over_to: Query<Option<Uuid>>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Removed, Refusal<Remove>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        if hand_over_to.0 == Some(id.0) {
            return Err(ApiError::invalid("handOverTo", "This is the user to delete.").into());
        }
        store::delete(&scope, id.0, expected, hand_over_to.0).await?;
        Ok(Removed::Removed)
    }
}

fn newest() -> UserSort {
    UserSort::Newest
}
