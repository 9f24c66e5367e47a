//! Everything that speaks to PostgreSQL.
//!
//! Invariant: no handler, store or cache can reach a pool. What leaves this module
//! is a [`TenantScope`] (one hotel, sealed context, role `stayzr_app`) and the
//! questions of [`Accounts`]; both are made here from the pool, and the pool stays here.

mod access;
mod accounts;
mod catalog_reader;
mod catalogs;
mod connect;
mod database;
mod dedicated;
pub mod demo;
pub mod embedded;
mod error;
mod lease;
mod listen;
mod load;
mod meter;
pub mod migrate;
mod patience;
mod platform_scope;
mod pool;
mod refusals;
mod scope;
mod snapshot;
mod terms;
mod trial;

pub use access::Access;
pub use accounts::{Accounts, Origin};
pub use catalog_reader::CatalogReader;
pub use catalogs::Catalogs;
pub use connect::{Address, ConnectError, connect, parse_url};
pub use database::{Database, DatabaseSettings, PoolProbe, Readiness, ReadinessProbe};
pub use error::DbError;
pub use listen::{Channel, Heard, Listener};
pub use load::Spent;
pub use platform_scope::PlatformScope;
pub use refusals::{Asker, RefusalLog};
pub use scope::{FromRow, Tags, TenantScope};
pub use snapshot::snapshot;
pub use terms::Terms;
pub use trial::Trial;

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
