//! How the embedded server is to run, and where its parts lie in the data directory.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// How to run the embedded server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept; created when absent.
    pub data_dir: PathBuf,
    /// The directory of PostgreSQL's programs, or `postgres` itself; else they are searched for.
    pub postgres_bin: Option<PathBuf>,
    /// The value of PATH, to search in.
    pub path: Option<OsString>,
    /// Whether a crash of the machine may lose nothing. Only tests can do without.
    pub durable: bool,
    /// Whether the data directory is removed when the server stops, for whatever reason.
    pub ephemeral: bool,
    /// Whether PostgreSQL may be downloaded where the machine has none.
    pub download: bool,
}

impl Options {
    /// What a server for keeps needs.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            postgres_bin: None,
            path: None,
            durable: true,
            ephemeral: false,
            download: true,
        }
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.data_dir.join("cluster")
    }

    pub(super) fn secrets(&self) -> PathBuf {
        self.data_dir.join("secrets")
    }

    pub(super) fn search_path(&self) -> &OsStr {
        self.path.as_deref().unwrap_or(OsStr::new("/usr/bin:/bin"))
    }

    /// What goes when an ephemeral server stops.
    pub(super) fn doomed(&self) -> Vec<PathBuf> {
        if self.ephemeral { vec![self.data_dir.clone()] } else { Vec::new() }
    }
}
