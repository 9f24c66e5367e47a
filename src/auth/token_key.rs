//! The keys that sign access tokens, and how one takes over from another.
//!
//! Each is an Ed25519 private key in PKCS#8 (RFC 8410), in PEM (RFC 7468). A file may hold
//! several: a token is good when any of them signed it, and one signs. Which one, a line
//! above its block says, where PEM has room for explanations:
//!
//! ```text
//! Signs-From: 2026-07-01T12:00:00Z
//! -----BEGIN PRIVATE KEY-----
//! ```
//!
//! A key without that line may always sign. Of those that may, the one that may since
//! latest does, and of several alike the first.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
const SIGNS_FROM: &str = "Signs-From:";

/// What is wrong with a key, or a file of keys. Never quotes one.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeyError {
    /// There is none.
    #[error("there is no Ed25519 private key in PKCS#8 (PEM)")]
    None,
    /// This is none.
    #[error("key {0} is not an Ed25519 private key in PKCS#8 (PEM): {1}")]
    Malformed(usize, String),
    /// Not a time.
    #[error("key {0} signs from a time that is not as 2026-07-01T12:00:00Z")]
    SignsFrom(usize),
    /// The same key again.
    #[error("key {0} is there twice")]
    Twice(usize),
    /// A rotation is under way.
    #[error("there is a new key already, which signs from {0} on; until then servers and clients get to know it")]
    Waiting(String),
    /// No random bytes.
    #[error("no new key could be made: {0}")]
    Generate(String),
}

/// A signing key. Its id is its thumbprint (RFC 7638), so a key has one name everywhere.
pub struct TokenKey {
    id: String,
    public: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// In seconds since 1970; zero for one that may always sign.
    signs_from: u64,
    der: Vec<u8>,
}

