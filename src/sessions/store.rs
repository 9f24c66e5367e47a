//! Statements on `sessions` and `refresh_tokens`. All of them are about the sessions of
//! the user of the scope.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::Session;
use crate::db::{FromRow, TenantScope};
use crate::error::ApiError;
use crate::http::{Listed, Page};
use crate::text_enum::text_enum;

text_enum! {
    /// Why a session ended.
    EndReason {
        /// Its user signed out.
        Logout "logout",
        /// Its user ended it from another one.
        Ended "ended",
        /// Its user set another password in another one.
        PasswordChanged "password_changed",
        /// Its user set a new password by mail.
        PasswordReset "password_reset",
    }
}

impl FromRow for Session {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Session {
            id: row.try_get("id")?,
            current: false,
            user_agent: row.try_get("user_agent")?,
            address: row.try_get("address")?,
            created_at: row.try_get("created_at")?,
            last_used_at: row.try_get("last_used_at")?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

/// A session to begin.
pub(crate) struct NewSession<'a> {
    pub(crate) id: Uuid,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    pub(crate) lifetime: Duration,
    /// Of its first refresh token.
    pub(crate) refresh_hash: [u8; 32],
}

/// What became of a refresh token.
pub(crate) enum Refreshed {
    /// It was exchanged.
    Session {
        /// The session it belongs to.
        session_id: Uuid,
        /// The hotel's public identifier.
        tenant_id: Uuid,
    },
    /// It had been used before, so the session is ended now.
    Reused {
        /// The session it belonged to.
        session_id: Uuid,
    },
    /// It was never one, or its session is over.
    Refused,
}

impl FromRow for Refreshed {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(match row.try_get("outcome")? {
            "refreshed" => {
                Refreshed::Session { session_id: row.try_get("session_id")?, tenant_id: row.try_get("tenant_id")? }
            }
            "reused" => Refreshed::Reused { session_id: row.try_get("session_id")? },
            _ => Refreshed::Refused,
        })
    }
}

pub(crate) async fn create(scope: &TenantScope, session: &NewSession<'_>) -> Result<(), ApiError> {
    let NewSession { id, user_agent, address, lifetime, refresh_hash } = session;
    let sql = include_str!("../../sql/queries/sessions/create.sql");
    scope.run(sql, &[id, user_agent, address, &lifetime.as_secs_f64(), &&refresh_hash[..]]).await.map(drop)
}

/// Exchanges a refresh token, given by its hash, for the one of the other hash.
pub(crate) async fn refresh(scope: &TenantScope, hash: &[u8; 32], next: &[u8; 32]) -> Result<Refreshed, ApiError> {
    scope.one(include_str!("../../sql/queries/sessions/refresh.sql"), &[&&hash[..], &&next[..]]).await
}

pub(super) async fn list(
    scope: &TenantScope,
    current: Uuid,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Session>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "sessions_list", &scope.context().user_id, limit, after)?;
    let sql = include_str!("../../sql/queries/sessions/list.sql");
    let sessions: Vec<Session> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id()]).await?;
    let mark = |session: Session| Session { current: session.id == current, ..session };
    Ok(page.close(sessions, |session| (session.created_at, session.id), mark))
}

/// Ends one; tells whether there is such a session.
pub(crate) async fn end(scope: &TenantScope, id: Uuid, reason: EndReason) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/sessions/delete.sql"), &[&id, &reason]).await? > 0)
}

/// Ends all but one, or all.
pub(crate) async fn clear(scope: &TenantScope, but: Option<Uuid>, reason: EndReason) -> Result<(), ApiError> {
    scope.run(include_str!("../../sql/queries/sessions/clear.sql"), &[&but, &reason]).await.map(drop)
}
