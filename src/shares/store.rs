//! Statements on `shares`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewShare, Share, Shared};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Listed, Page};

impl FromRow for Share {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Share {
            id: row.try_get("id")?,
            guest_id: row.try_get("guest_id")?,
            conversation_id: row.try_get("conversation_id")?,
            user_id: row.try_get("user_id")?,
            team_id: row.try_get("team_id")?,
            access: row.try_get("access")?,
            expires_at: row.try_get("expires_at")?,
            created_by: row.try_get("created_by")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

impl Shared {
    fn id(self) -> Uuid {
        match self {
            Shared::Guest(id) | Shared::Conversation(id) => id,
        }
    }

    fn absent(self) -> ApiError {
        ApiError::new(match self {
            Shared::Guest(_) => Code::GuestNotFound,
            Shared::Conversation(_) => Code::ConversationNotFound,
        })
    }

    /// Whether the caller sees it at all.
    async fn in_sight(self, scope: &TenantScope) -> Result<bool, ApiError> {
        let sql = match self {
            Shared::Guest(_) => include_str!("../../sql/queries/guests/get.sql"),
            Shared::Conversation(_) => include_str!("../../sql/queries/conversations/get.sql"),
        };
        Ok(scope.run(sql, &[&self.id()]).await? > 0)
    }
}

/// The shares of something, those that have run out too.
pub(crate) async fn list(
    scope: &TenantScope,
    shared: Shared,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Share>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "shares_list", &shared, limit, after)?;
    let sql = match shared {
        Shared::Guest(_) => include_str!("../../sql/queries/shares/list_of_guest.sql"),
        Shared::Conversation(_) => include_str!("../../sql/queries/shares/list_of_conversation.sql"),
    };
    let shares: Vec<Share> =
        scope.many(sql, &[&shared.id(), &page.rows(), &page.after_key(), &page.after_id()]).await?;
    // No share is either something that is shared with nobody or nothing at all.
    if shares.is_empty() && !shared.in_sight(scope).await? {
        return Err(shared.absent());
    }
    Ok(page.close(shares, |share| (share.created_at, share.id), |share| share))
}

/// The share of that id, of something in sight.
pub(crate) async fn get(scope: &TenantScope, shared: Shared, id: Uuid) -> Result<Option<Share>, ApiError> {
    scope.optional(include_str!("../../sql/queries/shares/get.sql"), &[&id, &shared.id()]).await
}

pub(crate) async fn create(scope: &TenantScope, shared: Shared, share: &NewShare) -> Result<Share, ApiError> {
    let NewShare { user_id, team_id, access, expires_at } = share;
    let sql = match shared {
        Shared::Guest(_) => include_str!("../../sql/queries/shares/create_of_guest.sql"),
        Shared::Conversation(_) => include_str!("../../sql/queries/shares/create_of_conversation.sql"),
    };
    let created = scope.optional(sql, &[&shared.id(), user_id, team_id, access, expires_at]).await?;
    created.ok_or_else(|| shared.absent())
}

pub(crate) async fn delete(
    scope: &TenantScope,
    shared: Shared,
    id: Uuid,
    expected: Option<i32>,
) -> Result<Option<Share>, ApiError> {
    scope.optional(include_str!("../../sql/queries/shares/delete.sql"), &[&id, &shared.id(), &expected]).await
}
