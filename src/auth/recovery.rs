//! `/v1/auth`: another password, by the current one or by mail.

use std::sync::Arc;
use std::time::Duration;

use poem::Request;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};

use super::api::address;
use super::store::{self, Account};
use super::{Attempts, Caller, Passwords, ResetSecret};
use crate::app::Tag;
use crate::db::{Accounts, Origin, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Accepted, Body, Changed, Prove, Recover, Refusal};
use crate::mail::{Mailer, Message, PasswordReset};
use crate::sessions::{self, EndReason};

/// Changing a password, and getting back in without one.
pub struct RecoveryApi {
    /// Finds accounts before a tenant is known.
    pub accounts: Accounts,
    /// Compares and hashes passwords.
    pub passwords: Passwords,
    /// Counts attempts to guess a password.
    pub attempts: Arc<Attempts>,
    /// Counts requests for mail and tries with tokens. Apart from the attempts to sign in:
    /// who asks for mail in somebody's name is not to keep them from signing in.
    pub recovery_attempts: Arc<Attempts>,
    /// Sends the tokens.
    pub mailer: Mailer,
    /// How long a token is good for.
    pub token_lifetime: Duration,
}

/// A new password, and the one it replaces.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct ChangePassword {
    /// What one signs in with so far.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub current_password: String,
    /// What to sign in with from now on.
    #[oai(validator(min_length = 10, max_length = 200))]
    pub new_password: String,
}

impl Example for ChangePassword {
    fn example() -> Self {
        ChangePassword { current_password: "stayzr-demo".into(), new_password: "correct horse battery".into() }
    }
}

/// Who forgot a password, and where.
// No Debug: whose password it is is nobody else's business.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct ForgotPassword {
    /// The slug of the hotel.
    #[oai(validator(min_length = 1, max_length = 63, pattern = "^[a-z0-9-]+$"))]
    pub organization: String,
    /// The address of the account.
    #[oai(validator(min_length = 3, max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: String,
}

impl Example for ForgotPassword {
    fn example() -> Self {
        ForgotPassword { organization: "grand-plaza".into(), email: "agent@grand-plaza.example".into() }
    }
}

/// What is said whether or not there is such an account.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct ResetPromise {
    /// If there is such an account, a mail is under way; for how many seconds its token is
    /// good.
    pub expires_in: u64,
}

/// A new password, and the token that came by mail.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct ResetPassword {
    /// The `token` of the link in the mail.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub token: String,
    /// What to sign in with from now on.
    #[oai(validator(min_length = 10, max_length = 200))]
    pub new_password: String,
}

impl Example for ResetPassword {
    fn example() -> Self {
        ResetPassword {
            token: "szp_AAAAAgGQAAAAAHAAgAAAAAAAAAI…".into(), new_password: "correct horse battery".into()
        }
    }
}

#[OpenApi(tag = "Tag::Auth")]
impl RecoveryApi {
    /// Change one's password
    ///
    /// Ends all one's sessions but this one. Permission: none but a session.
    #[oai(path = "/v1/auth/change-password", method = "post", operation_id = "auth_change_password")]
    async fn change_password(
        &self,
        request: &Request,
        origin: Origin,
        caller: Caller,
        scope: TenantScope,
        change: Body<ChangePassword>,
    ) -> Result<Changed, Refusal<Prove>> {
        let session_id = caller.session_id()?;
        let (organization_id, user_id) = (scope.context().organization_id, caller.user_id());
        // Whoever has found a signed-in browser may not try passwords on it either. A number
        // and an id are never a slug and an address, so this takes nothing from signing in.
        self.attempts.count(&organization_id.to_string(), &user_id.to_string(), address(request))?;
        let hash = store::password_hash(&self.accounts, organization_id, user_id, &origin).await?;
        if !self.passwords.verify(&change.current_password, hash).await? {
            return Err(ApiError::new(Code::WrongPassword).into());
        }
        let hash = self.passwords.hash(&change.new_password).await?;
        let replace = async |scope: &TenantScope| {
            if !store::set_password(scope, &hash).await? {
                return Err(ApiError::new(Code::Unauthenticated));
            }
            store::clear_resets(scope).await?;
            sessions::clear(scope, Some(session_id), EndReason::PasswordChanged).await
        };
        scope.transaction(replace).await?;
        Ok(Changed::Changed)
    }

