//! What can go wrong between here and PostgreSQL.

use std::fmt;

/// A failure of the database, sorted by what the caller can do about it.
#[derive(Debug)]
pub enum DbError {
    /// No connection became free within the wait limit.
    PoolExhausted,
    /// The server cannot be reached, or went away in the middle.
    Unavailable(String),
    /// PostgreSQL refused the statement.
    Refused {
        /// The five characters of the SQLSTATE.
        sqlstate: String,
        /// The constraint it names, if any.
        constraint: Option<String>,
        /// A sentence for the client, where the refusal is one of our own (SQLSTATE SZ…).
        /// PostgreSQL's own details quote values and stay out.
        detail: Option<String>,
        /// PostgreSQL's message. For the log; it never reaches a client.
        message: String,
    },
    /// The code and the statement do not fit each other: a bug.
    Misused(String),
}

impl DbError {
    /// Whether the sealed context was refused: somebody forged it, or keys do not fit.
    pub fn is_context_refused(&self) -> bool {
        matches!(self, DbError::Refused { sqlstate, .. } if sqlstate.starts_with("SZ10"))
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DbError::PoolExhausted => write!(formatter, "no database connection became free in time"),
            DbError::Unavailable(reason) => write!(formatter, "database unavailable: {reason}"),
            DbError::Refused { sqlstate, constraint, message, .. } => {
                write!(formatter, "PostgreSQL refused ({sqlstate}): {message}")?;
                constraint.as_deref().map_or(Ok(()), |name| write!(formatter, " [{name}]"))
            }
            DbError::Misused(reason) => write!(formatter, "statement and code disagree: {reason}"),
        }
    }
}

impl std::error::Error for DbError {}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(refusal) = error.as_db_error() {
            let sqlstate = refusal.code().code().to_owned();
            return DbError::Refused {
                detail: refusal.detail().filter(|_| sqlstate.starts_with("SZ")).map(str::to_owned),
                sqlstate,
                constraint: refusal.constraint().map(str::to_owned),
                message: refusal.message().to_owned(),
            };
        }
        let chain = std::iter::successors(std::error::Error::source(&error), |cause| cause.source())
            .fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        // Conversions and row shapes are bugs here; everything else is the connection.
        let text = error.to_string();
        if text.starts_with("error serializing")
            || text.starts_with("error deserializing")
            || text.starts_with("invalid column")
            || text.starts_with("query returned")
        {
            return DbError::Misused(chain);
        }
        DbError::Unavailable(chain)
    }
}
