//! What a hotel has left of its requests, as headers.
//!
//! The two fields of "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-10), each a list of one
//! item of structured fields (RFC 9651).

use poem::http::{HeaderMap, HeaderValue};

/// The seconds of a hotel's requests that may come at once.
pub(super) const WINDOW_SECONDS: u32 = 5;

/// How many requests a hotel may make, and how many of them it has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests within [`WINDOW_SECONDS`].
    pub(super) whole: u32,
    /// Requests that would be admitted now.
    pub(super) left: u32,
    /// In how many seconds the quota is whole again.
    pub(super) whole_in_seconds: u32,
}

impl Quota {
    /// Writes the two header fields.
    pub fn write(&self, headers: &mut HeaderMap) {
        let Quota { whole, left, whole_in_seconds } = self;
        for (name, value) in [
            ("RateLimit-Policy", format!("\"organization\";q={whole};w={WINDOW_SECONDS}")),
            ("RateLimit", format!("\"organization\";r={left};t={whole_in_seconds}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}
