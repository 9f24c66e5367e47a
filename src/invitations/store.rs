//! Statements on `invitations`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Invitation, InvitationStatus, NewInvitation};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Listed, Page, conditional};

impl FromRow for Invitation {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Invitation {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            role_ids: row.try_get("role_ids")?,
            team_id: row.try_get("team_id")?,
            data_scope: row.try_get("data_scope")?,
            is_org_admin: row.try_get("is_org_admin")?,
            status: row.try_get("status")?,
            invited_by: row.try_get("invited_by")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            sent_at: row.try_get("sent_at")?,
            expires_at: row.try_get("expires_at")?,
            accepted_at: row.try_get("accepted_at")?,
            revoked_at: row.try_get("revoked_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// Whom the mail of an invitation names.
pub(super) struct Envelope {
    pub(super) organization: String,
    pub(super) inviter: Option<String>,
}

impl FromRow for Envelope {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Envelope { organization: row.try_get("organization")?, inviter: row.try_get("inviter")? })
    }
}

/// A token to keep: its hash, and how long it is good for.
pub(super) struct Kept {
    pub(super) hash: [u8; 32],
    pub(super) lifetime: Duration,
}

pub(super) async fn list(
    scope: &TenantScope,
    status: Option<InvitationStatus>,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Invitation>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "invitations_list", &status, limit, after)?;
    let sql = include_str!("../../sql/queries/invitations/list.sql");
    let invitations: Vec<Invitation> =
        scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &status]).await?;
    Ok(page.close(invitations, |invitation| (invitation.created_at, invitation.id), |invitation| invitation))
}

pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Invitation>, ApiError> {
    scope.optional(include_str!("../../sql/queries/invitations/get.sql"), &[&id]).await
}

pub(super) async fn create(
    scope: &TenantScope,
    id: Uuid,
    invitation: &NewInvitation,
    token: &Kept,
) -> Result<Invitation, ApiError> {
    let NewInvitation { email, role_ids, team_id, data_scope, is_org_admin } = invitation;
    let (hash, seconds) = (&token.hash[..], token.lifetime.as_secs_f64());
    let sql = include_str!("../../sql/queries/invitations/create.sql");
    scope.one(sql, &[&id, email, role_ids, team_id, data_scope, is_org_admin, &hash, &seconds]).await
}

/// Exchanges the token; `None` where there is nothing to accept.
pub(super) async fn resend(scope: &TenantScope, id: Uuid, token: &Kept) -> Result<Option<Invitation>, ApiError> {
    let (hash, seconds) = (&token.hash[..], token.lifetime.as_secs_f64());
    scope.optional(include_str!("../../sql/queries/invitations/resend.sql"), &[&id, &hash, &seconds]).await
}

pub(super) async fn envelope(scope: &TenantScope) -> Result<Envelope, ApiError> {
    scope.one(include_str!("../../sql/queries/invitations/envelope.sql"), &[]).await
}

/// Takes one back; tells whether there was one to take back.
pub(super) async fn revoke(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> Result<bool, ApiError> {
    Ok(scope.run(include_str!("../../sql/queries/invitations/revoke.sql"), &[&id, &expected]).await? > 0)
}

/// Why there was nothing to send again or to take back.
pub(super) async fn why_unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    match get(scope, id).await {
        Ok(Some(
            Invitation { accepted_at: Some(_), version, .. } | Invitation { revoked_at: Some(_), version, .. },
        )) if expected.is_none_or(|expected| expected == version) => ApiError::new(Code::InvitationClosed),
        current => conditional::why_unchanged(expected, Code::InvitationNotFound, async { current }).await,
    }
}

/// Who accepts an invitation.
pub(crate) struct NewMember<'a> {
    pub(crate) id: Uuid,
    pub(crate) full_name: &'a str,
    pub(crate) password_hash: &'a str,
}

/// Makes a user of whoever was invited, in the scope of the inviter; tells whether that
/// version of the invitation could still be accepted. Of several at once one can.
pub(crate) async fn accept(
    scope: &TenantScope,
    id: Uuid,
    version: i32,
    member: &NewMember<'_>,
) -> Result<bool, ApiError> {
    let accept = async |scope: &TenantScope| {
        if scope.run(include_str!("../../sql/queries/invitations/accept.sql"), &[&id, &version]).await? == 0 {
            return Ok(false);
        }
        let sql = include_str!("../../sql/queries/invitations/create_user.sql");
        scope.run(sql, &[&id, &member.id, &member.full_name, &member.password_hash]).await?;
        Ok(true)
    };
    scope.transaction(accept).await
}
