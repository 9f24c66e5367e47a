//! The directories of the embedded server, the lock that makes them one process's, and its log.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;

use super::account::Account;
use super::error::EmbeddedError;

/// The longest path of a socket, in bytes: 107 on Linux, 103 on macOS.
const SOCKET_PATH_MAX: usize = 103;
/// What PostgreSQL calls its socket inside the directory.
const SOCKET_NAME: &str = "/.s.PGSQL.5432";
const LOG_BYTES_MAX: u64 = 10 * 1024 * 1024;
const EXCERPT_BYTES: u64 = 8 * 1024;
const EXCERPT_LINES: usize = 15;

/// Where the embedded server keeps its data unless told otherwise.
///
/// `home` and `xdg_data_home` are the environment variables of these names.
pub fn default_data_dir(as_root: bool, home: Option<&OsStr>, xdg_data_home: Option<&OsStr>) -> PathBuf {
    if as_root {
        // Root's home is closed to the user that runs PostgreSQL.
        return PathBuf::from("/var/lib/stayzr");
    }
    let home = Path::new(home.unwrap_or(OsStr::new(".")));
    if cfg!(target_os = "macos") {
        return home.join("Library/Application Support/stayzr");
    }
    match xdg_data_home.map(Path::new) {
        // The specification says to ignore relative paths.
        Some(xdg) if xdg.is_absolute() => xdg.join("stayzr"),
        _ => home.join(".local/share/stayzr"),
    }
}

/// Creates the data directory where there is none, and says so if PostgreSQL's user cannot pass through it.
pub(super) fn prepare_data_dir(data_dir: &Path, account: &Account) -> Result<(), EmbeddedError> {
    if !data_dir.exists() {
        DirBuilder::new()
            .recursive(true)
            .create(data_dir)
            .map_err(EmbeddedError::io("cannot create the data directory", data_dir))?;
        // Others may pass, since the server may be another user; what lies inside is closed to them.
        fs::set_permissions(data_dir, Permissions::from_mode(0o711))
            .map_err(EmbeddedError::io("cannot protect", data_dir))?;
    }
    if account.can("-x", data_dir) {
        Ok(())
    } else {
        Err(EmbeddedError::Unreachable { user: account.name.clone(), action: "enter", path: data_dir.to_owned() })
    }
}

/// Takes the data directory for this process until the file is dropped.
pub(super) fn lock(data_dir: &Path) -> Result<File, EmbeddedError> {
    let path = data_dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(EmbeddedError::io("cannot open", &path))?;
    match file.try_lock() {
        Ok(()) => {
            let written = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
            written.map_err(EmbeddedError::io("cannot write", &path))?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let pid = fs::read_to_string(&path).unwrap_or_default();
            let holder = match pid.trim() {
                "" => "another Stayzr".to_owned(),
                pid => format!("another Stayzr (process {pid})"),
            };
            Err(EmbeddedError::InUse { data_dir: data_dir.to_owned(), holder })
        }
        Err(TryLockError::Error(error)) => Err(EmbeddedError::io("cannot lock", &path)(error)),
    }
}

/// The directory of the server's socket: in the data directory, or where that makes the path too
/// long, a short one under /tmp. Only the server's user may enter it.
pub(super) fn prepare_socket_dir(data_dir: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let dir = socket_dir(data_dir);
    match DirBuilder::new().mode(0o700).create(&dir) {
        Ok(()) => account.own(&dir).map_err(EmbeddedError::io("cannot hand over", &dir))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(EmbeddedError::io("cannot create", &dir)(error)),
    }
    // Under /tmp anyone could have made it first, to stand between us and the database.
    let metadata = fs::symlink_metadata(&dir).map_err(EmbeddedError::io("cannot look at", &dir))?;
    if metadata.is_dir() && metadata.uid() == account.uid && metadata.mode() & 0o077 == 0 {
        Ok(dir)
    } else {
        Err(EmbeddedError::UnsafeDirectory { path: dir, owner: account.uid })
    }
}

pub(super) fn socket_dir(data_dir: &Path) -> PathBuf {
    let dir = data_dir.join("socket");
    if dir.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
        return dir;
    }
    let hash = digest::digest(&digest::SHA256, data_dir.as_os_str().as_bytes());
    let name: String = hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    PathBuf::from(format!("/tmp/stayzr-{name}"))
}

/// The server's log, of which only what this run wrote is shown.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) path: PathBuf,
    pub(super) file: File,
    begin: u64,
}

impl Log {
    /// Opens the log to append to it; one that has grown large starts over.
    pub(super) fn open(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let path = data_dir.join("postgres.log");
        let open = || {
            let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path)?;
            if file.metadata()?.len() > LOG_BYTES_MAX {
                file.set_len(0)?;
            }
            let begin = file.metadata()?.len();
            Ok((file, begin))
        };
        let (file, begin) = open().map_err(EmbeddedError::io("cannot open", &path))?;
        Ok(Self { path, file, begin })
    }

    /// The last lines of this run.
    pub(super) fn excerpt(&self) -> String {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            let length = file.metadata()?.len();
            let from = self.begin.max(length.saturating_sub(EXCERPT_BYTES));
            file.seek(SeekFrom::Start(from))?;
            file.read_to_end(&mut bytes)
        });
        if read.is_err() {
            return String::new();
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(EXCERPT_LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn data_lies_where_the_system_expects_it() {
        let home = Some(OsStr::new("/home/ada"));
        let dir = |root, xdg: Option<&str>| default_data_dir(root, home, xdg.map(OsStr::new));
        assert_eq!(dir(true, None), Path::new("/var/lib/stayzr"));
        assert_eq!(dir(false, None), Path::new("/home/ada/.local/share/stayzr"));
        assert_eq!(dir(false, Some("/data")), Path::new("/data/stayzr"));
        assert_eq!(dir(false, Some("data")), Path::new("/home/ada/.local/share/stayzr"));
    }

    #[test]
    fn a_long_data_directory_gets_a_short_socket() {
        let short = Path::new("/var/lib/stayzr");
        assert_eq!(socket_dir(short), short.join("socket"));
        // 103 bytes in all are fine, one more is not.
        let longest = PathBuf::from(format!("/{}", "x".repeat(103 - 1 - "/socket/.s.PGSQL.5432".len())));
        assert_eq!(socket_dir(&longest), longest.join("socket"));
        let long = PathBuf::from(format!("{}x", longest.display()));
        assert!(socket_dir(&long).starts_with("/tmp"));
        assert_ne!(socket_dir(&long), socket_dir(&long.join("y")));
    }
}
