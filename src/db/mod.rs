//! Everything that speaks to PostgreSQL.
//!
//! Invariant: no handler, store or cache can reach a pool. What leaves this module
//! is a [`TenantScope`] (one hotel, sealed context, role `stayzr_app`) and the
//! sign-in lookup; both are made here from the pool, and the pool stays here.

mod connect;
mod database;
pub mod demo;
pub mod embedded;
mod error;
mod lease;
pub mod migrate;
mod scope;
mod snapshot;

pub use connect::{Address, ConnectError, connect, parse_url};
pub use database::{Database, DatabaseSettings, Readiness, ReadinessProbe, SignInLookup};
pub use error::DbError;
pub use scope::{FromRow, TenantScope};
pub use snapshot::snapshot;

/// A connection outside any pool, for commands.
pub use tokio_postgres::Client;

/// The version of the server, as `server_version_num` has it: 150018 is 15.18.
///
/// # Errors
/// When the server does not answer.
pub async fn server_version(client: &Client) -> Result<i32, DbError> {
    let row = client.query_one("select current_setting('server_version_num')::integer", &[]).await?;
    Ok(row.try_get(0)?)
}
