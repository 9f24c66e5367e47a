//! Accounts: the one behind a sign-in, what sets its password, and what one begins with.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_postgres::Row;
use uuid::Uuid;

use super::acceptance::{Inviter, Offer};
use super::standing::OfMember;
use crate::db::{Accounts, FromRow, Origin, TenantScope};
use crate::error::ApiError;

/// What signing in needs to know of an account.
pub struct Account {
    pub(super) organization_id: i32,
    pub(super) tenant_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) password_hash: Option<String>,
    /// Both the hotel and the user may sign in.
    pub(super) is_active: bool,
}

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let organization_active: bool = row.try_get("organization_active")?;
        let status: &str = row.try_get("status")?;
        Ok(Account {
            organization_id: row.try_get("organization_id")?,
            tenant_id: row.try_get("tenant_id")?,
            user_id: row.try_get("user_id")?,
            password_hash: row.try_get("password_hash")?,
            is_active: organization_active && status == "active",
        })
    }
}

/// The account of an address at a hotel. Counted for the log line: no scope does it.
pub(super) async fn login(
    accounts: &Accounts,
    slug: &str,
    email: &str,
    origin: &Origin,
) -> Result<Option<Account>, ApiError> {
    origin.statements.fetch_add(1, Ordering::Relaxed);
    let sql = include_str!("../../sql/queries/auth/login.sql");
    Ok(accounts.ask(sql, "login", &[slug, email], &[&slug, &email]).await?)
}

/// A hash as it is kept.
struct KeptHash(Option<String>);

impl FromRow for KeptHash {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get("password_hash").map(KeptHash)
    }
}

/// The hash of a member who may sign in. Counted for the log line: no scope does it.
pub(super) async fn password_hash(
    accounts: &Accounts,
    organization_id: i32,
    user_id: Uuid,
    origin: &Origin,
) -> Result<Option<String>, ApiError> {
    origin.statements.fetch_add(1, Ordering::Relaxed);
    let sql = include_str!("../../sql/queries/auth/password.sql");
    let fields = [&*organization_id.to_string(), &*user_id.to_string()];
    let kept: Option<KeptHash> = accounts.ask(sql, "password", &fields, &[&organization_id, &user_id]).await?;
    Ok(kept.and_then(|KeptHash(hash)| hash))
}

/// Sets the password of the user of the scope; tells whether they may sign in at all.
pub(super) async fn set_password(scope: &TenantScope, hash: &str) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/auth/set_password.sql"), &[&hash]).await? > 0)
}

/// Where a token for a new password goes.
pub(super) struct ResetLetter {
    pub(super) email: String,
    pub(super) organization: String,
}

impl FromRow for ResetLetter {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(ResetLetter { email: row.try_get("email")?, organization: row.try_get("organization")? })
    }
}

/// Keeps a token of the user of the scope. `None` for who may not sign in, or has been sent
/// enough of them.
pub(super) async fn create_reset(
    scope: &TenantScope,
    hash: &[u8; 32],
    lifetime: Duration,
) -> Result<Option<ResetLetter>, ApiError> {
    let sql = include_str!("../../sql/queries/password_resets/create.sql");
    scope.optional(sql, &[&&hash[..], &lifetime.as_secs_f64()]).await
}

/// Whether a token would do.
pub(super) async fn is_reset(scope: &TenantScope, hash: &[u8; 32]) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/password_resets/get.sql"), &[&&hash[..]]).await? > 0)
}

/// Uses a token, and all others of its user up with it; tells whether it did.
pub(super) async fn use_reset(scope: &TenantScope, hash: &[u8; 32]) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/password_resets/use.sql"), &[&&hash[..]]).await? > 0)
}

/// Uses up all tokens of the user of the scope.
pub(super) async fn clear_resets(scope: &TenantScope) -> Result<(), ApiError> {
    scope.run(include_str!("../../sql/queries/password_resets/clear.sql"), &[]).await.map(drop)
}

impl FromRow for Offer {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (invited_by, status): (Option<Uuid>, Option<&str>) =
            (row.try_get("invited_by")?, row.try_get("user_status")?);
        let inviter = match (invited_by, status) {
            (None, _) => Inviter::Platform,
            (Some(_), None) => Inviter::Gone,
            (Some(user_id), Some(_)) => Inviter::Member(Box::new(OfMember::from_row(row)?.standing(user_id))),
        };
        Ok(Offer {
            hash: row.try_get("hash")?,
            version: row.try_get("version")?,
            tenant_id: row.try_get("tenant_id")?,
            organization_active: row.try_get("organization_active")?,
            inviter,
        })
    }
}

/// An invitation that can still be accepted. Counted for the log line: no scope does it.
pub(super) async fn offer(
    accounts: &Accounts,
    organization_id: i32,
    invitation: Uuid,
    origin: &Origin,
) -> Result<Option<Offer>, ApiError> {
    origin.statements.fetch_add(1, Ordering::Relaxed);
    let sql = include_str!("../../sql/queries/auth/invitation.sql");
    let fields = [&*organization_id.to_string(), &*invitation.to_string()];
    Ok(accounts.ask(sql, "invitation", &fields, &[&organization_id, &invitation]).await?)
}
