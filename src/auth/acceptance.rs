//! `/v1/auth/accept-invitation`

use std::sync::Arc;

use poem::Request;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::api::{TokenPair, address};
use super::grant::TokenGrant;
use super::standing::Standing;
use super::store::{self, Account};
use super::{Attempts, InvitationSecret, Passwords, Permission, Permissions};
use crate::app::Tag;
use crate::db::{Accounts, Origin};
use crate::error::{ApiError, Code};
use crate::http::{Body, Redeem, Refusal};
use crate::invitations::{self, NewMember};
use crate::tenancy::{TenantContext, Via};
use crate::users::DataScope;

/// Becoming a user.
pub struct AcceptanceApi {
    /// Finds invitations before a tenant is known.
    pub accounts: Accounts,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Hands out tokens.
    pub grant: TokenGrant,
    /// Counts tries with tokens.
    pub attempts: Arc<Attempts>,
}

/// Who accepts an invitation, and the token that came by mail.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct AcceptInvitation {
    /// The `token` of the link in the mail.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub token: String,
    /// One's name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub full_name: String,
    /// What to sign in with from now on.
    #[oai(validator(min_length = 10, max_length = 200))]
    pub password: String,
}

impl Example for AcceptInvitation {
    fn example() -> Self {
        AcceptInvitation {
            token: "szi_AAAAAgGQAAAAAHAAgAAAAAAAAAI…".into(),
            full_name: "Nora Lindqvist".into(),
            password: "correct horse battery".into(),
        }
    }
}

/// An invitation that can be accepted, if its inviter may still invite.
pub(super) struct Offer {
    pub(super) hash: Vec<u8>,
    /// The version that hash is of.
    pub(super) version: i32,
    pub(super) tenant_id: Uuid,
    pub(super) organization_active: bool,
    pub(super) inviter: Inviter,
}

/// Who answers for what an invitation offers.
pub(super) enum Inviter {
    /// The platform, for the first administrator of a hotel.
    Platform,
    /// A member, with what they may do at this moment.
    Member(Box<Standing>),
    /// Somebody who is not there any more.
    Gone,
}

impl Offer {
    /// The context to accept it in. `None` when nobody who may invite answers for it.
    fn context(&self, organization_id: i32, new_user: Uuid, origin: &Origin) -> Option<TenantContext> {
        match &self.inviter {
            Inviter::Member(standing)
                if standing.user_active && standing.permissions.contains(Permission::UsersManage) =>
            {
                Some(standing.context(organization_id, Via::Session, &origin.request_id, &origin.address))
            }
            // Nobody at the hotel has a name to do it in; the audit log has the new user's.
            Inviter::Platform => Some(TenantContext {
                organization_id,
                user_id: new_user,
                data_scope: DataScope::All,
                permissions: Permissions::all(),
                request_id: origin.request_id.to_string(),
                address: origin.address.clone(),
                ..TenantContext::nobody()
            }),
            Inviter::Member(_) | Inviter::Gone => None,
        }
    }
}

#[OpenApi(tag = "Tag::Auth")]
impl AcceptanceApi {
    /// Accept an invitation
    ///
    /// Makes the user, with all that was offered, and signs in. Whoever invited must still
    /// be allowed to grant it. The token is good once. Permission: none.
    #[oai(path = "/v1/auth/accept-invitation", method = "post", operation_id = "auth_accept_invitation")]
    async fn accept_invitation(
        &self,
        request: &Request,
        origin: Origin,
        acceptance: Body<AcceptInvitation>,
    ) -> Result<Json<TokenPair>, Refusal<Redeem>> {
        self.attempts.count_address(address(request))?;
        let secret = InvitationSecret::read(&acceptance.token).ok_or_else(refused)?;
        let offer = store::offer(&self.accounts, secret.organization_id(), secret.id(), &origin).await?;
        let offer = offer.filter(|offer| secret.fits(&offer.hash) && offer.organization_active).ok_or_else(refused)?;
        let account = self.make_user(&secret, &offer, &acceptance, &origin).await?;
        Ok(Json(self.grant.begin(&account, request.header("User-Agent"), &origin).await?))
    }
}

impl AcceptanceApi {
    /// The new user, in the context of who invited them.
    async fn make_user(
        &self,
        secret: &InvitationSecret,
        offer: &Offer,
        acceptance: &AcceptInvitation,
        origin: &Origin,
    ) -> Result<Account, ApiError> {
        let (organization_id, tenant_id, user_id) = (secret.organization_id(), offer.tenant_id, Uuid::now_v7());
        let context = offer.context(organization_id, user_id, origin).ok_or_else(refused)?;
        let hash = self.passwords.hash(&acceptance.password).await?;
        let scope = self.accounts.inviter_scope(context, origin);
        let member = NewMember { id: user_id, full_name: &acceptance.full_name, password_hash: &hash };
        match invitations::accept(&scope, secret.id(), offer.version, &member).await {
            Ok(true) => Ok(Account { organization_id, tenant_id, user_id, password_hash: None, is_active: true }),
            Ok(false) => Err(refused()),
            // The inviter may not grant all of it any more. Whoever was invited cannot help
            // that, and is not told what the inviter may do.
            Err(error) if matches!(error.code(), Code::PermissionEscalation | Code::PermissionDenied) => Err(refused()),
            Err(error) => Err(error),
        }
    }
}

/// One answer for every token that makes nobody a user.
fn refused() -> ApiError {
    ApiError::new(Code::InvalidInvitationToken)
}
