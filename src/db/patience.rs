//! How long a statement may run: as long as the hotel's plan says.
//!
//! The login's own `statement_timeout` binds everybody (`policies/database_roles.sql`). Less than that is held here, by a
//! request to cancel: a setting that comes along with a statement does not bind that statement, whose time runs from the
//! message that brings both.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the request to cancel may take, on a connection of its own.
const CANCEL_MAX: Duration = Duration::from_secs(1);

/// Cancels what runs on a connection of a pool, the way the pool connects.
#[derive(Clone)]
pub(super) enum Canceller {
    /// Nothing is encrypted.
    Plain,
    /// By TLS.
    Tls(Box<MakeRustlsConnect>),
}

impl Canceller {
    /// Waits for the work. After that long what the connection runs is cancelled, and the answer is whatever came of it;
    /// the other value tells that it was cancelled.
    pub(super) async fn bound<T>(
        &self,
        limit: Option<Duration>,
        token: impl FnOnce() -> CancelToken,
        work: impl Future<Output = T>,
    ) -> (T, bool) {
        let Some(limit) = limit else { return (work.await, false) };
        let mut work = pin!(work);
        if let Ok(done) = tokio::time::timeout(limit, &mut work).await {
            return (done, false);
        }
        // Where it fails, the login's own limit ends the statement.
        let _ = tokio::time::timeout(CANCEL_MAX, self.cancel(token())).await;
        (work.await, true)
    }

    async fn cancel(&self, token: CancelToken) -> Result<(), tokio_postgres::Error> {
        match self {
            Canceller::Plain => token.cancel_query(NoTls).await,
            Canceller::Tls(tls) => token.cancel_query((**tls).clone()).await,
        }
    }
}
