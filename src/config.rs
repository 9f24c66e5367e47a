//! The configuration: one struct, by environment or flag. Secrets only by environment
//! or file. Nothing else in the program reads the environment.

mod command;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};

use crate::auth::TokenKey;
use crate::db::{Address, DatabaseSettings, embedded, parse_url};
use crate::http::limits::Limits;
use crate::mail::{Mailbox, SmtpServer};
use crate::tenancy::SealKey;

pub use command::{
    AuditLogCommand, Command, DivideArguments, InvoicesCommand, KeysCommand, MigrateArguments, PartitionCommand,
    RotateArguments, UsageCommand,
};

/// The API behind a hotel's conversations with its guests.
///
/// Without STAYZR_APP_DATABASE_URL it starts a PostgreSQL of its own, with two demo hotels.
#[derive(Parser)]
#[command(name = "stayzr", version, after_long_help = SECRETS_HELP)]
pub struct Cli {
    /// What to do; `serve` unless said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How.
    #[command(flatten)]
    pub settings: Settings,
}

const SECRETS_HELP: &str = "\
Secrets, by environment only; each may also be read from the file that <NAME>_FILE names:
  STAYZR_DATABASE_URL           an administrator of the database, for `migrate`
  STAYZR_APP_DATABASE_URL       the role stayzr_app, for `serve`
  STAYZR_PLATFORM_DATABASE_URL  the role stayzr_platform, for `serve` and `audit-log verify`
  STAYZR_AUDITOR_DATABASE_URL   the role stayzr_auditor, for `audit`
  STAYZR_SEAL_KEYS              <id>:<base64 of 32 to 64 bytes>, several by commas; the first seals
  STAYZR_TOKEN_KEY              an Ed25519 private key in PKCS#8 PEM (openssl genpkey -algorithm ed25519);
                                of several the first signs, unless `keys rotate` said from when on
  STAYZR_SMTP_URL               smtps://user:password@host, or smtp://…:587?tls=required; without it
                                the embedded database logs its mail, an existing one sends none

Exit status: 0 done, 1 drift, findings, or faults in the audit log, 2 could not run.";

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line
    Json,
    /// For people
    Human,
}

