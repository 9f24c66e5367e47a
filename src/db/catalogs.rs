//! What the server's own audit has of the database.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Client;

use super::{Address, Database, DbError, connect};

/// How long the server may take to let us in.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// A way to the catalogs, as `stayzr_platform`: a connection of its own each time, so that an audit keeps no request
/// waiting for one of the pool, and takes whatever it sets with it when it closes.
pub struct Catalogs(Arc<Database>);

impl Catalogs {
    /// Those of that database.
    pub(crate) fn new(database: Arc<Database>) -> Self {
        Catalogs(database)
    }

    /// Connects, and says where to. For [`crate::audit`], which reads catalogs in a transaction that writes nothing;
    /// rows of hotels are for scopes.
    ///
    /// # Errors
    /// When the server cannot be reached in time.
    pub(crate) async fn connect(&self) -> Result<(Client, &Address), DbError> {
        let address = self.0.auditor_address();
        let connected = tokio::time::timeout(CONNECT_WITHIN, connect(address)).await;
        let client = connected.map_err(|_| DbError::Unavailable("no connection in time".into()))?;
        Ok((client.map_err(|error| DbError::Unavailable(error.to_string()))?, address))
    }
}
