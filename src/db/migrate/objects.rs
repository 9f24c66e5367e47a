//! The live objects that files decide, in normal form, as `sql/checks/drift/live_objects.sql` reads them.

use super::error::MigrateError;
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::GenericClient;

/// Kind and identity: `("policy", "guests_tenant on public.guests")`.
pub(super) type Key = (String, String);

/// Kinds that `policies/database_roles.sql` decides.
const ROLE_KINDS: [&str; 5] = ["role", "schema", "database", "built-in functions", "default privileges"];
pub(super) fn is_role_kind(kind: &str) -> bool {
    ROLE_KINDS.contains(&kind)
}

/// Policies and grants are for `policies/` to say, all of a table's in one file: a migration that makes some does not
/// make them legitimate. Row security itself is the migration's, in which the table begins.
pub(super) fn is_policy_kind(kind: &str) -> bool {
    kind == "policy" || kind == "grant"
}

/// What has a [`Object::tuple`].
pub(super) fn tells_writing(kind: &str) -> bool {
    ["function", "trigger", "default"].contains(&kind)
}

/// One live object.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub definition: String,
    /// The table it belongs to, if any.
    pub relation: Option<u32>,
    /// Differs after each writing, also of the same text; of functions, triggers and defaults.
    pub tuple: Option<String>,
}

/// All of them at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    pub objects: BTreeMap<Key, Object>,
    relations: HashMap<u32, String>,
}

impl Snapshot {
    /// Read the catalogs. Leaves the search path at `public`, where [`super::lock::acquire`] put it.
    pub(super) async fn read(client: &impl GenericClient) -> Result<Self, MigrateError> {
        // With an empty path each name comes out qualified, whoever asks.
        client.batch_execute("set search_path = ''").await?;
        let rows = client.query(include_str!("../../../sql/checks/drift/live_objects.sql"), &[]).await?;
        client.batch_execute("set search_path = public").await?;
        let mut snapshot = Self::default();
        for row in rows {
            let (kind, identity): Key = (row.get("kind"), row.get("identity"));
            let relation: Option<u32> = row.get("relation");
            if let (Some(oid), "table" | "view") = (relation, kind.as_str()) {
                snapshot.relations.insert(oid, identity.clone());
            }
            let definition: Option<String> = row.get("definition");
            // A definition is null if the object was dropped while we read.
            let Some(definition) = definition else {
                continue;
            };
            let object = Object { definition, relation, tuple: row.get("tuple") };
            snapshot.objects.insert((kind, identity), object);
        }
        Ok(snapshot)
    }

    pub(super) fn definition(&self, key: &Key) -> Option<&str> {
        self.objects.get(key).map(|object| object.definition.as_str())
    }

    /// The name of the table an object belongs to.
    pub(super) fn relation_name(&self, object: &Object) -> Option<&str> {
        self.relations.get(&object.relation?).map(String::as_str)
    }
}
