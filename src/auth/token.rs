//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

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

/// Why a token or key was refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A key that is not Ed25519 in PKCS#8.
    #[error("the token key is not an Ed25519 private key in PKCS#8 (PEM): {0}")]
    Key(String),
    /// A token that proves nothing. The reason is for the log.
    #[error("{0}")]
    Refused(String),
    /// A token that nobody of ours signed.
    #[error("forged: {0}")]
    Forged(String),
}

/// A signing key. Its id is its thumbprint (RFC 7638), so a key has one name everywhere.
pub struct TokenKey {
    id: String,
    public: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl TokenKey {
    /// A key from PKCS#8, in PEM or DER.
    ///
    /// # Errors
    /// When it is no Ed25519 key.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, TokenError> {
        let refuse = |reason: &dyn std::fmt::Display| TokenError::Key(reason.to_string());
        let der = match std::str::from_utf8(bytes).ok().filter(|text| text.trim_start().starts_with("-----BEGIN")) {
            Some(text) => {
                let body: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
                base64::prelude::BASE64_STANDARD.decode(body).map_err(|error| refuse(&error))?
            }
            None => bytes.to_vec(),
        };
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|error| refuse(&error))?;
        let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#));
        Ok(TokenKey {
            id: BASE64_URL_SAFE_NO_PAD.encode(thumbprint),
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_components(&public).map_err(|error| refuse(&error))?,
            public,
        })
    }

    /// A new key, as PKCS#8 DER, to keep.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate_pkcs8() -> Result<Vec<u8>, TokenError> {
        Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
            .map(|document| document.as_ref().to_vec())
            .map_err(|error| TokenError::Key(error.to_string()))
    }
}

/// Signs and verifies. Several keys may be valid; the first one signs.
pub struct Tokens {
    keys: Vec<TokenKey>,
    lifetime: Duration,
    validation: Validation,
    /// By the hash of the token: a signature is checked once and not on every request.
    verified: Cache<[u8; 32], Arc<Claims>>,
}

impl Tokens {
    /// With those keys, for tokens of that lifetime.
    ///
    /// # Errors
    /// When there is no key.
    pub fn new(keys: Vec<TokenKey>, lifetime: Duration) -> Result<Self, TokenError> {
        if keys.is_empty() {
            return Err(TokenError::Key("there is none".into()));
        }
        // The algorithm is ours and never the token's word: neither `none` nor an HMAC
        // with the public key as its secret can pass.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_SECONDS;
        let verified = Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(lifetime).build();
        Ok(Tokens { keys, lifetime, validation, verified })
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
        let key = &self.keys[0];
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        encode(&header, claims, &key.encoding).map_err(|error| TokenError::Refused(error.to_string()))
    }

    /// What a token says, once its signature, issuer, audience and times are right.
    ///
    /// # Errors
    /// When any of them is not.
    pub fn verify(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(claims) = self.verified.get(&hash) {
            if now_seconds() < claims.exp + LEEWAY_SECONDS {
                return Ok(claims);
            }
            self.verified.invalidate(&hash);
        }
        let claims = Arc::new(self.check(token)?);
        self.verified.insert(hash, claims.clone());
        Ok(claims)
    }

    fn check(&self, token: &str) -> Result<Claims, TokenError> {
        let refuse = |error: jsonwebtoken::errors::Error| match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::Forged(error.to_string()),
            _ => TokenError::Refused(error.to_string()),
        };
        let header = decode_header(token).map_err(refuse)?;
        let key = self
            .keys
            .iter()
            .find(|key| header.kid.as_deref() == Some(key.id.as_str()))
            .ok_or_else(|| TokenError::Forged("unknown key".into()))?;
        decode::<Claims>(token, &key.decoding, &self.validation).map(|data| data.claims).map_err(refuse)
    }

    /// The public keys, each with its id (RFC 7517).
    pub fn public_keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.keys.iter().map(|key| (key.id.as_str(), key.public.as_str()))
    }
}

fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
