//! One run at a time on one database.

use super::error::MigrateError;
use tokio_postgres::Client;

/// `STAYZR` in ASCII. Nobody else on this database may use it.
const LOCK: i64 = 0x5354_4159_5a52;

/// Take the lock for this session, waiting for another run to end, and settle what files may assume of the session.
pub(super) async fn acquire(client: &Client) -> Result<(), MigrateError> {
    let free: bool = client.query_one("select pg_try_advisory_lock($1)", &[&LOCK]).await?.get(0);
    if !free {
        tracing::info!("another `stayzr migrate` is at work on this database: waiting for it");
        client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    }
    // A search path that an administrator set for herself must not decide where a table goes.
    client.batch_execute("set search_path = public").await?;
    Ok(())
}

/// Give the lock back, and the connection as it came.
pub(super) async fn release(client: &Client) -> Result<(), MigrateError> {
    client.batch_execute("reset role; reset search_path").await?;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    Ok(())
}
