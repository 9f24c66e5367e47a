//! Secrets the server hands out and keeps only the hashes of: refresh tokens, API keys,
//! tokens of one use.
//!
//! Each is a prefix, then base64url of the hotel's number, an id and 32 random bytes. The
//! number and the id say where to look; only the random bytes prove anything, and there
//! are too many of them to guess, so a plain SHA-256 is kept and no slow hash needed.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const RANDOM_BYTES: usize = 32;
const BYTES: usize = 4 + 16 + RANDOM_BYTES;

/// A secret with the prefix that says what it is for.
// No Debug: what is never printed is never logged.
pub struct Secret<const PREFIX: char> {
    organization_id: i32,
    id: Uuid,
    text: String,
}

/// `szk_…`: an API key; the id is the key's.
pub type ApiKeySecret = Secret<'k'>;
/// `szr_…`: a refresh token; the id is the user's.
pub type RefreshSecret = Secret<'r'>;
/// `szp_…`: a token that sets a new password; the id is the user's.
pub type ResetSecret = Secret<'p'>;
/// `szi_…`: a token that accepts an invitation; the id is the invitation's.
pub type InvitationSecret = Secret<'i'>;

impl<const PREFIX: char> Secret<PREFIX> {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate(organization_id: i32, id: Uuid) -> Result<Self, String> {
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&organization_id.to_be_bytes());
        bytes[4..20].copy_from_slice(id.as_bytes());
        aws_lc_rs::rand::fill(&mut bytes[20..]).map_err(|error| error.to_string())?;
        let text = format!("sz{PREFIX}_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        Ok(Secret { organization_id, id, text })
    }

    /// Whether a text says that it is one.
    pub fn is_one(text: &str) -> bool {
        text.strip_prefix("sz").and_then(|rest| rest.strip_prefix(PREFIX)).is_some_and(|rest| rest.starts_with('_'))
    }

    /// Reads one that came back. `None` when it never was one.
    pub fn read(text: &str) -> Option<Self> {
        let encoded = text.get(4..).filter(|_| Self::is_one(text))?;
        let bytes: [u8; BYTES] = BASE64_URL_SAFE_NO_PAD.decode(encoded).ok()?.try_into().ok()?;
        let (number, rest) = bytes.split_first_chunk::<4>()?;
        let (id, _) = rest.split_first_chunk::<16>()?;
        Some(Secret { organization_id: i32::from_be_bytes(*number), id: Uuid::from_bytes(*id), text: text.to_owned() })
    }

    /// The hotel it is of.
    pub fn organization_id(&self) -> i32 {
        self.organization_id
    }

    /// Whose or which it is.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// To hand out, once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// To keep.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.text).into()
    }

    /// Whether that hash is its own. Takes as long whichever byte differs.
    pub fn fits(&self, hash: &[u8]) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_out_comes_back_and_nothing_else() {
        let id = Uuid::from_u128(7);
        let secret = ApiKeySecret::generate(3, id).unwrap();
        let back = ApiKeySecret::read(secret.reveal()).unwrap();
        assert_eq!((back.organization_id(), back.id()), (3, id));
        assert!(back.fits(&secret.hash()));
        assert!(!ApiKeySecret::generate(3, id).unwrap().fits(&secret.hash()));
        let text = secret.reveal();
        assert!(RefreshSecret::read(text).is_none(), "a secret of one purpose is none of another");
        for wrong in ["", "szk_", "szk", &text[..text.len() - 1], &format!("{text}A"), &text.replace("szk", "szr")] {
            assert!(ApiKeySecret::read(wrong).is_none(), "{wrong}");
        }
    }
}
