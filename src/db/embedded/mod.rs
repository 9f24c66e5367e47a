//! Stayzr's own PostgreSQL, for when no database is configured.
//!
//! ```text
//! <data_dir>/lock                 held while a Stayzr runs on this directory
//!            secrets/             generated passwords, one file each (mode 0600)
//!            cluster/             the database, owned by the user that runs PostgreSQL
//!            socket/              the only way in (mode 0700); no port is opened
//!            postgres.log
//!            postgresql-<version> a downloaded PostgreSQL, where the machine has none
//! ```
//!
//! Invariant: PostgreSQL does not outlive this process by more than seconds, however that ends; see
//! [`supervisor`]. Invariant: `cluster/` is whole or absent; see [`cluster`].

mod account;
mod cluster;
mod directories;
mod download;
mod error;
mod find;
mod install;
mod obtain;
mod options;
mod running;
mod secrets;
mod stale;
mod supervisor;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use account::Account;
use directories::Log;
use find::Installation;
use supervisor::{Cleanup, Supervisor};

pub use account::running_as_root;
pub use directories::default_data_dir;
pub use error::{EmbeddedError, NotFound};
pub use find::{OLDEST_MAJOR, missing_security_fixes};
pub use options::Options;
pub use running::{exists, running};
pub use secrets::{load_or_create, replace};

/// The roles the service logs in as; each has a generated password.
pub const LOGIN_ROLES: [&str; 3] = ["stayzr_app", "stayzr_platform", "stayzr_auditor"];

const SUPERUSER: &str = "postgres";
const READY_POLL_INTERVAL: Duration = Duration::from_millis(15);
const READY_SECONDS_MAX: u64 = 30;
/// A server that answers, but only that it is still replaying its log after a crash, gets longer.
const RECOVERY_SECONDS_MAX: u64 = 600;
/// Longer than supervisor.sh takes to lose its patience.
const STOP_SECONDS_MAX: u64 = 15;
/// How long backends may outlive a server that was killed.
const ORPHAN_SECONDS_MAX: u64 = 10;

/// A running PostgreSQL of our own. Dropping it shuts the server down without waiting for it.
pub struct Embedded {
    // The first field, so that the server is told to stop before the lock is given up.
    supervisor: Mutex<Supervisor>,
    options: Options,
    socket_dir: PathBuf,
    passwords: BTreeMap<&'static str, String>,
    log: Log,
    _lock: File,
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the passwords.
        f.debug_struct("Embedded")
            .field("data_dir", &self.options.data_dir)
            .field("socket_dir", &self.socket_dir)
            .finish_non_exhaustive()
    }
}

impl Embedded {
    /// Starts the server and waits until it accepts connections. The first start on a data directory
    /// makes the database; later ones reuse it and repair what a killed run left behind.
    pub async fn start(mut options: Options) -> Result<Self, EmbeddedError> {
        options.data_dir =
            std::path::absolute(&options.data_dir).map_err(EmbeddedError::io("cannot find", &options.data_dir))?;
        let cluster = options.cluster();
        let account = Account::choose(&cluster)?;
        directories::prepare_data_dir(&options.data_dir, &account)?;
        let lock = directories::lock(&options.data_dir)?;
        cluster::remove_unfinished(&options.data_dir)?;
        stale::stop(&cluster).await?;

        let made_by = cluster::major(&cluster)?;
        let installation = obtain::find_or_download(&options, &account, made_by, Path::new("/")).await?;
        let log = Log::open(&options.data_dir)?;
        let mut passwords = BTreeMap::new();
        for role in LOGIN_ROLES.iter().chain(&[SUPERUSER]) {
            passwords.insert(*role, secrets::password(&options.secrets(), role)?);
        }
        if options.ephemeral {
            // The supervisor runs as this user and removes them.
            for dir in [options.data_dir.clone(), options.secrets()] {
                account.own(&dir).map_err(EmbeddedError::io("cannot hand over", &dir))?;
            }
        }
        if made_by.is_none() {
            tracing::info!("making a new database in {}", options.data_dir.display());
            cluster::initialize(&options, &installation, &account, &log, &passwords[SUPERUSER]).await?;
        }
        if !account.can("-w", &cluster) {
            return Err(EmbeddedError::Unreachable { user: account.name, action: "write to", path: cluster });
        }

        let socket_dir = directories::prepare_socket_dir(&options.data_dir, &account)?;
        let supervisor = spawn(&options, &installation, &account, &log, &socket_dir)?;
        let mut embedded =
            Self { supervisor: Mutex::new(supervisor), options, socket_dir, passwords, log, _lock: lock };
        embedded.become_ready(&installation, &account).await?;
        Ok(embedded)
    }

    /// How to connect to `database` as one of [`LOGIN_ROLES`], with its generated password.
    pub fn config(&self, role: &str, database: &str) -> tokio_postgres::Config {
        connection(&self.socket_dir, role, database, self.passwords.get(role).map(String::as_str))
    }

    /// How to connect to `database` as the superuser, for migrations.
    pub fn superuser(&self, database: &str) -> tokio_postgres::Config {
        self.config(SUPERUSER, database)
    }

