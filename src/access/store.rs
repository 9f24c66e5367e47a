//! The questions behind an explanation.

use chrono::{DateTime, Utc};
use postgres_types::Json;
use serde::Deserialize;
use tokio_postgres::Row;
use uuid::Uuid;

use super::ResourceKind;
use crate::auth::{Member, Permission};
use crate::db::{FromRow, TenantScope, Trial};
use crate::error::ApiError;

/// What the policies say of a row to the user who is asked about.
pub(super) struct Sight {
    pub(super) visible: bool,
    /// Asked only where it is to be written.
    pub(super) writable: bool,
    /// Conversations that show the guest.
    pub(super) conversation_ids: Vec<Uuid>,
}

impl FromRow for Sight {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Sight {
            visible: row.try_get("visible")?,
            writable: row.try_get("writable")?,
            conversation_ids: row.try_get("conversation_ids")?,
        })
    }
}

/// A role that holds some of the permissions in question.
#[derive(Debug, Deserialize)]
pub(super) struct Role {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// All of its permissions.
    permissions: Vec<String>,
    /// Whether the user has it.
    pub(super) held: bool,
}

impl Role {
    /// Whether it holds one of them.
    pub(super) fn has_one_of(&self, wanted: &[Permission]) -> bool {
        wanted.iter().any(|wanted| self.permissions.iter().any(|held| held == wanted.name()))
    }
}

/// A share of the row with the user or with a team of theirs.
#[derive(Debug, Deserialize)]
pub(super) struct Shared {
    pub(super) id: Uuid,
    /// The team; none where it is with the user.
    pub(super) team_id: Option<Uuid>,
    pub(super) writes: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// Whether it has run out.
    pub(super) is_over: bool,
}

/// What the asker sees that explains the answer.
pub(super) struct Facts {
    /// Whether the user is signed in anywhere.
    pub(super) signed_in: bool,
    /// The roles that hold some of the permissions in question.
    pub(super) roles: Vec<Role>,
    pub(super) has_feature: bool,
    /// Whether the asker sees the row.
    pub(super) in_sight: bool,
    pub(super) owner_id: Option<Uuid>,
    pub(super) team_id: Option<Uuid>,
    pub(super) shares: Vec<Shared>,
    /// A conversation with the guest that both see.
    pub(super) conversation_id: Option<Uuid>,
}

impl FromRow for Facts {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Facts {
            signed_in: row.try_get("signed_in")?,
            roles: row.try_get::<_, Json<_>>("roles")?.0,
            has_feature: row.try_get("has_feature")?,
            in_sight: row.try_get("in_sight")?,
            owner_id: row.try_get("owner_id")?,
            team_id: row.try_get("team_id")?,
            shares: row.try_get::<_, Json<_>>("shares")?.0,
            conversation_id: row.try_get("conversation_id")?,
        })
    }
}

/// The row as a guest and as a conversation, one of the two.
fn columns(row: Option<(ResourceKind, Uuid)>) -> (Option<Uuid>, Option<Uuid>) {
    match row {
        Some((ResourceKind::Guest, id)) => (Some(id), None),
        Some((ResourceKind::Conversation, id)) => (None, Some(id)),
        None => (None, None),
    }
}

/// What the user sees of the row, and with `writes` whether they can write it.
pub(super) async fn sight(trial: &Trial, row: (ResourceKind, Uuid), writes: bool) -> Result<Sight, ApiError> {
    let (guest_id, conversation_id) = columns(Some(row));
    trial.one(include_str!("../../sql/queries/access/try.sql"), &[&guest_id, &conversation_id, &writes]).await
}

/// The facts, as the asker sees them.
pub(super) async fn facts(
    scope: &TenantScope,
    member: &Member,
    permissions: &[Permission],
    feature: Option<&str>,
    row: Option<(ResourceKind, Uuid)>,
    conversation_ids: &[Uuid],
) -> Result<Facts, ApiError> {
    let (guest_id, conversation_id) = columns(row);
    let permissions: Vec<&str> = permissions.iter().map(|permission| permission.name()).collect();
    let sql = include_str!("../../sql/queries/access/facts.sql");
    let standing = &member.standing;
    scope
        .one(
            sql,
            &[
                &standing.user_id,
                &permissions,
                &feature,
                &guest_id,
                &conversation_id,
                &standing.own_team_ids,
                &conversation_ids,
            ],
        )
        .await
}
