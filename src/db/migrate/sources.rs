//! The files of this release: what the binary carries, or what a test hands in.

use super::error::MigrateError;
use include_dir::{Dir, include_dir};
use refinery::Migration;
use sha2::{Digest, Sha256};

mod embedded {
    refinery::embed_migrations!("migrations");
}

static FUNCTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sql/functions");
static POLICIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/policies");

pub(super) const ROLES_PATH: &str = "policies/database_roles.sql";

/// One repeatable SQL file.
#[derive(Debug, Clone)]
pub struct TextFile {
    /// From the root of the repository: `policies/guests.sql`.
    pub path: String,
    /// What is sent to the database, as it is.
    pub text: String,
}

impl TextFile {
    /// SHA-256 of the text, in hex.
    pub(super) fn checksum(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// Everything a database is made from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// `migrations/`, by version.
    pub migrations: Vec<Migration>,
    /// `sql/functions/`, by name: the order they run in.
    pub functions: Vec<TextFile>,
    /// `policies/` without `database_roles.sql`, by name.
    pub policies: Vec<TextFile>,
    /// `policies/database_roles.sql`.
    pub roles: TextFile,
}

impl Sources {
    /// The files this binary was built with.
    ///
    /// # Errors
    /// If a file is not UTF-8, `policies/database_roles.sql` is missing, or two migrations have one number.
    pub fn embedded() -> Result<Self, MigrateError> {
        let migrations = embedded::migrations::runner().get_migrations().clone();
        let functions = read(&FUNCTIONS, "sql/functions")?;
        let mut policies = read(&POLICIES, "policies")?;
        let roles = policies
            .iter()
            .position(|file| file.path == ROLES_PATH)
            .map(|index| policies.remove(index))
            .ok_or_else(|| MigrateError::Sources(format!("{ROLES_PATH} is missing")))?;
        Self { migrations, functions, policies, roles }.sorted()
    }

    /// Files from memory, each a name and a text: `V001__guests` for migrations, `guests.sql` for the others.
    ///
    /// # Errors
    /// If a migration's name is not one, or two have one number.
    pub fn new(
        migrations: &[(&str, &str)],
        functions: &[(&str, &str)],
        policies: &[(&str, &str)],
        roles: &str,
    ) -> Result<Self, MigrateError> {
        let migrations = migrations
            .iter()
            .map(|(name, text)| {
                Migration::unapplied(name, text).map_err(|error| MigrateError::Sources(format!("{name}: {error}")))
            })
            .collect::<Result<_, _>>()?;
        let files = |folder: &str, files: &[(&str, &str)]| {
            files
                .iter()
                .map(|(name, text)| TextFile { path: format!("{folder}/{name}"), text: (*text).to_owned() })
                .collect()
        };
        let roles = TextFile { path: ROLES_PATH.to_owned(), text: roles.to_owned() };
        Self { migrations, functions: files("sql/functions", functions), policies: files("policies", policies), roles }
            .sorted()
    }

    fn sorted(mut self) -> Result<Self, MigrateError> {
        self.migrations.sort();
        self.functions.sort_by(|a, b| a.path.cmp(&b.path));
        self.policies.sort_by(|a, b| a.path.cmp(&b.path));
        for pair in self.migrations.windows(2) {
            if pair[0].version() == pair[1].version() {
                let (one, other) = (file_name(&pair[0]), file_name(&pair[1]));
                return Err(MigrateError::Sources(format!("{one} and {other} have the same number")));
            }
        }
        Ok(self)
    }

    /// The text of `policies/<table>.sql`.
    pub fn policies_of(&self, table: &str) -> Option<&str> {
        let path = format!("policies/{table}.sql");
        self.policies.iter().find(|file| file.path == path).map(|file| &*file.text)
    }

    /// Functions, then policies: the order they run in.
    pub(super) fn repeatable(&self) -> impl Iterator<Item = (FileKind, &TextFile)> {
        let functions = self.functions.iter().map(|file| (FileKind::Function, file));
        functions.chain(self.policies.iter().map(|file| (FileKind::Policy, file)))
    }

    /// One value for the text of all functions and policies: two releases with the same one behave the same.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for (_, file) in self.repeatable() {
            hash.update(format!("{} {}\n", file.checksum(), file.path));
        }
        hex(&hash.finalize())
    }

    /// The file name of the last migration, for messages.
    pub(super) fn last_migration(&self) -> String {
        self.migrations.last().map_or_else(|| "none".to_owned(), file_name)
    }
}

/// What a repeatable file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Function,
    Policy,
}

impl FileKind {
    /// As `app.applied_files.kind` has it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Policy => "policy",
        }
    }
}

/// `V001__guests`. refinery forgets the zeros in front, which our file names have.
pub(super) fn file_name(migration: &Migration) -> String {
    name_of(migration.version(), migration.name())
}

pub(super) fn name_of(version: i32, name: &str) -> String {
    format!("V{version:03}__{name}")
}

fn read(dir: &Dir<'static>, folder: &str) -> Result<Vec<TextFile>, MigrateError> {
    dir.files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "sql"))
        .map(|file| {
            let path = format!("{folder}/{}", file.path().display());
            let text = file.contents_utf8().ok_or_else(|| MigrateError::Sources(format!("{path} is not UTF-8")))?;
            Ok(TextFile { text: text.to_owned(), path })
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
