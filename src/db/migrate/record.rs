//! What was applied, and what it left: `app.applied_files`, `app.applied_objects`, `app.release`.

use super::error::MigrateError;
use super::objects::{Key, Snapshot, is_policy_kind, is_role_kind, tells_writing};
use super::sources::{FileKind, ROLES_PATH};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::GenericClient;

/// The path under which stands what the history made, and no repeatable file has taken over.
pub(super) const MIGRATIONS_PATH: &str = "migrations/";

/// A file as it was last applied.
#[derive(Debug, Clone)]
pub(super) struct AppliedFile {
    pub checksum: String,
    pub server_major: i32,
}

/// An object as its file left it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    pub path: String,
    pub definition: String,
}

/// The database's memory of the last runs.
///
/// The record follows what files do, never what is found: an object enters it, or changes in it, only by a file or
/// migration that wrote it in this run. So no run makes legitimate what somebody did by hand, with one exception:
/// `database_roles.sql` is recorded whole when its text changes, because roles belong to the whole server and another
/// database's migration may have changed them rightly. [`super::roles`] warns of what it takes over like that.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// False on a database that was never migrated.
    pub exists: bool,
    pub files: BTreeMap<String, AppliedFile>,
    pub objects: BTreeMap<Key, Held>,
    pub fingerprint: Option<String>,
    /// The last migration whose objects are in `objects`.
    pub recorded_version: i32,
}

impl Record {
    pub(super) async fn read(client: &impl GenericClient) -> Result<Self, MigrateError> {
        let there = "select to_regclass('app.release') is not null";
        if !client.query_one(there, &[]).await?.get::<_, bool>(0) {
            return Ok(Self::default());
        }
        let mut record = Self { exists: true, ..Self::default() };
        for row in client.query("select path, checksum, server_major from app.applied_files", &[]).await? {
            record.files.insert(row.get(0), AppliedFile { checksum: row.get(1), server_major: row.get(2) });
        }
        for row in client.query("select kind, identity, path, definition from app.applied_objects", &[]).await? {
            record.objects.insert((row.get(0), row.get(1)), Held { path: row.get(2), definition: row.get(3) });
        }
        let release = client.query_one("select fingerprint, recorded_version from app.release", &[]).await?;
        record.fingerprint = release.get(0);
        record.recorded_version = release.get(1);
        Ok(record)
    }

    /// Write the objects in which `self` differs from `before`, which is what the database holds.
    pub(super) async fn write_objects(&self, client: &impl GenericClient, before: &Self) -> Result<(), MigrateError> {
        for key in before.objects.keys().filter(|key| !self.objects.contains_key(*key)) {
            let delete = "delete from app.applied_objects where kind = $1 and identity = $2";
            client.execute(delete, &[&key.0, &key.1]).await?;
        }
        for (key, held) in self.objects.iter().filter(|(key, held)| before.objects.get(*key) != Some(held)) {
            let upsert = include_str!("../../../sql/queries/migrate/record_object.sql");
            client.execute(upsert, &[&held.path, &key.0, &key.1, &held.definition]).await?;
        }
        Ok(())
    }

    /// The objects of one file.
    pub(super) fn held_by(&self, path: &str) -> usize {
        self.objects.values().filter(|held| held.path == path).count()
    }

    /// Take over what migrations changed between two moments. What had drifted before them and they left alone stays
    /// drift; policies and grants they made wait for a policy file to say the same.
    pub(super) fn merge_migrations(&mut self, before: &Snapshot, after: &Snapshot) {
        for key in keys(&[before, after]) {
            let (was, is) = (before.definition(&key), after.definition(&key));
            if was == is || is_role_kind(&key.0) {
                continue;
            }
            if is_policy_kind(&key.0) && !self.objects.contains_key(&key) {
                continue;
            }
            self.put(key, is, MIGRATIONS_PATH);
        }
    }

    /// After a kill between a migration and its record: what is there is what the migrations made, so far as nothing
    /// else was known of it. Tells what it took over.
    pub(super) fn adopt(&mut self, found: &Snapshot) -> Vec<String> {
        let mut adopted = Vec::new();
        for (key, object) in &found.objects {
            let known = self.objects.contains_key(key);
            if known || is_role_kind(&key.0) || is_policy_kind(&key.0) {
                continue;
            }
            adopted.push(format!("{} {}", key.0, key.1));
            self.put(key.clone(), Some(&object.definition), MIGRATIONS_PATH);
        }
        adopted
    }

    /// Take over what one changed file wrote: policies and grants of the tables it reset; functions, triggers
    /// and defaults it wrote, be it with the same text; and whatever else differs after it.
    pub(super) fn merge_file(
        &mut self,
        path: &str,
        kind: FileKind,
        resets: &BTreeSet<u32>,
        before: &Snapshot,
        after: &Snapshot,
    ) {
        // What the file made last time and does not make now, no file holds any more, should it still be there.
        self.objects.retain(|key, held| {
            let governed = tells_writing(&key.0) || (kind == FileKind::Policy && is_policy_kind(&key.0));
            held.path != path || !governed
        });
        for key in keys(&[before, after]).into_iter().filter(|key| !is_role_kind(&key.0)) {
            let (was, is) = (before.objects.get(&key), after.objects.get(&key));
            let reset = is_policy_kind(&key.0)
                && is.or(was).and_then(|object| object.relation).is_some_and(|relation| resets.contains(&relation));
            let written = was.map(|o| &o.tuple) != is.map(|o| &o.tuple);
            if reset || written || before.definition(&key) != after.definition(&key) {
                // A grant on a function, say in the policy file that needs it, does not make the function that file's.
                let owner = match self.objects.get(&key) {
                    Some(held) if key.0 == "function" && kind == FileKind::Policy => held.path.clone(),
                    _ => path.to_owned(),
                };
                self.put(key, is.map(|object| object.definition.as_str()), &owner);
            }
        }
    }

    /// Take over roles, schemas and the like, as `database_roles.sql` left them.
    pub(super) fn merge_roles(&mut self, after: &Snapshot) {
        self.objects.retain(|key, _| !is_role_kind(&key.0));
        for (key, object) in after.objects.iter().filter(|(key, _)| is_role_kind(&key.0)) {
            self.put(key.clone(), Some(&object.definition), ROLES_PATH);
        }
    }

    fn put(&mut self, key: Key, definition: Option<&str>, path: &str) {
        match definition {
            Some(definition) => {
                let held = Held { path: path.to_owned(), definition: definition.to_owned() };
                self.objects.insert(key, held);
            }
            None => {
                self.objects.remove(&key);
            }
        }
    }
}

/// The server's major version: after an upgrade, the same file may leave another wording in the catalogs.
pub(super) async fn server_major(client: &impl GenericClient) -> Result<i32, MigrateError> {
    let query = "select current_setting('server_version_num')::integer / 10000";
    Ok(client.query_one(query, &[]).await?.get(0))
}

fn keys(snapshots: &[&Snapshot]) -> BTreeSet<Key> {
    snapshots.iter().flat_map(|snapshot| snapshot.objects.keys().cloned()).collect()
}
