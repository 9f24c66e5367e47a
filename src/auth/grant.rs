//! Handing out tokens: at sign-in, and for a refresh token.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::api::TokenPair;
use super::secret::RefreshSecret;
use super::store::Account;
use super::{Claims, Tokens};
use crate::db::{Accounts, Origin};
use crate::error::{ApiError, Code};
use crate::sessions::{self, NewSession, Refreshed};

/// The longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 300;

/// Hands out tokens.
#[derive(Clone)]
pub struct TokenGrant {
    tokens: Arc<Tokens>,
    accounts: Accounts,
    session_lifetime: Duration,
}

impl TokenGrant {
    /// Signs with those keys; sessions end by themselves after that time.
    pub fn new(tokens: Arc<Tokens>, accounts: Accounts, session_lifetime: Duration) -> Self {
        TokenGrant { tokens, accounts, session_lifetime }
    }

    /// Begins a session of an account whose password fitted.
    pub(super) async fn begin(
        &self,
        account: &Account,
        user_agent: Option<&str>,
        origin: &Origin,
    ) -> Result<TokenPair, ApiError> {
        let Account { organization_id, tenant_id, user_id, .. } = *account;
        let refresh = RefreshSecret::generate(organization_id, user_id).map_err(ApiError::internal)?;
        let user_agent: Option<String> = user_agent.map(|agent| agent.chars().take(USER_AGENT_MAX).collect());
        let session = NewSession {
            id: Uuid::now_v7(),
            user_agent: user_agent.as_deref().filter(|agent| !agent.is_empty()),
            address: Some(&*origin.address).filter(|address| !address.is_empty()),
            lifetime: self.session_lifetime,
            refresh_hash: refresh.hash(),
        };
        let scope = self.accounts.own_scope(organization_id, user_id, origin);
        sessions::create(&scope, &session).await?;
        self.pair(&self.tokens.claims(user_id, organization_id, tenant_id, session.id), &refresh)
    }

    /// Exchanges a refresh token.
    ///
    /// # Errors
    /// 401 `invalid_refresh_token` when it was never one, was used before, or its session
    /// is over.
    pub(super) async fn renew(&self, text: &str, origin: &Origin) -> Result<TokenPair, ApiError> {
        let refused = || ApiError::new(Code::InvalidRefreshToken);
        let secret = RefreshSecret::read(text).ok_or_else(refused)?;
        // The token says whose it is; only its hash proves it. Until then nothing but this
        // one statement runs in the user's name.
        let (organization_id, user_id) = (secret.organization_id(), secret.id());
        let next = RefreshSecret::generate(organization_id, user_id).map_err(ApiError::internal)?;
        let scope = self.accounts.own_scope(organization_id, user_id, origin);
        match sessions::refresh(&scope, &secret.hash(), &next.hash()).await? {
            Refreshed::Session { session_id, tenant_id } => {
                self.pair(&self.tokens.claims(user_id, organization_id, tenant_id, session_id), &next)
            }
            Refreshed::Reused { session_id } => {
                tracing::warn!(
                    alarm = "refresh_token_reused",
                    organization = organization_id,
                    %user_id,
                    %session_id,
                    request_id = %origin.request_id,
                    "a refresh token came twice; its session is ended"
                );
                Err(refused())
            }
            Refreshed::Refused => Err(refused()),
        }
    }

    fn pair(&self, claims: &Claims, refresh: &RefreshSecret) -> Result<TokenPair, ApiError> {
        Ok(TokenPair {
            access_token: self.tokens.sign(claims).map_err(ApiError::internal)?,
            token_type: "Bearer".into(),
            expires_in: self.tokens.lifetime().as_secs(),
            refresh_token: refresh.reveal().to_owned(),
        })
    }
}