    /// The directory of the server's socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Creates the database if it is absent; tells whether it did.
    pub async fn create_database(&self, name: &str) -> Result<bool, EmbeddedError> {
        let client = connect(&self.superuser("postgres")).await?;
        let found = client.query_opt("select 1 from pg_database where datname = $1", &[&name]).await?;
        if found.is_some() {
            return Ok(false);
        }
        let statement = format!("create database {}", quoted(name));
        match client.batch_execute(&statement).await {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives each of [`LOGIN_ROLES`] the password that [`Self::config`] uses. The roles must exist.
    pub async fn set_role_passwords(&self) -> Result<(), EmbeddedError> {
        let mut statements = String::from("begin;");
        for role in LOGIN_ROLES {
            let verifier = secrets::scram_verifier(&self.passwords[role])?;
            // Base64, digits, `$` and `:` only, so the literal needs no escaping.
            statements += &format!("alter role {} password '{verifier}';", quoted(role));
        }
        statements += "commit;";
        let client = connect(&self.superuser("postgres")).await?;
        client.batch_execute(&statements).await?;
        Ok(())
    }

    /// Resolves when the server has ended although nobody stopped it.
    pub async fn ended(&self) -> EmbeddedError {
        loop {
            if let Some(error) = self.has_ended() {
                return error;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Shuts the server down and waits for it: open transactions are rolled back.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        let mut supervisor = self.supervisor.into_inner().unwrap_or_else(PoisonError::into_inner);
        supervisor.stop();
        let stopped = tokio::time::timeout(Duration::from_secs(STOP_SECONDS_MAX), supervisor.wait()).await;
        match stopped {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                return Err(EmbeddedError::io("cannot wait for", &self.socket_dir)(error));
            }
            Err(_) => {
                return Err(EmbeddedError::StopTimeout { seconds: STOP_SECONDS_MAX });
            }
        }
        for dir in self.options.doomed() {
            // The supervisor has emptied it, but its user may not remove it from a directory of ours.
            let _ = fs::remove_dir_all(dir);
        }
        Ok(())
    }

    fn has_ended(&self) -> Option<EmbeddedError> {
        let mut supervisor = self.supervisor.lock().unwrap_or_else(PoisonError::into_inner);
        let status = match supervisor.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => status.to_string(),
            Err(error) => error.to_string(),
        };
        Some(EmbeddedError::Ended { status, log_file: self.log.path.clone(), log: self.log.excerpt() })
    }

    async fn become_ready(&mut self, installation: &Installation, account: &Account) -> Result<(), EmbeddedError> {
        let begin = Instant::now();
        let client = loop {
            match self.wait_until_ready().await {
                // Backends see that their server was killed within moments, and are then gone.
                Err(EmbeddedError::Ended { log, .. })
                    if log.contains("pre-existing shared memory block")
                        && begin.elapsed().as_secs() < ORPHAN_SECONDS_MAX =>
                {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    let again = spawn(&self.options, installation, account, &self.log, &self.socket_dir)?;
                    self.supervisor = Mutex::new(again);
                }
                other => break other?,
            }
        };
        let row = client
            .query_one("select current_setting('server_version_num')::int, current_setting('server_version')", &[])
            .await?;
        if let Some(warning) = missing_security_fixes(row.get(0)) {
            tracing::warn!("{warning}");
        }
        let (version, seconds) = (row.get::<_, &str>(1), begin.elapsed().as_secs_f32());
        tracing::info!("PostgreSQL {version} is ready after {seconds:.2} s");
        Ok(())
    }

    async fn wait_until_ready(&self) -> Result<Client, EmbeddedError> {
        let config = self.superuser("postgres");
        let begin = Instant::now();
        loop {
            let error = match connect(&config).await {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            if let Some(ended) = self.has_ended() {
                return Err(ended);
            }
            if error.code() == Some(&SqlState::INVALID_PASSWORD) {
                return Err(EmbeddedError::PasswordRefused {
                    secret: self.options.secrets().join(SUPERUSER),
                    cluster: self.options.cluster(),
                });
            }
            let recovering = error.code() == Some(&SqlState::CANNOT_CONNECT_NOW);
            let seconds = if recovering { RECOVERY_SECONDS_MAX } else { READY_SECONDS_MAX };
            if begin.elapsed().as_secs() >= seconds {
                return Err(EmbeddedError::NotReady {
                    seconds,
                    last: error::with_causes(&error),
                    log_file: self.log.path.clone(),
                    log: self.log.excerpt(),
                });
            }
            tokio::time::sleep(READY_POLL_INTERVAL).await;
        }
    }
}

fn spawn(
    options: &Options,
    installation: &Installation,
    account: &Account,
    log: &Log,
    socket_dir: &Path,
) -> Result<Supervisor, EmbeddedError> {
    let mut cleanup = Cleanup { directories: options.doomed(), after_success: true };
    if options.ephemeral && !socket_dir.starts_with(&options.data_dir) {
        cleanup.directories.push(socket_dir.to_owned());
    }
    let arguments = cluster::server_arguments(options, socket_dir);
    let postgres = installation.bin.join("postgres");
    Supervisor::spawn(account, options.search_path(), &log.file, &cleanup, &postgres, &arguments)
        .map_err(EmbeddedError::io("cannot run", &postgres))
}

fn connection(socket_dir: &Path, role: &str, database: &str, password: Option<&str>) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config
        .host_path(socket_dir)
        .port(5432)
        .user(role)
        .dbname(database)
        .application_name("stayzr")
        // A socket needs no encryption; not asking for it saves a round trip.
        .ssl_mode(SslMode::Disable);
    if let Some(password) = password {
        config.password(password);
    }
    config
}

async fn connect(config: &tokio_postgres::Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // Ends when the client is dropped; its errors also reach the client's calls.
    tokio::spawn(connection);
    Ok(client)
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
