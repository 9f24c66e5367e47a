//! When a key was last used: noted at most once a minute, behind the request's back.

use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use crate::db::{Accounts, Origin};

/// How often it is noted. The statement asks the row as well, so several servers together
/// keep to it too.
const EVERY: Duration = Duration::from_secs(60);
/// Keys remembered as noted.
const REMEMBERED_MAX: u64 = 100_000;

/// Notes the use of keys.
pub struct KeyUse {
    accounts: Accounts,
    /// The organization comes first in the key, as in every cache.
    noted: Cache<(i32, Uuid), ()>,
}

impl KeyUse {
    /// Notes them in that database.
    pub fn new(accounts: Accounts) -> Self {
        KeyUse { accounts, noted: Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(EVERY).build() }
    }

    /// Notes that the key was used now, unless that was noted within the minute. Does not
    /// wait for it: a request is not to fail because its use could not be noted.
    pub fn note(&self, organization_id: i32, maker: Uuid, key_id: Uuid, origin: Origin) {
        if self.noted.contains_key(&(organization_id, key_id)) {
            return;
        }
        self.noted.insert((organization_id, key_id), ());
        let scope = self.accounts.own_scope(organization_id, maker, &origin);
        tokio::spawn(async move {
            let sql = include_str!("../../sql/queries/api_keys/note_use.sql");
            if let Err(error) = scope.run(sql, &[&key_id]).await {
                tracing::warn!(%error, "the last use of an API key could not be noted");
            }
        });
    }
}
