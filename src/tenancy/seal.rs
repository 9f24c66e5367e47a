//! The seal on the tenant context: HMAC-SHA256 (RFC 2104) with a key that the server
//! and the owner of the database know, and `stayzr_app` does not.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// How long a seal is good for. It has to outlast the way to the database and the
/// difference of two clocks, a minute of it, and nothing more.
const LIFETIME: Duration = Duration::from_secs(90);

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// A key and the name it goes by in the database.
#[derive(Clone)]
pub struct SealKey {
    id: String,
    key: Vec<u8>,
}

/// Why a seal key cannot be used. Never holds the key.
#[derive(Debug, thiserror::Error)]
pub enum SealKeyError {
    /// Not of the form `id:base64`.
    #[error("a seal key is written <id>:<base64>, for example k1:3q2+7w…")]
    Form,
    /// The id has other characters than the database accepts.
    #[error("the id of a seal key is 1 to 32 of a-z, 0-9, - and _")]
    Id,
    /// Too short to be safe, or longer than the block of SHA-256.
    #[error("a seal key is 32 to 64 bytes, in base64")]
    Length,
    /// Two keys of one id.
    #[error("two seal keys have the id {0}")]
    Duplicate(String),
    /// None at all.
    #[error("at least one seal key is needed")]
    Missing,
}

impl SealKey {
    /// A key of that id.
    ///
    /// # Errors
    /// When the id is not 1 to 32 of `a-z0-9_-`, or the key not 32 to 64 bytes long.
    pub fn new(id: &str, key: Vec<u8>) -> Result<Self, SealKeyError> {
        let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if id.is_empty() || id.len() > 32 || !id.bytes().all(valid) {
            return Err(SealKeyError::Id);
        }
        if !(32..=64).contains(&key.len()) {
            return Err(SealKeyError::Length);
        }
        Ok(SealKey { id: id.to_owned(), key })
    }

    /// Reads `id:base64`, several separated by commas. The first one seals; the
    /// others are accepted, which is how keys are rotated.
    ///
    /// # Errors
    /// When one of them cannot be read; the message never holds key material.
    pub fn parse_list(text: &str) -> Result<Vec<SealKey>, SealKeyError> {
        let mut keys: Vec<SealKey> = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (id, encoded) = item.split_once(':').ok_or(SealKeyError::Form)?;
            let key = SealKey::new(id, BASE64_STANDARD.decode(encoded.trim()).map_err(|_| SealKeyError::Form)?)?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(SealKeyError::Duplicate(key.id));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(SealKeyError::Missing) } else { Ok(keys) }
    }

    /// The name of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself, for `stayzr migrate`, which tells the database.
    pub fn material(&self) -> &[u8] {
        &self.key
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SealKey({})", self.id)
    }
}

/// Makes seals.
#[derive(Clone)]
pub struct Sealer {
    key_id: String,
    // Keyed once; a seal clones the state instead of hashing the key again.
    mac: Hmac<Sha256>,
    /// Of the other keys, which made tags before a rotation or make them on another server.
    others: Vec<Hmac<Sha256>>,
}

impl Sealer {
    /// Seals with the first of the keys. What it handed out under any of them it takes back.
    ///
    /// # Errors
    /// When there is no key.
    pub fn new(keys: &[SealKey]) -> Result<Self, SealKeyError> {
        let (key, others) = keys.split_first().ok_or(SealKeyError::Missing)?;
        let mac = |key: &SealKey| Hmac::new_from_slice(&key.key).map_err(|_| SealKeyError::Length);
        let others = others.iter().map(mac).collect::<Result<_, _>>()?;
        Ok(Sealer { key_id: key.id.clone(), mac: mac(key)?, others })
    }

    /// The seal over the fields: `<key id>.<expiry>.<hex>`.
    pub fn seal(&self, fields: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.seal_until(fields, (now + LIFETIME).as_secs())
    }

    /// The same with an expiry of one's own, in seconds since 1970.
    pub fn seal_until(&self, fields: &str, expiry_seconds: u64) -> String {
        let mut mac = self.mac.clone();
        let mut seal = format!("{}.{expiry_seconds}.", self.key_id);
        mac.update(self.key_id.as_bytes());
        mac.update(b"\n");
        mac.update(expiry_seconds.to_string().as_bytes());
        mac.update(b"\n");
        mac.update(fields.as_bytes());
        for byte in mac.finalize().into_bytes() {
            for digit in [byte >> 4, byte & 15] {
                seal.push(char::from(HEXADECIMAL[usize::from(digit)]));
            }
        }
        seal
    }

    /// A tag for something the server hands out and takes back, such as a cursor.
    /// `purpose` keeps tags of one kind from passing as another.
    pub fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        tag_with(&self.mac, purpose, data)
    }

    /// Whether a tag that came back is of that data for that purpose, by any of the keys. Takes
    /// as long whichever it is, and whichever byte differs.
    pub fn fits(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        let macs = std::iter::once(&self.mac).chain(&self.others);
        macs.fold(Choice::from(0), |fits, mac| fits | tag_with(mac, purpose, data).ct_eq(tag)).into()
    }
}

fn tag_with(mac: &Hmac<Sha256>, purpose: &str, data: &[u8]) -> [u8; 32] {
    let mut mac = mac.clone();
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(data);
    mac.finalize().into_bytes().into()
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sealer({})", self.key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_fits_by_any_key_there_is_and_for_its_own_purpose() {
        let key = |id: &str, byte: u8| SealKey::new(id, vec![byte; 32]).unwrap();
        let before = Sealer::new(&[key("old", 1), key("new", 2)]).unwrap();
        let after = Sealer::new(&[key("new", 2), key("old", 1)]).unwrap();
        let later = Sealer::new(&[key("new", 2)]).unwrap();
        let tag = before.tag("cursor", b"data");
        assert_ne!(tag, after.tag("cursor", b"data"), "the first key makes it");
        assert!(before.fits("cursor", b"data", &tag) && after.fits("cursor", b"data", &tag));
        assert!(!later.fits("cursor", b"data", &tag), "its key is gone");
        assert!(later.fits("cursor", b"data", &after.tag("cursor", b"data")));
        for (purpose, data) in [("cursor", &b"dato"[..]), ("other", b"data"), ("curso", b"r\0data")] {
            assert!(!after.fits(purpose, data, &tag), "{purpose}");
        }
        assert!(!after.fits("cursor", b"data", &tag[..31]) && !after.fits("cursor", b"data", b""));
    }
}
