//! What can keep messages from being divided anew.

use crate::db::DbError;
use crate::db::migrate::MigrateError;

/// Why a move stopped. It goes on when it is asked for again.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// No hotel is called that.
    #[error("no organization {0:?}: a slug is wanted, such as grand-plaza")]
    NoOrganization(String),
    /// Another move is not over.
    #[error(
        "another move is unfinished, after which {} have a partition: \
         ask for that one again to finish it, or `stayzr partition cancel`", list(.0)
    )]
    Unfinished(Vec<i32>),
    /// There is nothing to undo any more.
    #[error("the tables have changed places already: finish the move by asking for it again")]
    Swapped,
    /// Somebody held messages for too long.
    #[error(
        "somebody holds messages or what refers to them, and a lock was not to be had in time: try again, it goes on"
    )]
    Busy,
    /// A row is not in both tables as it was.
    #[error(
        "{0} rows are not the same in both tables, so somebody wrote past the triggers. Nothing was dropped: before the \
         tables change places `stayzr partition cancel` undoes the move, and afterwards app.messages_before is as it was"
    )]
    Differs(i64),
    /// Somebody changed one of the tables in the meantime.
    #[error(
        "messages were changed by a migration or by hand since the move began: `stayzr partition cancel`, and begin anew"
    )]
    Changed,
    /// A file of the policies is missing.
    #[error("no file says the policies of {0}")]
    NoPolicies(String),
    /// What `stayzr migrate` would have said.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// What PostgreSQL said.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<tokio_postgres::Error> for PartitionError {
    fn from(error: tokio_postgres::Error) -> Self {
        PartitionError::Database(error.into())
    }
}

fn list(organizations: &[i32]) -> String {
    if organizations.is_empty() {
        return "no organizations".to_owned();
    }
    let numbers: Vec<String> = organizations.iter().map(ToString::to_string).collect();
    format!("the organizations {}", numbers.join(", "))
}
