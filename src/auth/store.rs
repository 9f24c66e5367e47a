//! The account behind a sign-in.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::db::{FromRow, SignInLookup};
use crate::error::ApiError;

/// What signing in needs to know of an account.
pub(super) struct Account {
    pub(super) organization_id: i32,
    pub(super) tenant_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) password_hash: Option<String>,
    pub(super) is_org_admin: bool,
    pub(super) is_super_admin: bool,
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
            is_org_admin: row.try_get("is_org_admin")?,
            is_super_admin: row.try_get("is_super_admin")?,
            is_active: organization_active && status == "active",
        })
    }
}

/// The account of an address at a hotel.
pub(super) async fn login(lookup: &SignInLookup, slug: &str, email: &str) -> Result<Option<Account>, ApiError> {
    Ok(lookup.find(slug, email).await?)
}
