//! Reading the whole database as it is at one moment, for commands.

use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::DbError;

/// A transaction that reads only, sees one moment throughout, and may take as long as it
/// needs: the limits of the roles are for requests.
///
/// # Errors
/// When the server cannot be reached.
pub async fn snapshot(client: &mut Client) -> Result<Transaction<'_>, DbError> {
    let builder = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let transaction = builder.start().await?;
    transaction.batch_execute("set local statement_timeout = 0").await?;
    Ok(transaction)
}
