//! Lists page by page.
//!
//! A cursor is where the last page ended: the sort key and id of its last row. Clients
//! hand it back unread. It is tagged with the operation, the hotel and the filters it
//! was made for, so that a cursor of another list, of another hotel or with a changed
//! byte is refused and never walks somewhere unexpected.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::response::Listed;
use crate::db::Tags;
use crate::error::{ApiError, Code};

/// Longer cursors than this were not made here.
const CURSOR_LENGTH_MAX: usize = 2048;
const TAG_BYTES: usize = 32;

/// What a list is sorted by, before the id.
///
/// The first page goes on from before the first row: "no cursor" as null would need
/// `coalesce` or `or` in the statement, and under row security the planner uses
/// neither for an index.
pub trait SortKey: Serialize + DeserializeOwned {
    /// Before every row.
    fn before_all() -> (Self, Uuid);
}

/// Lists by time show the newest first.
impl SortKey for DateTime<Utc> {
    fn before_all() -> (Self, Uuid) {
        // The last moment of the year 9999, in seconds since 1970.
        (DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC), Uuid::max())
    }
}

/// Lists by number show the largest first.
impl SortKey for i64 {
    fn before_all() -> (Self, Uuid) {
        (i64::MAX, Uuid::max())
    }
}

/// Lists by name go from A to Z.
impl SortKey for String {
    fn before_all() -> (Self, Uuid) {
        (String::new(), Uuid::nil())
    }
}

/// How many rows a page has unless the client says otherwise.
pub fn default_limit() -> u16 {
    50
}

/// One page of a list that is sorted by a key of type `K`, then by id.
pub struct Page<'a, K> {
    scope: &'a dyn Tags,
    purpose: String,
    limit: usize,
    after: (K, Uuid),
}

impl<'a, K: SortKey> Page<'a, K> {
    /// The page of `operation` after that cursor. `filters` is whatever else decides
    /// which rows there are and how they are sorted: a cursor goes with its filters.
    ///
    /// # Errors
    /// 422 `invalid_cursor` when the cursor was made for another list or altered.
    pub fn open(
        scope: &'a dyn Tags,
        operation: &str,
        filters: &impl std::fmt::Debug,
        limit: u16,
        cursor: Option<&str>,
    ) -> Result<Self, ApiError> {
        let purpose = format!("cursor {operation} {filters:?}");
        let mut page = Page { scope, purpose, limit: limit.into(), after: K::before_all() };
        if let Some(cursor) = cursor {
            page.after = page.read(cursor).ok_or(ApiError::new(Code::InvalidCursor))?;
        }
        Ok(page)
    }

    /// How many rows to ask for: one more than fit, to know whether there is a next page.
    pub fn rows(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// The sort key to go on after.
    pub fn after_key(&self) -> &K {
        &self.after.0
    }

    /// The id to go on after, among equal keys.
    pub fn after_id(&self) -> Uuid {
        self.after.1
    }

    /// The answer: the rows that fit and, where there were more, the cursor of the next page.
    pub fn close<T, R>(self, mut rows: Vec<R>, position: impl Fn(&R) -> (K, Uuid), item: impl Fn(R) -> T) -> Listed<T>
    where
        T: poem_openapi::types::ParseFromJSON + poem_openapi::types::ToJSON,
    {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| self.write(&position(last)));
        Listed { items: rows.into_iter().map(item).collect(), next_cursor }
    }

    fn write(&self, position: &(K, Uuid)) -> String {
        // A key and an id always serialize: text, a time, numbers.
        let json = serde_json::to_string(position).unwrap_or_default();
        let tag = self.scope.tag(&self.purpose, json.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode([&tag[..], json.as_bytes()].concat())
    }

    fn read(&self, cursor: &str) -> Option<(K, Uuid)> {
        if cursor.len() > CURSOR_LENGTH_MAX {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, json) = bytes.split_at_checked(TAG_BYTES)?;
        let json = std::str::from_utf8(json).ok()?;
        let fits = self.scope.fits(&self.purpose, json.as_bytes(), tag);
        fits.then(|| serde_json::from_str(json).ok()).flatten()
    }
}