impl TokenKey {
    /// A key from PKCS#8 in DER.
    ///
    /// # Errors
    /// When it is no Ed25519 key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, TokenKeyError> {
        TokenKey::of(1, der.to_vec(), 0)
    }

    /// All keys of a file: one in DER, or any number in PEM.
    ///
    /// # Errors
    /// When there is none, or anything about one is wrong.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, TokenKeyError> {
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.contains("-----BEGIN")) else {
            return Ok(vec![TokenKey::from_pkcs8(bytes)?]);
        };
        let mut keys: Vec<TokenKey> = Vec::new();
        let (mut signs_from, mut lines) = (0, text.lines().map(str::trim));
        while let Some(line) = lines.next() {
            let number = keys.len() + 1;
            let malformed = |reason: String| TokenKeyError::Malformed(number, reason);
            if let Some(time) = line.strip_prefix(SIGNS_FROM) {
                let time = DateTime::parse_from_rfc3339(time.trim()).ok();
                let seconds = time.and_then(|time| u64::try_from(time.timestamp()).ok());
                signs_from = seconds.ok_or(TokenKeyError::SignsFrom(number))?;
            } else if line == BEGIN {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != END).collect();
                let der = BASE64_STANDARD.decode(body.concat()).map_err(|error| malformed(error.to_string()))?;
                let key = TokenKey::of(number, der, std::mem::take(&mut signs_from))?;
                if keys.iter().any(|other| other.id == key.id) {
                    return Err(TokenKeyError::Twice(number));
                }
                keys.push(key);
            } else if line.starts_with("-----BEGIN") {
                return Err(malformed(format!("it begins with {line}")));
            }
        }
        if keys.is_empty() { Err(TokenKeyError::None) } else { Ok(keys) }
    }

    fn of(number: usize, der: Vec<u8>, signs_from: u64) -> Result<Self, TokenKeyError> {
        let refuse = |reason: &dyn std::fmt::Display| TokenKeyError::Malformed(number, reason.to_string());
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|error| refuse(&error))?;
        let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#));
        Ok(TokenKey {
            id: BASE64_URL_SAFE_NO_PAD.encode(thumbprint),
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_components(&public).map_err(|error| refuse(&error))?,
            public,
            signs_from,
            der,
        })
    }

    /// A new key, as PKCS#8 DER, to keep.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate_pkcs8() -> Result<Vec<u8>, TokenKeyError> {
        Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
            .map(|document| document.as_ref().to_vec())
            .map_err(|error| TokenKeyError::Generate(error.to_string()))
    }

    /// Which of these signs at a time, in seconds since 1970. Where none may yet, the first.
    pub(super) fn signing(keys: &[TokenKey], now: u64) -> Option<&TokenKey> {
        let may = keys.iter().filter(|key| key.signs_from <= now);
        // Of equals `max_by_key` takes the last.
        may.rev().max_by_key(|key| key.signs_from).or(keys.first())
    }

    /// Its thumbprint.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn public(&self) -> &str {
        &self.public
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    fn pem(&self) -> String {
        let base64 = BASE64_STANDARD.encode(&self.der);
        let lines: Vec<&str> = base64.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let since = if self.signs_from == 0 { String::new() } else { format!("{SIGNS_FROM} {}\n", self.since()) };
        format!("{since}{BEGIN}\n{}\n{END}\n", lines.join("\n"))
    }

    fn since(&self) -> String {
        let seconds = i64::try_from(self.signs_from).unwrap_or(i64::MAX);
        let time: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

/// What a rotation makes of a file of keys.
pub struct Rotation {
    /// The new file.
    pub file: String,
    /// The id of the new key.
    pub new: String,
    /// From when on it signs, as RFC 3339 writes it.
    pub signs_from: String,
    /// The ids of those before it whose tokens stay good.
    pub kept: Vec<String>,
    /// The ids of those that nothing good is left of.
    pub dropped: Vec<String>,
}

impl Rotation {
    /// Adds a key that signs after the overlap, in which servers and clients get to know it.
    /// Keys that another took over from longer ago than a token lives at most are dropped.
    /// `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file is not one of keys, has a key that is yet to sign, or no key can be made.
    pub fn overlapping(
        file: &[u8],
        now: u64,
        overlap: Duration,
        longest_life: Duration,
    ) -> Result<Rotation, TokenKeyError> {
        let keys = TokenKey::parse_all(file)?;
        if let Some(waiting) = keys.iter().find(|key| key.signs_from > now) {
            return Err(TokenKeyError::Waiting(waiting.since()));
        }
        let all_since: Vec<u64> = keys.iter().map(|key| key.signs_from).collect();
        let is_over = |key: &TokenKey| {
            let taken_over = all_since.iter().filter(|since| **since > key.signs_from).min();
            taken_over.is_some_and(|since| since + longest_life.as_secs() < now)
        };
        let (dropped, kept): (Vec<TokenKey>, Vec<TokenKey>) = keys.into_iter().partition(is_over);
        with_new_key(now + overlap.as_secs(), kept, dropped)
    }

    /// A new key in the place of all there were, which signs at once: for when others know
    /// them. Nothing they signed is good any more.
    ///
    /// # Errors
    /// When the file is not one of keys, or no key can be made.
    pub fn forgetting(file: &[u8], now: u64) -> Result<Rotation, TokenKeyError> {
        with_new_key(now, Vec::new(), TokenKey::parse_all(file)?)
    }
}

fn with_new_key(signs_from: u64, kept: Vec<TokenKey>, dropped: Vec<TokenKey>) -> Result<Rotation, TokenKeyError> {
    let new = TokenKey::of(1, TokenKey::generate_pkcs8()?, signs_from)?;
    let ids = |keys: &[TokenKey]| keys.iter().map(|key| key.id.clone()).collect();
    Ok(Rotation {
        kept: ids(&kept),
        dropped: ids(&dropped),
        signs_from: new.since(),
        new: new.id.clone(),
        file: std::iter::once(&new).chain(&kept).map(TokenKey::pem).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAP: Duration = Duration::from_secs(600);
    const LIFE: Duration = Duration::from_secs(8 * 60 * 60);
    const NOON: u64 = 1_780_000_000;

    fn rotated(file: &[u8], now: u64) -> Rotation {
        Rotation::overlapping(file, now, OVERLAP, LIFE).unwrap()
    }

    fn signing(file: &str, now: u64) -> String {
        TokenKey::signing(&TokenKey::parse_all(file.as_bytes()).unwrap(), now).unwrap().id().to_owned()
    }

    #[test]
    fn a_new_key_signs_when_everybody_knows_it_and_the_old_one_stays_good() {
        let der = TokenKey::generate_pkcs8().unwrap();
        let old = TokenKey::from_pkcs8(&der).unwrap().id().to_owned();
        let first = rotated(&der, NOON);
        assert_eq!((&first.kept, first.dropped.len()), (&vec![old.clone()], 0));
        assert_eq!(signing(&first.file, NOON + 599), old);
        assert_eq!(signing(&first.file, NOON + 600), first.new);
        assert_eq!(TokenKey::parse_all(first.file.as_bytes()).unwrap().len(), 2);

        let (taken_over, life) = (NOON + 600, LIFE.as_secs());
        let early = rotated(first.file.as_bytes(), taken_over + life);
        assert_eq!(early.kept, [first.new.clone(), old.clone()], "the last token of the old key is not over");
        let late = rotated(first.file.as_bytes(), taken_over + life + 1);
        assert_eq!((late.kept, late.dropped), (vec![first.new.clone()], vec![old]));
        assert_eq!(signing(&late.file, taken_over + life + 1), first.new);
    }

    #[test]
    fn a_second_rotation_waits_for_the_first_and_forgetting_does_not() {
        let first = rotated(&TokenKey::generate_pkcs8().unwrap(), NOON);
        let again = Rotation::overlapping(first.file.as_bytes(), NOON + 599, OVERLAP, LIFE);
        assert!(matches!(again, Err(TokenKeyError::Waiting(_))));
        let forgotten = Rotation::forgetting(first.file.as_bytes(), NOON + 1).unwrap();
        assert_eq!((forgotten.kept.len(), forgotten.dropped.len()), (0, 2));
        // A server whose clock is behind has one key, and signs with it.
        assert_eq!(signing(&forgotten.file, NOON - 30), forgotten.new);
    }

    #[test]
    fn of_keys_that_may_always_sign_the_first_does() {
        let pem = |file: &[u8]| TokenKey::from_pkcs8(file).unwrap().pem();
        let (one, two) = (pem(&TokenKey::generate_pkcs8().unwrap()), pem(&TokenKey::generate_pkcs8().unwrap()));
        let id = |pem: &str| TokenKey::parse_all(pem.as_bytes()).unwrap()[0].id().to_owned();
        assert_eq!(signing(&format!("{one}{two}"), NOON), id(&one));
        assert_eq!(signing(&format!("a note\n{two}\n{one}"), NOON), id(&two));
    }

    #[test]
    fn what_is_no_key_is_named_and_never_quoted() {
        let key = TokenKey::from_pkcs8(&TokenKey::generate_pkcs8().unwrap()).unwrap().pem();
        let rsa = key.replace("PRIVATE", "RSA PRIVATE");
        let broken = key.replace("MF", "!!").replace("MC", "!!");
        for (file, expected) in [
            (String::new(), "key 1 is not"),
            ("nothing".into(), "key 1 is not"),
            (format!("{key}{key}"), "key 2 is there twice"),
            (format!("{key}{rsa}"), "key 2 is not"),
            (broken, "key 1 is not"),
            (format!("Signs-From: soon\n{key}"), "key 1 signs from a time"),
            (format!("{key}{BEGIN}\n{END}\n"), "key 2 is not"),
        ] {
            let refused = TokenKey::parse_all(file.as_bytes()).err().unwrap().to_string();
            assert!(refused.starts_with(expected), "{refused}");
            let body = key.lines().nth(1).unwrap();
            assert!(!refused.contains(&body[..20]), "{refused}");
        }
    }
}
