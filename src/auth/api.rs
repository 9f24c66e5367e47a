//! `/v1/auth` and the public keys.

use std::sync::Arc;

use poem::Request;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};

use super::grant::TokenGrant;
use super::{Attempts, Caller, Passwords, Tokens, store};
use crate::app::Tag;
use crate::db::{Accounts, Origin, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::address::ClientAddress;
use crate::http::{Body, Clear, Deleted, Get, Refusal, SignIn, Unguarded};
use crate::organizations::{self, Organization};
use crate::platform_grants::{self, PlatformGrant};
use crate::sessions::{self, EndReason};
use crate::users::{self, User};

/// Signing in and out, and who one is.
pub struct AuthApi {
    /// Finds accounts before a tenant is known.
    pub accounts: Accounts,
    /// Compares passwords.
    pub passwords: Passwords,
    /// Publishes its keys.
    pub tokens: Arc<Tokens>,
    /// Hands out tokens.
    pub grant: TokenGrant,
    /// Counts attempts.
    pub attempts: Arc<Attempts>,
}

/// Who wants to sign in, and where.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct Credentials {
    /// The slug of the hotel.
    #[oai(validator(min_length = 1, max_length = 63, pattern = "^[a-z0-9-]+$"))]
    pub organization: String,
    /// The address of the account.
    #[oai(validator(min_length = 3, max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: String,
    /// Its password.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub password: String,
}

impl Example for Credentials {
    fn example() -> Self {
        Credentials {
            organization: "grand-plaza".into(),
            email: "agent@grand-plaza.example".into(),
            password: "stayzr-demo".into(),
        }
    }
}

/// A refresh token.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct Refresh {
    /// The `refreshToken` of the last answer. It is good once: one that comes again ends
    /// the session, because somebody else may have it.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub refresh_token: String,
}

impl Example for Refresh {
    fn example() -> Self {
        Refresh { refresh_token: "szr_AAAAAgGQAAAAAHAAgAAAAAAAAAI…".into() }
    }
}

/// Tokens.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub struct TokenPair {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// For how many seconds the access token is good.
    pub expires_in: u64,
    /// Exchange it for new tokens, once.
    pub refresh_token: String,
}

/// The caller.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct Me {
    /// The user; null on a visit, because a super admin is none of the hotel's.
    #[oai(nullable)]
    pub user: Option<User>,
    /// On a visit of a super admin: the grant it is by. Null for everybody else.
    #[oai(nullable)]
    pub visit: Option<PlatformGrant>,
    /// The hotel.
    pub organization: Organization,
    /// What the caller may do.
    pub permissions: Vec<String>,
}

/// A public key (RFC 8037).
#[derive(Debug, Object)]
pub struct PublicKey {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[oai(rename = "use")]
    pub usage: String,
    /// The name tokens give in their header.
    pub kid: String,
    /// The key, in base64url.
    pub x: String,
}

/// Public keys (RFC 7517).
#[derive(Debug, Object)]
pub struct PublicKeys {
    /// The keys. While one is replaced by another there are both.
    pub keys: Vec<PublicKey>,
}

#[OpenApi(tag = "Tag::Auth")]
impl AuthApi {
    /// Sign in
    ///
    /// An unknown hotel, an unknown address and a wrong password get the same answer
    /// after the same time. Permission: none.
    #[oai(path = "/v1/auth/login", method = "post", operation_id = "auth_login")]
    async fn login(
        &self,
        request: &Request,
        origin: Origin,
        credentials: Body<Credentials>,
    ) -> Result<Json<TokenPair>, Refusal<SignIn>> {
        let Credentials { organization, email, password } = &*credentials;
        self.attempts.count(organization, email, address(request))?;
        let account = store::login(&self.accounts, organization, email, &origin).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let fits = self.passwords.verify(password, hash).await?;
        let account =
            account.filter(|account| fits && account.is_active).ok_or(ApiError::new(Code::InvalidCredentials))?;
        Ok(Json(self.grant.begin(&account, request.header("User-Agent"), &origin).await?))
    }

    /// Get new tokens
    ///
    /// The refresh token is good once; the answer has the next one. One that comes again
    /// ends its session for whoever holds a token of it. Permission: none.
    #[oai(path = "/v1/auth/refresh", method = "post", operation_id = "auth_refresh")]
    async fn refresh(
        &self,
        request: &Request,
        origin: Origin,
        refresh: Body<Refresh>,
    ) -> Result<Json<TokenPair>, Refusal<SignIn>> {
        self.attempts.count_address(address(request))?;
        Ok(Json(self.grant.renew(&refresh.refresh_token, &origin).await?))
    }

    /// Sign out
    ///
    /// Ends the session. Permission: none but a session.
    #[oai(path = "/v1/auth/logout", method = "post", operation_id = "auth_logout")]
    async fn logout(&self, caller: Caller, scope: TenantScope) -> Result<Deleted, Refusal<Clear>> {
        sessions::end(&scope, caller.session_id()?, EndReason::Logout).await?;
        Ok(Deleted::Deleted)
    }

    /// Sign out everywhere
    ///
    /// Ends all one's sessions, this one too. Permission: none but a session.
    #[oai(path = "/v1/auth/logout-all", method = "post", operation_id = "auth_logout_all")]
    async fn logout_all(&self, caller: Caller, scope: TenantScope) -> Result<Deleted, Refusal<Clear>> {
        caller.session_id()?;
        sessions::clear(&scope, None, EndReason::Logout).await?;
        Ok(Deleted::Deleted)
    }

    /// Switch back
    ///
    /// Ends the visit this token is of; one's own token goes on. Permission: none but a visit.
    #[oai(path = "/v1/auth/switch-back", method = "post", operation_id = "auth_switch_back")]
    async fn switch_back(&self, caller: Caller, scope: TenantScope) -> Result<Deleted, Refusal<Clear>> {
        caller.require_visit()?;
        platform_grants::end_current(&scope).await?;
        Ok(Deleted::Deleted)
    }

    /// Tell who one is
    ///
    /// On a visit `user` is null and `visit` tells of the grant. Permission: none but a token.
    #[oai(path = "/v1/auth/me", method = "get", operation_id = "auth_me")]
    async fn me(&self, caller: Caller, scope: TenantScope) -> Result<Json<Me>, Refusal<Get>> {
        let (user, visit) = if caller.grant_id().is_some() {
            (None, Some(platform_grants::current(&scope).await?.ok_or(ApiError::new(Code::Unauthenticated))?))
        } else {
            let user = users::get(&scope, caller.user_id()).await?;
            (Some(user.ok_or(ApiError::new(Code::UserNotFound))?), None)
        };
        let organization = organizations::get(&scope).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?;
        let permissions = caller.permissions().names().map(str::to_owned).collect();
        Ok(Json(Me { user, visit, organization, permissions }))
    }

    /// Get the public keys tokens are signed with
    ///
    /// Permission: none.
    #[oai(path = "/.well-known/jwks.json", method = "get", operation_id = "auth_keys")]
    async fn keys(&self) -> Result<Json<PublicKeys>, Refusal<Unguarded>> {
        let key = |(kid, x)| PublicKey {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            alg: "EdDSA".into(),
            usage: "sig".into(),
            kid,
            x,
        };
        Ok(Json(PublicKeys { keys: self.tokens.public_keys().into_iter().map(key).collect() }))
    }
}

/// Where the request comes from, for counting attempts.
pub(super) fn address(request: &Request) -> Option<std::net::IpAddr> {
    request.extensions().get::<ClientAddress>().and_then(|address| address.0)
}
