//! `/v1/invitations`

use std::time::Duration;

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::store::{Envelope, Kept};
use super::{Invitation, InvitationStatus, NewInvitation, store};
use crate::app::Tag;
use crate::auth::{Caller, InvitationSecret, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{
    Body, Create, Created, Deleted, Found, Get, List, Listed, Refusal, Resend, Revoke, conditional, page::default_limit,
};
use crate::idempotency_keys::once;
use crate::mail::{self, Mailer, Message};

/// The operations on invitations.
pub struct InvitationsApi {
    /// Sends them.
    pub mailer: Mailer,
    /// How long one is good for.
    pub lifetime: Duration,
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Users")]
impl InvitationsApi {
    /// List invitations
    ///
    /// Newest first. Permission: `users.manage`.
    #[oai(path = "/invitations", method = "get", operation_id = "invitations_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those that stand like this.
        status: Query<Option<InvitationStatus>>,
    ) -> Result<Json<Listed<Invitation>>, Refusal<List>> {
        caller.require(Permission::UsersManage)?;
        Ok(Json(store::list(&scope, status.0, limit.0, after.as_deref()).await?))
    }

    /// Get an invitation
    ///
    /// Permission: `users.manage`.
    #[oai(path = "/invitations/:id", method = "get", operation_id = "invitations_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Invitation>, Refusal<Get>> {
        caller.require(Permission::UsersManage)?;
        let invitation = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::InvitationNotFound))?;
        Ok(Found::new(invitation))
    }

    /// Invite somebody
    ///
    /// Sends a mail with a token for `/v1/auth/accept-invitation`. Whoever invites answers
    /// for it: what they may not do when it is accepted is not granted then.
    /// Permission: `users.manage`.
    #[oai(path = "/invitations", method = "post", operation_id = "invitations_create")]
    async fn create(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Makes a repeated request the same request.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        invitation: Body<NewInvitation>,
    ) -> Result<Created<Invitation>, Refusal<Create>> {
        caller.require(Permission::UsersManage)?;
        if !mail::is_address(&invitation.email) {
            return Err(ApiError::invalid("/email", "No mail can be sent there.").into());
        }
        // Before anything is written: what is made is sent.
        let envelope = store::envelope(&scope).await?;
        let id = Uuid::now_v7();
        let (token, kept) = self.token(&scope, id)?;
        let create = async |scope: &TenantScope| store::create(scope, id, &invitation, &kept).await;
        let created = once(&scope, "invitations_create", key.as_deref(), &invitation, create).await?;
        // A repeat has made nothing, and so sends nothing.
        if created.id == id {
            self.send(&created, &token, &envelope);
        }
        Ok(Created::new(created))
    }

    /// Send an invitation again
    ///
    /// With another token; the one before ends. An expired invitation is good again. Who
    /// sends it answers for it from now on. Permission: `users.manage`.
    #[oai(path = "/invitations/:id/resend", method = "post", operation_id = "invitations_resend")]
    async fn resend(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<Invitation>, Refusal<Resend>> {
        caller.require(Permission::UsersManage)?;
        let envelope = store::envelope(&scope).await?;
        let (token, kept) = self.token(&scope, id.0)?;
        let Some(invitation) = store::resend(&scope, id.0, &kept).await? else {
            return Err(store::why_unchanged(&scope, id.0, None).await.into());
        };
        self.send(&invitation, &token, &envelope);
        Ok(Found::new(invitation))
    }

    /// Take an invitation back
    ///
    /// Its token ends. One that was accepted stays: the user is there.
    /// Permission: `users.manage`.
    #[oai(path = "/invitations/:id", method = "delete", operation_id = "invitations_revoke")]
    async fn revoke(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
        /// The `ETag` the change is based on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Deleted, Refusal<Revoke>> {
        caller.require(Permission::UsersManage)?;
        let expected = conditional::expected_version(if_match.as_deref())?;
        match store::revoke(&scope, id.0, expected).await? {
            true => Ok(Deleted::Deleted),
            false => Err(store::why_unchanged(&scope, id.0, expected).await.into()),
        }
    }

    fn token(&self, scope: &TenantScope, id: Uuid) -> Result<(InvitationSecret, Kept), ApiError> {
        let token = InvitationSecret::generate(scope.context().organization_id, id).map_err(ApiError::internal)?;
        let kept = Kept { hash: token.hash(), lifetime: self.lifetime };
        Ok((token, kept))
    }

    fn send(&self, invitation: &Invitation, token: &InvitationSecret, envelope: &Envelope) {
        self.mailer.send(&Message::invitation(&mail::Invitation {
            to: &invitation.email,
            organization: &envelope.organization,
            inviter: envelope.inviter.as_deref().unwrap_or_default(),
            token: token.reveal(),
            expires_at: invitation.expires_at,
        }));
    }
}
