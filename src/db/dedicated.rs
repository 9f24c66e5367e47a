//! Pools of hotels that have connections of their own.
//!
//! A hotel that has them waits for nobody else's requests, and nobody for its. Its pool is made when it first asks, made
//! anew when its plan says another size, and closed when the plan says none or nobody has asked for a quarter of an
//! hour; what is lent out then closes when it comes back. Each server has pools of its own, none larger than the one
//! that all others share.

use std::sync::{Arc, Mutex, PoisonError};

use super::connect::{Address, ConnectError};
use super::meter::Meter;
use super::pool::Pool;
use super::{DatabaseSettings, DbError};
use crate::cache::PerOrganization;
use crate::metrics::Metrics;

pub(super) struct Dedicated {
    address: Address,
    settings: DatabaseSettings,
    meter: Arc<Meter>,
    pools: PerOrganization<Current>,
}

/// The pool of a hotel, and how many connections it may have.
#[derive(Default)]
struct Current(Mutex<Option<(usize, Arc<Pool>)>>);

impl Dedicated {
    /// None yet.
    pub(super) fn new(address: &Address, settings: &DatabaseSettings) -> Self {
        let meter = Arc::new(Meter::new(&Metrics::off(), ""));
        Dedicated { address: address.clone(), settings: settings.clone(), meter, pools: PerOrganization::new() }
    }

    /// The same, measured as one.
    pub(super) fn metered(self, metrics: &Metrics) -> Self {
        Dedicated { meter: Arc::new(Meter::new(metrics, "dedicated")), ..self }
    }

    /// That of a hotel which may have so many connections.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn pool(&self, organization_id: i32, connections: usize) -> Result<Arc<Pool>, DbError> {
        let size = connections.min(self.settings.app_connections);
        let current = self.pools.get(organization_id);
        let mut current = current.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            Some((as_large, pool)) if *as_large == size => Ok(pool.clone()),
            _ => {
                let made = Pool::measured_by(&self.address, size, &self.settings, self.meter.clone());
                let unavailable = |error: ConnectError| DbError::Unavailable(error.to_string());
                Ok(current.insert((size, Arc::new(made.map_err(unavailable)?))).1.clone())
            }
        }
    }

    /// The hotel has none of its own any more.
    pub(super) fn close(&self, organization_id: i32) {
        // A cache forgets at its leisure, and connections close now.
        if self.pools.knows(organization_id) {
            let current = self.pools.get(organization_id);
            drop(current.0.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// Notes how many connections all of them have together.
    pub(super) fn gauge(&self) {
        let pools = self.pools.all().into_iter().filter_map(|current| {
            let current = current.0.lock().unwrap_or_else(PoisonError::into_inner);
            current.as_ref().map(|(_, pool)| pool.clone())
        });
        self.meter.gauge(pools.map(|pool| pool.status()));
    }
}
