//! What can go wrong in a migration, in words for the person who runs it.

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// Why a database was not migrated, or may not be served.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The connection broke, or a statement of the applier itself failed.
    #[error("the database answered: {}", plain(.0))]
    Database(#[from] tokio_postgres::Error),
    /// A file of ours failed; everything of its transaction is undone.
    #[error("{path}{}: {message}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    File { path: String, line: Option<usize>, message: String },
    /// The administrator may not do what `policies/database_roles.sql` asks for.
    #[error(
        "{administrator} may not do what policies/database_roles.sql asks for: {message}. Connect as a superuser. On a managed \
         server, connect as its administrator, who needs CREATEROLE, CREATE on the database, and BYPASSRLS to give"
    )]
    Privileges { administrator: String, message: String },
    /// `policies/database_roles.sql` ran, but the administrator cannot work as the owner of the tables.
    #[error(
        "{administrator} is not a member of stayzr_owner: as a superuser, run `grant stayzr_owner to {administrator}`"
    )]
    NotOwner { administrator: String },
    /// The text of a migration changed after it ran here.
    #[error(
        "{} changed after being applied to this database. A migration that ran is history: restore its text, and write \
         the change as a new migration", list(.0)
    )]
    Edited(Vec<String>),
    /// A migration ran here which this binary has no file for, although it has later ones.
    #[error("{} was applied to this database, but this binary has no such file: was it deleted or renumbered?", list(.0))]
    Missing(Vec<String>),
    /// A migration that lies before the last one applied.
    #[error(
        "{} was never applied to this database, and comes before one that was: give it a number after the last", list(.0)
    )]
    OutOfOrder(Vec<String>),
    /// The database was migrated by a later release.
    #[error(
        "this database is newer than this binary: it has {}, and the last migration here is {last}. Deploy the release \
         that brought them, or a later one", list(.applied)
    )]
    Newer { applied: Vec<String>, last: String },
    /// The files compiled into the binary contradict each other.
    #[error("the files of this release are wrong: {0}")]
    Sources(String),
    /// A policy file that does not begin from nothing could make a grant given by hand permanent.
    #[error("{path} must begin with `select app.policy_reset('<table>');`: it is the whole truth about its table")]
    NoReset { path: String },
    /// A seal key that is no key. The key itself is in no message.
    #[error("seal key {id} has {bytes} bytes, but must have 32 to 64")]
    SealKeyLength { id: String, bytes: usize },
    /// The seal keys could not be stored.
    #[error("the seal keys cannot be stored: {0}")]
    SealKeys(String),
    /// For the server: it does not start.
    #[error("this database is not migrated, run `stayzr migrate`: it lacks {}", list(.missing))]
    NotMigrated { missing: Vec<String> },
}

impl MigrateError {
    /// The error of running `text`, the contents of the file `path`.
    pub(super) fn in_file(path: &str, text: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        let Some(error) = error.downcast_ref::<tokio_postgres::Error>() else {
            return Self::File { path: path.to_owned(), line: None, message: error.to_string() };
        };
        let line = match error.as_db_error().and_then(DbError::position) {
            // Positions count characters from one.
            Some(ErrorPosition::Original(position)) => {
                let before = text.chars().take((*position as usize).saturating_sub(1));
                Some(1 + before.filter(|&c| c == '\n').count())
            }
            // Inside a function that the file calls: its own text has no line for it.
            Some(ErrorPosition::Internal { .. }) | None => None,
        };
        let mut message = plain(error);
        if let Some(error) = error.as_db_error() {
            for (label, more) in [("detail", error.detail()), ("hint", error.hint()), ("where", error.where_())] {
                if let Some(more) = more {
                    message.push_str(&format!("\n  {label}: {}", more.replace('\n', "\n  ")));
                }
            }
        }
        Self::File { path: path.to_owned(), line, message }
    }

    /// Whether the database refused for want of a right.
    pub(super) fn is_privilege(error: &tokio_postgres::Error) -> bool {
        error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }
}

/// The database's message and code, without the detail: that may quote a row.
pub(super) fn plain(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        None => error.to_string(),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [one] => format!("migration {one}"),
        several => format!("migrations {}", several.join(", ")),
    }
}
