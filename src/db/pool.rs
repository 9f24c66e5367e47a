//! A pool, and what is measured of it.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, PoolError, QueueMode, RecyclingMethod, Runtime, Status, Timeouts};

use super::connect::{Address, ConnectError, is_plain, tls};
use super::lease::Lease;
use super::meter::Meter;
use super::patience::Canceller;
use super::{DatabaseSettings, DbError};
use crate::metrics::Metrics;

/// The connections of one login.
pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    canceller: Canceller,
    meter: Arc<Meter>,
}

impl Pool {
    /// Makes it. No connection is opened yet, and nothing is measured.
    pub(super) fn new(address: &Address, size: usize, settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        Self::measured_by(address, size, settings, Arc::new(Meter::new(&Metrics::off(), "")))
    }

    /// The same, measured with others.
    pub(super) fn measured_by(
        address: &Address,
        size: usize,
        settings: &DatabaseSettings,
        meter: Arc<Meter>,
    ) -> Result<Self, ConnectError> {
        let mut config = address.config.clone();
        config.connect_timeout(settings.connect_timeout);
        config.application_name("stayzr");
        // The dead are noticed: a peer that vanished without a word closes after a while.
        config.keepalives_idle(Duration::from_secs(15));
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let canceller = if is_plain(address) { Canceller::Plain } else { Canceller::Tls(Box::new(tls(address)?)) };
        let manager = match &canceller {
            Canceller::Plain => Manager::from_config(config, tokio_postgres::NoTls, manager_config),
            Canceller::Tls(tls) => Manager::from_config(config, (**tls).clone(), manager_config),
        };
        let timeouts = Timeouts {
            wait: Some(settings.pool_wait),
            create: Some(settings.connect_timeout),
            recycle: Some(settings.connect_timeout),
        };
        let connections = deadpool_postgres::Pool::builder(manager)
            .max_size(size)
            // The one that was used last has its plans and catalogs in the processor's caches still.
            .queue_mode(QueueMode::Lifo)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| ConnectError::Connect(error.to_string()))?;
        Ok(Pool { connections, canceller, meter })
    }

    /// The same, measured under that name.
    pub(super) fn metered(self, metrics: &Metrics, name: &'static str) -> Self {
        Pool { meter: Arc::new(Meter::new(metrics, name)), ..self }
    }

    /// Lends a connection.
    pub(super) async fn lease(&self) -> Result<Lease, DbError> {
        let waiting = self.meter.wait();
        let connection = self.connections.get().await;
        drop(waiting);
        let lend = |connection| Lease::new(connection, self.canceller.clone(), self.meter.clone());
        connection.map(lend).map_err(|error| match error {
            PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => DbError::PoolExhausted,
            PoolError::Backend(error) => match DbError::from(error) {
                // Refused while connecting: starting up, shutting down, wrong password.
                DbError::Refused { message, .. } => DbError::Unavailable(message),
                other => other,
            },
            other => DbError::Unavailable(other.to_string()),
        })
    }

    /// Notes how many connections there are and how many wait for one.
    pub(super) fn gauge(&self) {
        self.meter.gauge([self.status()]);
    }

    /// How many connections there are and how many wait for one.
    pub(super) fn status(&self) -> Status {
        self.connections.status()
    }
}