/// Everything that is not secret.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address to serve on
    #[arg(long, env = "STAYZR_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,
    /// Address to serve /metrics on, apart from the API; whoever reaches it may read them [default: nowhere]
    #[arg(long, env = "STAYZR_METRICS_LISTEN", global = true)]
    pub metrics_listen: Option<SocketAddr>,
    /// Where the embedded database and its keys are kept [default: a directory of the user's]
    #[arg(long, env = "STAYZR_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Directory of PostgreSQL's programs, for the embedded database [default: searched for]
    #[arg(long, env = "STAYZR_POSTGRES_BIN", global = true)]
    pub postgres_bin: Option<PathBuf>,
    /// How log lines look
    #[arg(long, env = "STAYZR_LOG_FORMAT", default_value = "human", value_enum, global = true)]
    pub log_format: LogFormat,
    /// Which log lines are written, as tracing's filter directives
    #[arg(long, env = "STAYZR_LOG", default_value = "info", global = true)]
    pub log: String,
    /// Connections for the requests of hotels
    #[arg(long, env = "STAYZR_APP_CONNECTIONS", default_value = "16", global = true)]
    pub app_connections: usize,
    /// Connections for work across hotels
    #[arg(long, env = "STAYZR_PLATFORM_CONNECTIONS", default_value = "2", global = true)]
    pub platform_connections: usize,
    /// How long a request waits for a free connection, in milliseconds
    #[arg(long, env = "STAYZR_POOL_WAIT_MS", default_value = "1000", global = true)]
    pub pool_wait_ms: u64,
    /// How long opening a connection may take, in milliseconds
    #[arg(long, env = "STAYZR_CONNECT_TIMEOUT_MS", default_value = "2000", global = true)]
    pub connect_timeout_ms: u64,
    /// How long a request may take, in milliseconds
    #[arg(long, env = "STAYZR_REQUEST_TIMEOUT_MS", default_value = "10000", global = true)]
    pub request_timeout_ms: u64,
    /// The largest body, in bytes
    #[arg(long, env = "STAYZR_BODY_BYTES_MAX", default_value = "1048576", global = true)]
    pub body_bytes_max: usize,
    /// The largest headers, names and values together, in bytes
    #[arg(long, env = "STAYZR_HEADER_BYTES_MAX", default_value = "16384", global = true)]
    pub header_bytes_max: usize,
    /// How long an idle client's connection stays open, in milliseconds
    #[arg(long, env = "STAYZR_IDLE_TIMEOUT_MS", default_value = "75000", global = true)]
    pub idle_timeout_ms: u64,
    /// How long an access token is good for, in seconds
    #[arg(long, env = "STAYZR_ACCESS_TOKEN_SECONDS", default_value = "900", global = true)]
    pub access_token_seconds: u64,
    /// How long a session lives at most, in seconds
    #[arg(long, env = "STAYZR_SESSION_SECONDS", default_value = "2592000", global = true)]
    pub session_seconds: u64,
    /// How long a token for a new password is good for, in seconds
    #[arg(long, env = "STAYZR_RESET_TOKEN_SECONDS", default_value = "1800", global = true)]
    pub reset_token_seconds: u64,
    /// How long an invitation is good for, in seconds
    #[arg(long, env = "STAYZR_INVITATION_SECONDS", default_value = "604800", global = true)]
    pub invitation_seconds: u64,
    /// Attempts to sign in per account and minute
    #[arg(long, env = "STAYZR_LOGIN_ATTEMPTS_PER_ACCOUNT", default_value = "10", global = true)]
    pub login_attempts_per_account: NonZeroU32,
    /// Attempts to sign in per address and minute, and as many with API keys that nobody has
    #[arg(long, env = "STAYZR_LOGIN_ATTEMPTS_PER_ADDRESS", default_value = "60", global = true)]
    pub login_attempts_per_address: NonZeroU32,
    /// Password hashes computed at the same time; each takes 19 MiB
    #[arg(long, env = "STAYZR_PASSWORD_HASHES_AT_A_TIME", default_value = "4", global = true)]
    pub password_hashes_at_a_time: usize,
    /// Proxies whose X-Forwarded-For is believed, by commas
    #[arg(long, env = "STAYZR_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Whom mail comes from
    #[arg(long, env = "STAYZR_MAIL_FROM", default_value = "Stayzr <no-reply@localhost>", global = true)]
    pub mail_from: Mailbox,
    /// What the links in mails begin with [default: http:// and the address to serve on]
    #[arg(long, env = "STAYZR_PUBLIC_URL", value_parser = base_url, global = true)]
    pub public_url: Option<String>,
}

fn base_url(text: &str) -> Result<String, &'static str> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let strange = |letter: char| letter.is_whitespace() || letter.is_control() || ['?', '#', '@'].contains(&letter);
    if host.is_empty() || host.starts_with('/') || host.contains(strange) {
        return Err("expected https://host, perhaps with a port and a path");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[derive(Parser)]
struct SettingsOnly {
    #[command(flatten)]
    settings: Settings,
}

impl Default for Settings {
    /// The defaults of the flags.
    fn default() -> Self {
        SettingsOnly::parse_from(["stayzr"]).settings
    }
}

impl Settings {
    /// The limits of a request.
    pub fn limits(&self) -> Limits {
        Limits {
            request_timeout: Duration::from_millis(self.request_timeout_ms),
            body_bytes_max: self.body_bytes_max,
            header_bytes_max: self.header_bytes_max,
        }
    }

    /// The limits of the pools.
    pub fn database(&self) -> DatabaseSettings {
        DatabaseSettings {
            app_connections: self.app_connections,
            platform_connections: self.platform_connections,
            pool_wait: Duration::from_millis(self.pool_wait_ms),
            connect_timeout: Duration::from_millis(self.connect_timeout_ms),
        }
    }

    /// How long an access token is good for.
    pub fn access_token_lifetime(&self) -> Duration {
        Duration::from_secs(self.access_token_seconds)
    }

    /// How long a session lives at most.
    pub fn session_lifetime(&self) -> Duration {
        Duration::from_secs(self.session_seconds)
    }

    /// How long a token for a new password is good for.
    pub fn reset_token_lifetime(&self) -> Duration {
        Duration::from_secs(self.reset_token_seconds)
    }

    /// How long an invitation is good for.
    pub fn invitation_lifetime(&self) -> Duration {
        Duration::from_secs(self.invitation_seconds)
    }

    /// What the links in mails begin with. No slash at its end.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// How the embedded database is to run.
    pub fn embedded(&self) -> embedded::Options {
        let data_dir = self.data_dir.clone().unwrap_or_else(|| {
            embedded::default_data_dir(
                embedded::running_as_root().unwrap_or(false),
                variable("HOME").as_deref(),
                variable("XDG_DATA_HOME").as_deref(),
            )
        });
        let mut options = embedded::Options::new(data_dir);
        options.postgres_bin = self.postgres_bin.clone();
        options.path = variable("PATH");
        options
    }
}

/// What is wrong with the configuration. Never holds a secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    fn of(name: &str, reason: impl std::fmt::Display) -> Self {
        ConfigError(format!("{name}: {reason}"))
    }
}

