//! Steps that lock, each a transaction that waits for nobody for long.

use std::time::{Duration, Instant};

use super::PartitionError;
use crate::db::{Client, DbError};

/// Between two tries, so that those who waited behind the last one get on.
const PAUSE: Duration = Duration::from_millis(250);

/// Runs these texts in one transaction, again and again until it has its locks.
///
/// # Errors
/// [`PartitionError::Busy`] when they are not to be had in that time, and what PostgreSQL says to the texts.
pub(super) async fn briefly(client: &mut Client, patience: Duration, texts: &[&str]) -> Result<(), PartitionError> {
    let begun = Instant::now();
    loop {
        match once(client, texts).await {
            Err(error) if is_busy(&error) && begun.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            Err(error) if is_busy(&error) => return Err(PartitionError::Busy),
            done => return done.map_err(|error| DbError::from(error).into()),
        }
    }
}

async fn once(client: &mut Client, texts: &[&str]) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(include_str!("../../sql/partitions/settle.sql")).await?;
    for text in texts {
        transaction.batch_execute(text).await?;
    }
    transaction.commit().await
}

/// A lock that was not to be had in time, or only by a deadlock.
fn is_busy(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    error.code().is_some_and(|code| [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED].contains(code))
}
