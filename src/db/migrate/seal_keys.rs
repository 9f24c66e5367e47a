//! The keys that seal the tenant context, folded into their two HMAC pads. No message holds any of it.

use super::error::{MigrateError, plain};
use std::collections::BTreeMap;
use std::fmt;
use tokio_postgres::{GenericClient, Transaction};

const BLOCK_BYTES: usize = 64;
const KEY_BYTES_MIN: usize = 32;

/// Which keys a run added, removed or replaced, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealKeyChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// The same id with another key: contexts sealed with the old one stop being valid at once.
    pub replaced: Vec<String>,
}

impl SealKeyChanges {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.replaced.is_empty()
    }
}

impl fmt::Display for SealKeyChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |sign: char, ids: &[String]| ids.iter().map(|id| format!("{sign}{id}")).collect::<Vec<_>>();
        let all = [sign('+', &self.added), sign('~', &self.replaced), sign('-', &self.removed)].concat();
        f.write_str(&all.join(" "))
    }
}

/// What [`store`] would change; none if there is nothing to do.
pub(super) async fn compare(
    client: &impl GenericClient,
    keys: &[(String, Vec<u8>)],
) -> Result<Option<SealKeyChanges>, MigrateError> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut stored: BTreeMap<String, (Vec<u8>, Vec<u8>)> = BTreeMap::new();
    let there = "select to_regclass('app.seal_keys') is not null";
    if client.query_one(there, &[]).await?.get(0) {
        for row in client.query("select id, inner_pad, outer_pad from app.seal_keys", &[]).await? {
            stored.insert(row.get(0), (row.get(1), row.get(2)));
        }
    }
    let mut changes = SealKeyChanges::default();
    for (id, key) in keys {
        let pads = pads(id, key)?;
        match stored.remove(id) {
            None => changes.added.push(id.clone()),
            Some(old) if old != pads => changes.replaced.push(id.clone()),
            Some(_) => {}
        }
    }
    changes.removed = stored.into_keys().collect();
    Ok((!changes.is_empty()).then_some(changes))
}

/// Make the table hold exactly these keys.
pub(super) async fn store(transaction: &Transaction<'_>, keys: &[(String, Vec<u8>)]) -> Result<(), MigrateError> {
    // The detail of a failed insert quotes the row, so only the message goes on.
    let hide = |error: tokio_postgres::Error| MigrateError::SealKeys(plain(&error));
    let ids: Vec<&str> = keys.iter().map(|(id, _)| id.as_str()).collect();
    transaction.execute("delete from app.seal_keys where id <> all($1)", &[&ids]).await.map_err(hide)?;
    for (id, key) in keys {
        let (inner, outer) = pads(id, key)?;
        let upsert = include_str!("../../../sql/queries/migrate/store_seal_key.sql");
        transaction.execute(upsert, &[id, &inner, &outer]).await.map_err(hide)?;
    }
    Ok(())
}

/// RFC 2104: the key padded with zeros to a block, once xor 0x36 and once xor 0x5c.
fn pads(id: &str, key: &[u8]) -> Result<(Vec<u8>, Vec<u8>), MigrateError> {
    if !(KEY_BYTES_MIN..=BLOCK_BYTES).contains(&key.len()) {
        return Err(MigrateError::SealKeyLength { id: id.to_owned(), bytes: key.len() });
    }
    let mut block = [0_u8; BLOCK_BYTES];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect();
    Ok((pad(0x36), pad(0x5c)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_pads_make_the_hmac_that_the_server_makes() {
        let key = [7_u8; 32];
        let (inner, outer) = pads("k1", &key).expect("a key of 32 bytes");
        let inside = Sha256::new().chain_update(&inner).chain_update(b"context").finalize();
        let by_pads = Sha256::new().chain_update(&outer).chain_update(inside).finalize();

        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length will do");
        mac.update(b"context");
        assert_eq!(by_pads.as_slice(), mac.finalize().into_bytes().as_slice());
    }

    #[test]
    fn a_short_key_is_refused_and_not_quoted() {
        let error = pads("k1", b"hunter2").expect_err("seven bytes");
        assert_eq!(error.to_string(), "seal key k1 has 7 bytes, but must have 32 to 64");
    }
}
