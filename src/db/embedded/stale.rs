//! The server of an earlier run that is still there: because its supervisor is just stopping it,
//! or because supervisor and parent were both killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::error::EmbeddedError;

const PID_FILE: &str = "postmaster.pid";
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How long the earlier run may take to stop by itself, then by SIGINT, then by SIGQUIT.
const PATIENCE: [(Option<&str>, Duration); 3] =
    [(None, Duration::from_secs(2)), (Some("-INT"), Duration::from_secs(10)), (Some("-QUIT"), Duration::from_secs(5))];

/// No process has this number, on any system.
const NOBODYS_PID: &str = "2147483646";

/// Sees to it that no server of an earlier run uses `cluster`. The caller holds the data
/// directory's lock, so no other Stayzr minds.
pub(super) async fn stop(cluster: &Path) -> Result<(), EmbeddedError> {
    for (signal, patience) in PATIENCE {
        let Some(pid) = postmaster(cluster) else {
            return forget_other_process(cluster);
        };
        if let Some(signal) = signal {
            tracing::warn!("PostgreSQL of an earlier run (process {pid}) is still there: stopping it");
            send(signal, pid);
        }
        let deadline = Instant::now() + patience;
        while postmaster(cluster).is_some() && Instant::now() < deadline {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
    match postmaster(cluster) {
        None => forget_other_process(cluster),
        Some(pid) => Err(EmbeddedError::StalePostmaster { pid, cluster: cluster.to_owned() }),
    }
}

/// The process that serves `cluster`. The file alone proves nothing: after a restart of the
/// machine or container, another process may have the number in it.
pub(super) fn postmaster(cluster: &Path) -> Option<u32> {
    let pid = recorded_pid(cluster)?;
    serves(pid, cluster).then_some(pid)
}

fn recorded_pid(cluster: &Path) -> Option<u32> {
    let text = fs::read_to_string(cluster.join(PID_FILE)).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Whether the process was started with `-D <cluster>`, as `cluster::server_arguments` does.
/// A process that has ended and that nobody has waited for shows no arguments.
fn serves(pid: u32, cluster: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let wanted = cluster.as_os_str().as_bytes();
    if let Ok(arguments) = fs::read(format!("/proc/{pid}/cmdline")) {
        let arguments: Vec<&[u8]> = arguments.split(|byte| *byte == 0).collect();
        return arguments.windows(2).any(|pair| pair[0] == b"-D" && pair[1] == wanted);
    }
    // Systems without /proc.
    let output = Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).stdin(Stdio::null()).output();
    let wanted = format!("-D {} ", cluster.display());
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&wanted))
}

/// PostgreSQL does not start while any process of its user has the number in its file, which in a
/// container is likely after a crash. The file itself must stay: PostgreSQL also reads from it
/// which shared memory to check for backends that outlived their server.
fn forget_other_process(cluster: &Path) -> Result<(), EmbeddedError> {
    let file = cluster.join(PID_FILE);
    let Ok(text) = fs::read_to_string(&file) else {
        return Ok(());
    };
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(&file, format!("{NOBODYS_PID}\n{rest}")).map_err(EmbeddedError::io("cannot write", &file))
}

/// By the shell's own `kill`, since small containers have no program of that name.
fn send(signal: &str, pid: u32) {
    let sent = Command::new("/bin/sh")
        .args(["-c", "kill \"$1\" \"$2\"", "sh", signal, &pid.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if let Err(error) = sent {
        tracing::warn!("cannot signal process {pid}: {error}");
    }
}
