//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::token_key::{TokenKey, TokenKeyError};

/// Who made the token.
pub const ISSUER: &str = "stayzr";
/// Whom it is for.
pub const AUDIENCE: &str = "stayzr-api";
/// How far two servers' clocks may differ.
const LEEWAY_SECONDS: u64 = 60;
/// Verified tokens remembered at the same time.
const REMEMBERED_MAX: u64 = 100_000;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The session it belongs to.
    pub sid: Uuid,
    /// The tenant: the hotel's number, which row security compares with.
    pub org: i32,
    /// The tenant: the hotel's public identifier.
    pub tenant: Uuid,
    /// Of a super admin who visits the hotel: who is behind it (RFC 8693, section 4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
    /// Issued at, in seconds since 1970.
    pub iat: u64,
    /// Not valid before.
    pub nbf: u64,
    /// Not valid after.
    pub exp: u64,
}

/// Who is behind a token that is not their own hotel's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The super admin.
    pub sub: Uuid,
    /// The platform's own organization, where the super admin is a user.
    pub org: i32,
    /// The grant of the visit.
    pub grant: Uuid,
}

/// Why a token was refused, or could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Keys that nothing can be signed with.
    #[error(transparent)]
    Key(#[from] TokenKeyError),
    /// A token that proves nothing. The reason is for the log.
    #[error("{0}")]
    Refused(String),
    /// A token that nobody of ours signed.
    #[error("forged: {0}")]
    Forged(String),
}

/// Signs and verifies. Several keys may be valid, and one of them signs.
pub struct Tokens {
    keys: RwLock<Arc<[TokenKey]>>,
    lifetime: Duration,
    validation: Validation,
    /// By the hash of the token: a signature is checked once and not on every request.
    verified: Cache<[u8; 32], Verified>,
}

/// A token whose signature was checked.
#[derive(Clone)]
struct Verified {
    claims: Arc<Claims>,
    /// The key that signed it. Where that is valid no more the token is not either.
    key_id: Arc<str>,
}

impl Tokens {
    /// With those keys, for tokens of that lifetime.
    ///
    /// # Errors
    /// When there is no key.
    pub fn new(keys: Vec<TokenKey>, lifetime: Duration) -> Result<Self, TokenError> {
        // The algorithm is ours and never the token's word: neither `none` nor an HMAC
        // with the public key as its secret can pass.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_SECONDS;
        let verified = Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(lifetime).build();
        let tokens = Tokens { keys: RwLock::default(), lifetime, validation, verified };
        tokens.replace_keys(keys)?;
        Ok(tokens)
    }

    /// From now on these keys are valid and no others, nor what others signed.
    ///
    /// # Errors
    /// When there is no key; those before stay valid then.
    pub fn replace_keys(&self, keys: Vec<TokenKey>) -> Result<(), TokenError> {
        if keys.is_empty() {
            return Err(TokenKeyError::None.into());
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
        Ok(())
    }

    fn keys(&self) -> Arc<[TokenKey]> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long a token is good for.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// The claims of a new token of that session, from now on. What the user may do is not
    /// among them: it may change while the token lives.
    pub fn claims(&self, user: Uuid, organization_id: i32, tenant_id: Uuid, session_id: Uuid) -> Claims {
        let now = now_seconds();
        Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            sid: session_id,
            org: organization_id,
            tenant: tenant_id,
            act: None,
            iat: now,
            nbf: now,
            exp: now + self.lifetime.as_secs(),
        }
    }

    /// The claims of a visit, which lasts that many seconds.
    pub fn visit_claims(
        &self,
        actor: Actor,
        organization_id: i32,
        tenant: Uuid,
        session: Uuid,
        seconds: u64,
    ) -> Claims {
        let claims = self.claims(actor.sub, organization_id, tenant, session);
        Claims { exp: claims.iat + seconds, act: Some(actor), ..claims }
    }

    /// The signed token.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        let keys = self.keys();
        let key = TokenKey::signing(&keys, now_seconds()).ok_or(TokenKeyError::None)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id().to_owned());
        encode(&header, claims, key.encoding()).map_err(|error| TokenError::Refused(error.to_string()))
    }

    /// What a token says, once its signature, issuer, audience and times are right.
    ///
    /// # Errors
    /// When any of them is not.
    pub fn verify(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let keys = self.keys();
        if let Some(verified) = self.verified.get(&hash) {
            let is_valid = keys.iter().any(|key| key.id() == &*verified.key_id);
            if is_valid && now_seconds() < verified.claims.exp + LEEWAY_SECONDS {
                return Ok(verified.claims);
            }
            self.verified.invalidate(&hash);
        }
        let verified = self.check(token, &keys)?;
        self.verified.insert(hash, verified.clone());
        Ok(verified.claims)
    }

    fn check(&self, token: &str, keys: &[TokenKey]) -> Result<Verified, TokenError> {
        let refuse = |error: jsonwebtoken::errors::Error| match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::Forged(error.to_string()),
            _ => TokenError::Refused(error.to_string()),
        };
        let header = decode_header(token).map_err(refuse)?;
        let key = keys
            .iter()
            .find(|key| header.kid.as_deref() == Some(key.id()))
            .ok_or_else(|| TokenError::Forged("unknown key".into()))?;
        let claims = decode::<Claims>(token, key.decoding(), &self.validation).map_err(refuse)?.claims;
        Ok(Verified { claims: Arc::new(claims), key_id: key.id().into() })
    }

    /// The public keys, each with its id (RFC 7517): also of a key that is yet to sign, so
    /// that who caches them knows it by then.
    pub fn public_keys(&self) -> Vec<(String, String)> {
        self.keys().iter().map(|key| (key.id().to_owned(), key.public().to_owned())).collect()
    }
}

fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
