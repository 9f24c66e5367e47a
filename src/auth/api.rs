//! `/v1/auth` and the public keys.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use poem::Request;
use poem::web::RemoteAddr;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};

use super::{Attempts, Caller, Passwords, Tokens, store};
use crate::app::Tag;
use crate::db::{SignInLookup, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::observe::RequestRecord;
use crate::http::{Body, Get, Refusal, SignIn, Unguarded};
use crate::organizations::{self, Organization};
use crate::users::{self, User};

/// Signing in, and who one is.
pub struct AuthApi {
    /// Finds accounts before a tenant is known.
    pub lookup: SignInLookup,
    /// Compares passwords.
    pub passwords: Passwords,
    /// Signs tokens.
    pub tokens: Arc<Tokens>,
    /// Counts attempts.
    pub attempts: Attempts,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
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

/// A token.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessToken {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// For how many seconds it is good.
    pub expires_in: u64,
}

/// The caller.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct Me {
    /// The user.
    pub user: User,
    /// The hotel.
    pub organization: Organization,
    /// What the user may do.
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
    /// The keys.
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
        credentials: Body<Credentials>,
    ) -> Result<Json<AccessToken>, Refusal<SignIn>> {
        let Credentials { organization, email, password } = &*credentials;
        self.attempts.count(organization, email, self.address(request))?;
        count_statement(request);
        let account = store::login(&self.lookup, organization, email).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let fits = self.passwords.verify(password, hash).await?;
        let account =
            account.filter(|account| fits && account.is_active).ok_or(ApiError::new(Code::InvalidCredentials))?;
        Ok(Json(self.token(&account)?))
    }

    /// Tell who one is
    ///
    /// Permission: none but a token.
    #[oai(path = "/v1/auth/me", method = "get", operation_id = "auth_me")]
    async fn me(&self, caller: Caller, scope: TenantScope) -> Result<Json<Me>, Refusal<Get>> {
        let user = users::get(&scope, caller.claims().sub).await?.ok_or(ApiError::new(Code::UserNotFound))?;
        let organization = organizations::get(&scope).await?.ok_or(ApiError::new(Code::OrganizationNotFound))?;
        let permissions = caller.permissions().names().map(str::to_owned).collect();
        Ok(Json(Me { user, organization, permissions }))
    }

    /// Get the public keys tokens are signed with
    ///
    /// Permission: none.
    #[oai(path = "/.well-known/jwks.json", method = "get", operation_id = "auth_keys")]
    async fn keys(&self) -> Result<Json<PublicKeys>, Refusal<Unguarded>> {
        let key = |(id, public): (&str, &str)| PublicKey {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            alg: "EdDSA".into(),
            usage: "sig".into(),
            kid: id.into(),
            x: public.into(),
        };
        Ok(Json(PublicKeys { keys: self.tokens.public_keys().map(key).collect() }))
    }
}

impl AuthApi {
    fn token(&self, account: &store::Account) -> Result<AccessToken, ApiError> {
        let claims = self.tokens.claims(
            account.user_id,
            account.organization_id,
            account.tenant_id,
            account.is_org_admin,
            account.is_super_admin,
        );
        Ok(AccessToken {
            access_token: self.tokens.sign(&claims).map_err(ApiError::internal)?,
            token_type: "Bearer".into(),
            expires_in: self.tokens.lifetime().as_secs(),
        })
    }

    /// The address of the client: the peer's, or what a trusted proxy says of it. Only
    /// the last entry counts; the client may have written the others.
    fn address(&self, request: &Request) -> Option<IpAddr> {
        let RemoteAddr(remote) = request.remote_addr();
        let peer = remote.as_socket_addr()?.ip();
        if !self.trusted_proxies.contains(&peer) {
            return Some(peer);
        }
        let forwarded = request.header("X-Forwarded-For").and_then(|list| list.rsplit(',').next());
        forwarded.and_then(|entry| entry.trim().parse().ok()).or(Some(peer))
    }
}

/// Signing in has no tenant scope that would count its one statement for the log line.
fn count_statement(request: &Request) {
    if let Some(record) = request.extensions().get::<RequestRecord>() {
        record.statements.fetch_add(1, Ordering::Relaxed);
    }
}
