//! What can go wrong with the embedded PostgreSQL, told so that the reader knows what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why Stayzr's own PostgreSQL did not start, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "{holder} already uses the data directory {}; stop it, or give this one another data directory",
        data_dir.display()
    )]
    InUse { data_dir: PathBuf, holder: String },

    #[error("{0}")]
    NotFound(Box<NotFound>),

    #[error("STAYZR_POSTGRES_BIN points to {}, which cannot be used: {reason}", bin.display())]
    UnusableBinary { bin: PathBuf, reason: String },

    #[error(
        "PostgreSQL refuses to run as root, so the user `{user}` runs it, and that user cannot {action} {}; \
         choose a data directory that others may pass through (such as /var/lib/stayzr), \
         or give `{user}` access to this one",
        path.display()
    )]
    Unreachable { user: String, action: &'static str, path: PathBuf },

    #[error(
        "PostgreSQL refuses to run as root, and /etc/passwd lists neither `postgres` nor `nobody` to run it instead; \
         create one of these users, or start Stayzr as a normal user"
    )]
    NoUnprivilegedUser,

    #[error(
        "{} is neither empty nor a PostgreSQL cluster (it has no file PG_VERSION); \
         move it away, or choose another data directory",
        cluster.display()
    )]
    NotACluster { cluster: PathBuf },

    #[error(
        "{} must be a directory that belongs to the user id {owner} and that nobody else may enter (mode 0700), \
         because the database's socket lies in it; remove it and start again",
        path.display()
    )]
    UnsafeDirectory { path: PathBuf, owner: u32 },

    #[error("initdb could not create the database cluster{}", log_excerpt(log))]
    Initdb { log: String },

    #[error("PostgreSQL ended ({status}); its log is {}{}", log_file.display(), log_excerpt(log))]
    Ended { status: String, log_file: PathBuf, log: String },

    #[error(
        "PostgreSQL did not accept a connection within {seconds} seconds ({last}); its log is {}{}",
        log_file.display(), log_excerpt(log)
    )]
    NotReady { seconds: u64, last: String, log_file: PathBuf, log: String },

    #[error(
        "the database refuses the password in {}: the file is not the one the cluster {} was made with; \
         restore it, or remove both to begin with an empty database",
        secret.display(), cluster.display()
    )]
    PasswordRefused { secret: PathBuf, cluster: PathBuf },

    #[error(
        "a PostgreSQL server of an earlier run (process {pid}) still uses {} and does not stop",
        cluster.display()
    )]
    StalePostmaster { pid: u32, cluster: PathBuf },

    #[error("PostgreSQL did not stop within {seconds} seconds")]
    StopTimeout { seconds: u64 },

    #[error("{action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },

    #[error("the embedded database refused a statement: {}", with_causes(.0))]
    Database(#[from] tokio_postgres::Error),

    #[error("no random numbers for a password")]
    Random,
}

impl EmbeddedError {
    /// Makes the closure for `map_err` that says what was being done to which path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// No usable PostgreSQL: everything the reader needs in one message.
#[derive(Debug)]
pub struct NotFound {
    /// The major version an existing cluster needs, with the cluster's directory.
    pub needed: Option<(u32, PathBuf)>,
    /// What was found and why it does not do.
    pub rejected: Vec<String>,
    /// Why nothing was downloaded.
    pub download: String,
    /// The command that installs PostgreSQL on this system.
    pub install: String,
}

impl std::fmt::Display for NotFound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.needed {
            None => write!(f, "no PostgreSQL {} or newer on this machine", super::find::OLDEST_MAJOR)?,
            Some((major, cluster)) => {
                write!(f, "the data in {} needs PostgreSQL {major}, which is not on this machine", cluster.display())?
            }
        }
        if !self.rejected.is_empty() {
            write!(f, " (found: {})", self.rejected.join("; "))?;
        }
        write!(f, ", and {}.\n\n", self.download)?;
        writeln!(f, "  Install it:               {}", self.install)?;
        writeln!(f, "  or say where it is:       STAYZR_POSTGRES_BIN=/path/to/postgresql/bin")?;
        write!(f, "  or use a running server:  STAYZR_DATABASE_URL=postgres://user@host/database")
    }
}

fn log_excerpt(log: &str) -> String {
    if log.is_empty() { String::new() } else { format!(":\n{log}") }
}

/// An error and its causes in one line; several crates tell the real cause only in `source()`.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