    /// Ask for a new password
    ///
    /// Sends a mail with a token for `/v1/auth/reset-password`, if there is such an account
    /// and it may sign in. The answer is the same if not. Permission: none.
    #[oai(path = "/v1/auth/forgot-password", method = "post", operation_id = "auth_forgot_password")]
    async fn forgot_password(
        &self,
        request: &Request,
        origin: Origin,
        forgot: Body<ForgotPassword>,
    ) -> Result<Accepted<ResetPromise>, Refusal<Recover>> {
        let ForgotPassword { organization, email } = &*forgot;
        self.recovery_attempts.count(organization, email, address(request))?;
        let account = store::login(&self.accounts, organization, email, &origin).await?;
        // What only an account causes happens behind the answer, which so takes the same time
        // without one. The task is there in either case, for the same reason.
        let (accounts, mailer, lifetime) = (self.accounts.clone(), self.mailer.clone(), self.token_lifetime);
        tokio::spawn(async move {
            let Some(account) = account.filter(|account| account.is_active) else { return };
            if let Err(error) = send_reset(&accounts, &mailer, &account, lifetime, &origin).await {
                let reason = error.cause().unwrap_or(error.code().name());
                tracing::error!(
                    organization = account.organization_id,
                    request_id = %origin.request_id,
                    reason,
                    "a token for a new password could not be made"
                );
            }
        });
        Ok(Accepted::Accepted(Json(ResetPromise { expires_in: lifetime.as_secs() })))
    }

    /// Set a new password
    ///
    /// The token is good once. All others of the user and all sessions end with it.
    /// Permission: none.
    #[oai(path = "/v1/auth/reset-password", method = "post", operation_id = "auth_reset_password")]
    async fn reset_password(
        &self,
        request: &Request,
        origin: Origin,
        reset: Body<ResetPassword>,
    ) -> Result<Changed, Refusal<Recover>> {
        self.recovery_attempts.count_address(address(request))?;
        let refused = || ApiError::new(Code::InvalidResetToken);
        // The token says whose it is; only its hash, which the statements ask for, proves it.
        let secret = ResetSecret::read(&reset.token).ok_or_else(refused)?;
        let scope = self.accounts.own_scope(secret.organization_id(), secret.id(), &origin);
        let token_hash = secret.hash();
        // Looked at before a password is hashed, which costs more than a made-up token.
        if !store::is_reset(&scope, &token_hash).await? {
            return Err(refused().into());
        }
        let hash = self.passwords.hash(&reset.new_password).await?;
        let replace = async |scope: &TenantScope| {
            // The user's row first: it is locked, so of two that come at once the second
            // waits here, whichever token it has, and finds it used.
            if !store::set_password(scope, &hash).await? || !store::use_reset(scope, &token_hash).await? {
                return Err(refused());
            }
            sessions::clear(scope, None, EndReason::PasswordReset).await
        };
        scope.transaction(replace).await?;
        Ok(Changed::Changed)
    }
}

/// Makes a token and mails it; neither, where the account has been sent enough of them.
async fn send_reset(
    accounts: &Accounts,
    mailer: &Mailer,
    account: &Account,
    lifetime: Duration,
    origin: &Origin,
) -> Result<(), ApiError> {
    let secret = ResetSecret::generate(account.organization_id, account.user_id).map_err(ApiError::internal)?;
    // The request has its log line by now, so these statements are in nobody's count.
    let origin = Origin { statements: Arc::default(), ..origin.clone() };
    let scope = accounts.own_scope(account.organization_id, account.user_id, &origin);
    if let Some(letter) = store::create_reset(&scope, &secret.hash(), lifetime).await? {
        let (to, organization) = (&*letter.email, &*letter.organization);
        let reset = PasswordReset { to, organization, token: secret.reveal(), good_for: lifetime };
        mailer.send(&Message::password_reset(&reset));
    }
    Ok(())
}
