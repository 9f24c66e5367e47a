//! What a handler under `/v1/platform` has of the database: all hotels, on record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::Row;
use uuid::Uuid;

use super::access::{About, Access, How};
use super::lease::{Bind, Params};
use super::{Database, DbError, FromRow, Tags};
use crate::error::ApiError;
use crate::tenancy::TenantContext;

/// Work across hotels, for one request of a super admin. It runs as `stayzr_platform`,
/// which bypasses row security, so it is for what is truly across hotels: work in one
/// hotel goes through a visit.
///
/// Invariant: nothing is read or written here without the request's record in the same
/// transaction.
pub struct PlatformScope {
    database: Arc<Database>,
    context: Arc<TenantContext>,
    read_only: bool,
    access: Arc<Access>,
    statements: Arc<AtomicU32>,
    about: About,
}

impl PlatformScope {
    pub(crate) fn new(
        database: Arc<Database>,
        context: Arc<TenantContext>,
        read_only: bool,
        access: Arc<Access>,
        statements: Arc<AtomicU32>,
    ) -> Self {
        PlatformScope { database, context, read_only, access, statements, about: About::Platform }
    }

    /// The same scope once more.
    pub(crate) fn share(&self) -> Self {
        let (database, context) = (self.database.clone(), self.context.clone());
        let scope = PlatformScope::new(database, context, self.read_only, self.access.clone(), self.statements.clone());
        PlatformScope { about: self.about, ..scope }
    }

    /// The same about one hotel: the record is filed there, where its own administrators
    /// see it. About none it is the platform's.
    pub fn about(&self, organization_id: i32) -> Self {
        PlatformScope { about: About::Organization(organization_id), ..self.share() }
    }

    /// The same about the hotel that a grant lets into.
    pub fn about_grant(&self, grant_id: Uuid) -> Self {
        PlatformScope { about: About::Grant(grant_id), ..self.share() }
    }

    /// The same about the hotel that an invoice is of.
    pub fn about_invoice(&self, invoice_id: Uuid) -> Self {
        PlatformScope { about: About::Invoice(invoice_id), ..self.share() }
    }

    /// The same with a reason for the record.
    pub fn because(self, reason: &str) -> Self {
        self.access.because(reason);
        self
    }

    /// Who is asking: the super admin, in the platform's own organization.
    pub fn context(&self) -> &TenantContext {
        &self.context
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// What PostgreSQL refused, in the client's terms; 503 when it cannot be reached.
    pub async fn many<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<T>, ApiError> {
        let rows = self.rows((sql, params)).await?;
        rows.iter().map(|row| T::from_row(row).map_err(|error| DbError::from(error).into())).collect()
    }

    /// The one row of a statement, or none.
    ///
    /// # Errors
    /// As [`PlatformScope::many`].
    pub async fn optional<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<Option<T>, ApiError> {
        Ok(self.many(sql, params).await?.into_iter().next())
    }

    /// The one row of a statement that always has one.
    ///
    /// # Errors
    /// As [`PlatformScope::many`]; an internal error when there is no row.
    pub async fn one<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<T, ApiError> {
        self.optional(sql, params)
            .await?
            .ok_or_else(|| ApiError::internal("a statement that always has a row had none"))
    }

    /// Runs a statement whose rows nobody reads; tells how many it returned.
    ///
    /// # Errors
    /// As [`PlatformScope::many`].
    pub async fn run(&self, sql: &'static str, params: Params<'_>) -> Result<usize, ApiError> {
        Ok(self.rows((sql, params)).await?.len())
    }

    /// The number of a hotel to be made. Not on record: no row is read or written, and a
    /// number whose hotel is not made then is a gap and nothing else.
    ///
    /// # Errors
    /// As [`PlatformScope::many`].
    pub async fn reserve_organization_id(&self) -> Result<i32, ApiError> {
        let lease = self.database.platform_lease().await?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        let context = self.context.sealed(self.database.sealer());
        let sql = include_str!("../../sql/queries/platform_organizations/reserve.sql");
        let rows = lease.one_trip(Bind::Writes, &context, sql, &[]).await?;
        let row = rows.first().ok_or_else(|| ApiError::internal("a sequence has no next number"))?;
        row.try_get("id").map_err(|error| DbError::from(error).into())
    }

    /// Leaves the record of a request that committed nothing.
    ///
    /// # Errors
    /// When it cannot be written; the request fails then.
    pub(crate) async fn record_refused(&self) -> Result<(), ApiError> {
        if self.access.is_recorded() {
            return Ok(());
        }
        self.record(How::Refused).await
    }

    /// Leaves the record of a request that reads what no statement of this scope does. Before it reads, like every
    /// other.
    ///
    /// # Errors
    /// When it cannot be written; the request fails then.
    pub async fn record_read(&self) -> Result<(), ApiError> {
        if self.access.is_recorded() {
            return Ok(());
        }
        self.record(How::Reads).await
    }

    async fn record(&self, how: How) -> Result<(), ApiError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let lease = self.database.platform_lease().await?;
        let context = self.context.sealed(self.database.sealer());
        self.access.one_trip(lease, &context, None, self.about, how).await?;
        Ok(())
    }

    async fn rows(&self, (sql, params): (&'static str, Params<'_>)) -> Result<Vec<Row>, ApiError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let lease = self.database.platform_lease().await?;
        let context = self.context.sealed(self.database.sealer());
        if self.access.is_recorded() {
            // On record already: a second look of the same request.
            let bind = if self.read_only { Bind::Reads } else { Bind::Writes };
            return Ok(lease.one_trip(bind, &context, sql, params).await?);
        }
        let how = if self.read_only { How::Reads } else { How::Writes };
        Ok(self.access.one_trip(lease, &context, Some((sql, params)), self.about, how).await?)
    }
}

impl Tags for PlatformScope {
    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.database.sealer().tag(purpose, &[b"platform\n", data].concat())
    }

    fn fits(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        self.database.sealer().fits(purpose, &[b"platform\n", data].concat(), tag)
    }
}