/// What the program must keep to itself.
#[derive(Default)]
pub struct Secrets {
    /// An administrator of the database.
    pub database: Option<Address>,
    /// `stayzr_app`.
    pub app_database: Option<Address>,
    /// `stayzr_platform`.
    pub platform_database: Option<Address>,
    /// `stayzr_auditor`.
    pub auditor_database: Option<Address>,
    /// What seals contexts; the first one does.
    pub seal_keys: Vec<SealKey>,
    /// What signs tokens.
    pub token_keys: Vec<TokenKey>,
    /// The file they came from, if they did.
    pub token_key_file: Option<PathBuf>,
    /// What takes the mail.
    pub smtp: Option<SmtpServer>,
}

impl Secrets {
    /// From the environment, or the files it names.
    ///
    /// # Errors
    /// When one of them cannot be read; the message names it and never quotes it.
    pub fn read() -> Result<Self, ConfigError> {
        let url = |name: &'static str| match secret(name)? {
            Some(url) => parse_url(name, url.trim()).map(Some).map_err(|error| ConfigError(error.to_string())),
            None => Ok(None),
        };
        let seal_keys = secret("STAYZR_SEAL_KEYS")?
            .map(|text| SealKey::parse_list(&text).map_err(|error| ConfigError::of("STAYZR_SEAL_KEYS", error)))
            .transpose()?;
        let token_keys = secret("STAYZR_TOKEN_KEY")?
            .map(|pem| TokenKey::parse_all(pem.as_bytes()).map_err(|error| ConfigError::of("STAYZR_TOKEN_KEY", error)))
            .transpose()?;
        let smtp = secret("STAYZR_SMTP_URL")?
            .map(|url| SmtpServer::parse(url.trim()).map_err(|error| ConfigError::of("STAYZR_SMTP_URL", error)))
            .transpose()?;
        Ok(Secrets {
            database: url("STAYZR_DATABASE_URL")?,
            app_database: url("STAYZR_APP_DATABASE_URL")?,
            platform_database: url("STAYZR_PLATFORM_DATABASE_URL")?,
            auditor_database: url("STAYZR_AUDITOR_DATABASE_URL")?,
            seal_keys: seal_keys.unwrap_or_default(),
            token_keys: token_keys.unwrap_or_default(),
            token_key_file: variable("STAYZR_TOKEN_KEY_FILE").map(PathBuf::from),
            smtp,
        })
    }

    /// Whether nothing points at an existing server.
    pub fn is_embedded(&self) -> bool {
        self.database.is_none() && self.app_database.is_none() && self.platform_database.is_none()
    }
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn secret(name: &str) -> Result<Option<String>, ConfigError> {
    let file_variable = format!("{name}_FILE");
    match (variable(name), variable(&file_variable)) {
        (Some(_), Some(_)) => Err(ConfigError(format!("{name} and {file_variable} are both set"))),
        (Some(value), None) => value.into_string().map(Some).map_err(|_| ConfigError::of(name, "not UTF-8")),
        (None, Some(path)) => std::fs::read_to_string(&path)
            .map(Some)
            .map_err(|error| ConfigError::of(&file_variable, format!("{}: {error}", path.to_string_lossy()))),
        (None, None) => Ok(None),
    }
}
