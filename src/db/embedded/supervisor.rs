//! A small shell between Stayzr and PostgreSQL that outlives Stayzr by a moment.
//!
//! Its standard input is a pipe that only this process holds. However this process ends, SIGKILL
//! included, the pipe closes and the shell shuts PostgreSQL down. When PostgreSQL ends by itself
//! the shell ends too, with the same status.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::account::Account;

const SCRIPT: &str = include_str!("supervisor.sh");
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// What the shell removes when its command has ended, for test runs that leave nothing behind.
#[derive(Debug, Clone, Default)]
pub(super) struct Cleanup {
    pub(super) directories: Vec<PathBuf>,
    /// Only when the command failed, or also when it succeeded.
    pub(super) after_success: bool,
}

/// A running command with its supervising shell. Dropping it closes the pipe: the command is
/// stopped, but nobody waits for it.
#[derive(Debug)]
pub(super) struct Supervisor {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Supervisor {
    /// Starts `program` with `arguments` as `account`, its output appended to `log`.
    pub(super) fn spawn(
        account: &Account,
        search_path: &OsStr,
        log: &File,
        cleanup: &Cleanup,
        program: &Path,
        arguments: &[OsString],
    ) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT, "stayzr-supervisor"])
            .arg(if cleanup.after_success { "always" } else { "failed" })
            .arg(cleanup.directories.len().to_string())
            .args(&cleanup.directories)
            .arg(program)
            .args(arguments)
            // Secrets of our environment are not PostgreSQL's business, and its PG* variables
            // and locale would change how it runs.
            .env_clear()
            .env("PATH", search_path)
            .env("LC_ALL", "C")
            // The directory we were started in may be closed to the other user.
            .current_dir("/")
            // Ctrl-C goes to the terminal's process group: it must reach us and not PostgreSQL,
            // which is still needed while requests finish.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?);
        account.apply(&mut command);
        let mut child = command.spawn()?;
        let pipe = child.stdin.take();
        Ok(Self { child, pipe })
    }

    /// Asks the command to stop; the shell insists if it does not.
    pub(super) fn stop(&mut self) {
        self.pipe = None;
    }

    /// How the command ended, if it has.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        // `Child::wait` would close the pipe; this does not.
        self.child.try_wait()
    }

    /// Waits until the command has ended.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            // Polled, so that neither start nor stop depends on which runtime the other ran in.
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}
