//! The database cluster: made once with initdb, then served.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::SUPERUSER;
use super::account::Account;
use super::directories::Log;
use super::error::EmbeddedError;
use super::find::Installation;
use super::options::Options;
use super::supervisor::{Cleanup, Supervisor};

/// Unfinished clusters lie in directories of this prefix, so that `cluster` itself is always whole.
const STAGING_PREFIX: &str = "initdb-";

/// The major version of the PostgreSQL that made the cluster; `None` where there is no cluster yet.
pub(super) fn major(cluster: &Path) -> Result<Option<u32>, EmbeddedError> {
    let not_a_cluster = || EmbeddedError::NotACluster { cluster: cluster.to_owned() };
    match fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(version) => Ok(Some(version.trim().parse().map_err(|_| not_a_cluster())?)),
        Err(_) => match fs::read_dir(cluster) {
            Ok(entries) => match entries.count() {
                0 => Ok(None),
                _ => Err(not_a_cluster()),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EmbeddedError::io("cannot read", cluster)(error)),
        },
    }
}

/// Removes what a first start that was cut short left behind.
pub(super) fn remove_unfinished(data_dir: &Path) -> Result<(), EmbeddedError> {
    let entries = fs::read_dir(data_dir).map_err(EmbeddedError::io("cannot read", data_dir))?;
    for entry in entries.filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(STAGING_PREFIX) {
            tracing::warn!("an earlier start was cut short while it made the database: beginning again");
            fs::remove_dir_all(entry.path()).map_err(EmbeddedError::io("cannot remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// Makes the cluster beside its place and then moves it there, so that it appears whole or not at all.
pub(super) async fn initialize(
    options: &Options,
    installation: &Installation,
    account: &Account,
    log: &Log,
    password: &str,
) -> Result<(), EmbeddedError> {
    let data_dir = &options.data_dir;
    // The process id keeps it apart from a directory that the initdb of a killed run still writes to.
    let staging = data_dir.join(format!("{STAGING_PREFIX}{}", std::process::id()));
    DirBuilder::new()
        .mode(0o700)
        .create(&staging)
        .and_then(|()| account.own(&staging))
        .map_err(EmbeddedError::io("cannot create", &staging))?;
    let password_file = staging.join("password");
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&password_file)
        .and_then(|mut file| writeln!(file, "{password}"))
        .and_then(|()| account.own(&password_file))
        .map_err(EmbeddedError::io("cannot write", &password_file))?;

    let staged_cluster = staging.join("cluster");
    let arguments = initdb_arguments(options, installation.major, &staged_cluster, &password_file);
    let cleanup = Cleanup { directories: options.doomed(), after_success: false };
    let initdb = installation.bin.join("initdb");
    let status = Supervisor::spawn(account, options.search_path(), &log.file, &cleanup, &initdb, &arguments)
        .map_err(EmbeddedError::io("cannot run", &initdb))?
        .wait()
        .await
        .map_err(EmbeddedError::io("cannot wait for", &initdb))?;
    if !status.success() {
        let log = log.excerpt();
        let _ = fs::remove_dir_all(&staging);
        return Err(EmbeddedError::Initdb { log });
    }

    let cluster = options.cluster();
    fs::rename(&staged_cluster, &cluster).map_err(EmbeddedError::io("cannot move the new database to", &cluster))?;
    fs::remove_dir_all(&staging).map_err(EmbeddedError::io("cannot remove", &staging))?;
    if options.durable {
        File::open(data_dir).and_then(|dir| dir.sync_all()).map_err(EmbeddedError::io("cannot flush", data_dir))?;
    }
    Ok(())
}

fn initdb_arguments(options: &Options, major: u32, cluster: &Path, password_file: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["-D".into(), cluster.into()];
    let mut pwfile = OsString::from("--pwfile=");
    pwfile.push(password_file);
    arguments.push(pwfile);
    arguments.push(format!("--username={SUPERUSER}").into());
    arguments.extend(
        ["--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8", "--data-checksums"].map(OsString::from),
    );
    // Sorts by code point and knows all letters. Where PostgreSQL brings that itself, an update of
    // the system's library cannot reorder our indexes.
    let locale: &[&str] = if major >= 17 {
        &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    } else if cfg!(target_os = "macos") {
        &["--locale=C", "--lc-ctype=UTF-8"]
    } else {
        &["--locale=C.UTF-8"]
    };
    arguments.extend(locale.iter().map(OsString::from));
    if !options.durable {
        arguments.push("--no-sync".into());
    }
    arguments
}

/// The command line of the server. Everything is set here rather than in postgresql.conf, so that
/// an existing cluster follows when Stayzr changes a setting.
pub(super) fn server_arguments(options: &Options, socket_dir: &Path) -> Vec<OsString> {
    // `stale` knows the process again by this `-D`.
    let mut arguments: Vec<OsString> = vec!["-D".into(), options.cluster().into()];
    let mut set = |setting: OsString| arguments.extend([OsString::from("-c"), setting]);

    // The value is a list of paths in which quotes protect commas and spaces.
    let mut directories = OsString::from("unix_socket_directories=\"");
    directories.push(socket_dir.to_string_lossy().replace('"', "\"\""));
    directories.push("\"");
    set(directories);
    for setting in [
        "listen_addresses=",
        "port=5432",
        "unix_socket_permissions=0700",
        "password_encryption=scram-sha-256",
        "max_connections=300",
        "shared_buffers=128MB",
        "cluster_name=stayzr",
        "timezone=UTC",
        "log_timezone=UTC",
        "logging_collector=off",
        "log_destination=stderr",
        // Without the statements that failed: Stayzr logs these itself, and here their text and
        // details would collect what guests wrote. (In this setting LOG ranks above ERROR.)
        "log_min_messages=log",
        "log_checkpoints=off",
    ] {
        set(setting.into());
    }
    if !options.durable {
        for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
            set(setting.into());
        }
    }
    arguments
}
