//! The account behind a sign-in.

use std::sync::atomic::Ordering;

use tokio_postgres::Row;
use uuid::Uuid;

use crate::db::{Accounts, FromRow, Origin};
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
