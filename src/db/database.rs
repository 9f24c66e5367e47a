//! The pools, and the few things done before a tenant is known.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::connect::{Address, ConnectError};
use super::dedicated::Dedicated;
use super::lease::{Bind, Lease};
use super::load::Load;
use super::migrate::Sources;
use super::pool::Pool;
use super::{Access, DbError, PlatformScope, TenantScope, Terms};
use crate::metrics::Metrics;
use crate::tenancy::{Sealer, TenantContext};

/// How many connections there are and how long anybody waits for one.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Connections for the requests of hotels.
    pub app_connections: usize,
    /// Connections for super admins' work across hotels.
    pub platform_connections: usize,
    /// How long a request waits for a free connection.
    pub pool_wait: Duration,
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
}

/// What `/readyz` asks.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    /// Every connection is busy; that says nothing of the database.
    pub busy: bool,
    /// Both pools reach the database.
    pub reachable: bool,
    /// Every migration of this release is applied.
    pub migrated: bool,
    /// The database accepts our seal.
    pub seal_accepted: bool,
    /// Why not, for the log.
    pub reason: Option<String>,
}

/// The database of the hotels.
///
/// Today one serves all of them, some hotels through connections of their own. A scope asks here, so an organization
/// may one day live elsewhere without anybody outside `db` noticing.
pub struct Database {
    app: Pool,
    dedicated: Dedicated,
    platform: Pool,
    /// What hotels have it do.
    load: Arc<Load>,
    listener: Address,
    auditor: Address,
    sealer: Sealer,
    sources: Sources,
}

impl Database {
    /// Makes the pools. No connection is opened yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        app: &Address,
        platform: &Address,
        sealer: Sealer,
        settings: &DatabaseSettings,
    ) -> Result<Self, ConnectError> {
        Ok(Database {
            app: Pool::new(app, settings.app_connections, settings)?,
            dedicated: Dedicated::new(app, settings),
            platform: Pool::new(platform, settings.platform_connections, settings)?,
            load: Arc::new(Load::new()),
            listener: app.clone(),
            auditor: platform.clone(),
            sealer,
            sources: Sources::embedded().map_err(|error| ConnectError::Connect(error.to_string()))?,
        })
    }

    /// The same, whose pools are measured.
    pub fn metered(self, metrics: &Metrics) -> Self {
        let (app, platform) = (self.app.metered(metrics, "app"), self.platform.metered(metrics, "platform"));
        Database { app, dedicated: self.dedicated.metered(metrics), platform, ..self }
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// One hotel's rows, for one request.
    pub(crate) fn tenant_scope(
        self: &Arc<Self>,
        context: TenantContext,
        read_only: bool,
        statements: Arc<AtomicU32>,
    ) -> TenantScope {
        TenantScope::new(self.clone(), Arc::new(context), read_only, statements)
    }

    /// Work across hotels, for one request of a super admin.
    pub(crate) fn platform_scope(
        self: &Arc<Self>,
        context: TenantContext,
        read_only: bool,
        access: Arc<Access>,
        statements: Arc<AtomicU32>,
    ) -> PlatformScope {
        PlatformScope::new(self.clone(), Arc::new(context), read_only, access, statements)
    }

    /// Makes the partitions of the audit log for the months to come; their names.
    ///
    /// # Errors
    /// When the database cannot be reached or does not let it happen in time.
    pub async fn make_audit_partitions(&self) -> Result<Vec<String>, DbError> {
        let lease = self.platform_lease().await?;
        let rows = lease.query(include_str!("../../sql/queries/audit_log/make_partitions.sql"), &[]).await?;
        lease.give_back();
        Ok(rows.iter().map(|row| row.try_get("name")).collect::<Result<_, _>>()?)
    }

    pub(super) async fn platform_lease(&self) -> Result<Lease, DbError> {
        self.platform.lease().await
    }

    /// Where the listener connects to, outside the pool: it never gives its connection back.
    pub(super) fn listener_address(&self) -> &Address {
        &self.listener
    }

    /// Who reads the catalogs, outside the pool: for seconds, while requests go on.
    pub(super) fn auditor_address(&self) -> &Address {
        &self.auditor
    }

    /// For what is no hotel's yet.
    pub(super) async fn lease(&self) -> Result<Lease, DbError> {
        self.app.lease().await
    }

    /// For a hotel whose plan says so.
    pub(super) async fn lease_of(&self, organization_id: i32, terms: &Terms) -> Result<Lease, DbError> {
        let lease = match terms.dedicated_connections {
            None => self.app.lease().await?,
            Some(0) => {
                self.dedicated.close(organization_id);
                self.app.lease().await?
            }
            Some(connections) => self.dedicated.pool(organization_id, connections)?.lease().await?,
        };
        Ok(lease.limited(terms.statement_limit).charged_to(self.load.clone(), terms.spent.clone()))
    }
}

/// What the probe of the server has of the database: whether it is there.
#[derive(Clone)]
pub struct ReadinessProbe(Arc<Database>);

impl ReadinessProbe {
    /// The probe of that database.
    pub(crate) fn new(database: Arc<Database>) -> Self {
        ReadinessProbe(database)
    }

    /// Whether requests can be served.
    pub async fn readiness(&self) -> Readiness {
        let mut readiness = Readiness::default();
        let result: Result<(), DbError> = async {
            let (app, platform) = (self.0.app.lease().await?, self.0.platform.lease().await?);
            platform.query("select 1", &[]).await?;
            platform.give_back();
            readiness.reachable = true;
            let missing = super::migrate::missing_versions(app.client()?, &self.0.sources)
                .await
                .map_err(|error| DbError::Misused(error.to_string()))?;
            readiness.migrated = missing.is_empty();
            let probe = TenantContext::nobody();
            let context = probe.sealed(&self.0.sealer);
            app.one_trip(Bind::Reads, &context, "select app.organization_id()", &[]).await?;
            readiness.seal_accepted = true;
            Ok(())
        }
        .await;
        readiness.busy = matches!(result, Err(DbError::PoolExhausted));
        readiness.reason = result.err().map(|error| error.to_string());
        readiness
    }
}

/// What the metrics have of the database: how its pools are.
#[derive(Clone)]
pub struct PoolProbe(Arc<Database>);

impl PoolProbe {
    /// The probe of that database.
    pub(crate) fn new(database: Arc<Database>) -> Self {
        PoolProbe(database)
    }

    /// Notes how the pools are now, for whoever reads the metrics next.
    pub fn gauge(&self) {
        self.0.app.gauge();
        self.0.dedicated.gauge();
        self.0.platform.gauge();
    }
}
