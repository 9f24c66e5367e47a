//! What a handler has of the database: one hotel's rows.

use std::ops::AsyncFnOnce;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio_postgres::Row;

use super::access::{About, Access, How};
use super::lease::{Bind, Lease, Params};
use super::{Database, DbError, Spent, Terms, Trial};
use crate::error::ApiError;
use crate::tenancy::TenantContext;

/// A row of a query file as a type of ours.
pub trait FromRow: Sized {
    /// Reads the columns by name.
    ///
    /// # Errors
    /// When a column is missing or of another type: the query file and the type
    /// disagree.
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// A scope signs what the server hands out to whoever it is of, and takes back: a cursor.
/// Another hotel's tag, or one of another purpose, does not fit.
pub trait Tags: Sync {
    /// The tag of that data for that purpose.
    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32];

    /// Whether a tag that came back is that one: also one made before the seal key was rotated, while both are known.
    fn fits(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool;
}

/// One hotel's data, for one request.
///
/// A statement is a transaction of its own in one round trip; several that belong
/// together go through [`TenantScope::transaction`], which hands out a scope whose
/// statements share one. Stores take `&TenantScope` and need not know which it is.
pub struct TenantScope {
    database: Arc<Database>,
    context: Arc<TenantContext>,
    /// GET and HEAD run read only, so that a handler that writes behind a read fails
    /// in a test and not in review.
    read_only: bool,
    statements: Arc<AtomicU32>,
    /// On a super admin's visit: the record the request leaves.
    access: Option<Arc<Access>>,
    terms: Terms,
    open: Option<OpenTransaction>,
}

struct OpenTransaction {
    lease: Lease,
    /// After a refused statement PostgreSQL answers COMMIT with a rollback that looks
    /// like success. A closure that swallowed the error must not believe it.
    failed: AtomicBool,
}

impl TenantScope {
    pub(crate) fn new(
        database: Arc<Database>,
        context: Arc<TenantContext>,
        read_only: bool,
        statements: Arc<AtomicU32>,
    ) -> Self {
        TenantScope { database, context, read_only, statements, access: None, terms: Terms::default(), open: None }
    }

    /// The same, leaving that record.
    pub(crate) fn recorded_as(self, access: Arc<Access>) -> Self {
        TenantScope { access: Some(access), ..self }
    }

    /// The same, on the terms of the hotel's plan.
    pub(crate) fn under(self, terms: Terms) -> Self {
        TenantScope { terms, ..self }
    }

    /// The same, noting there what it takes of the database's time, if anywhere.
    pub(crate) fn charged_to(mut self, spent: Option<Arc<Spent>>) -> Self {
        self.terms.spent = spent;
        self
    }

    /// The same scope once more, outside any transaction.
    pub(crate) fn share(&self) -> Self {
        let access = self.access.clone();
        let (database, context, statements) = (self.database.clone(), self.context.clone(), self.statements.clone());
        TenantScope {
            access,
            terms: self.terms.clone(),
            ..TenantScope::new(database, context, self.read_only, statements)
        }
    }

    /// Leaves the record of a request that committed nothing, if it has to leave one.
    ///
    /// # Errors
    /// When it cannot be written; the request fails then.
    pub(crate) async fn record_refused(&self) -> Result<(), ApiError> {
        let Some(access) = self.pending_access() else { return Ok(()) };
        let lease = self.lease().await?;
        let context = self.context.sealed(self.database.sealer());
        access
            .one_trip(lease, &context, None, About::Platform, How::Refused)
            .await
            .map(drop)
            .map_err(|error| self.alarm(error))
    }

    fn pending_access(&self) -> Option<&Access> {
        self.access.as_deref().filter(|access| !access.is_recorded())
    }

    /// Who is asking, for which hotel.
    pub fn context(&self) -> &TenantContext {
        &self.context
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// What PostgreSQL refused, in the client's terms; 503 when it cannot be reached.
    pub async fn many<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<T>, ApiError> {
        let rows = self.rows(sql, params).await?;
        rows.iter().map(|row| T::from_row(row).map_err(|error| DbError::from(error).into())).collect()
    }

    /// The one row of a statement, or none.
    ///
    /// # Errors
    /// As [`TenantScope::many`].
    pub async fn optional<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<Option<T>, ApiError> {
        Ok(self.many(sql, params).await?.into_iter().next())
    }

    /// The one row of a statement that always has one.
    ///
    /// # Errors
    /// As [`TenantScope::many`]; an internal error when there is no row.
    pub async fn one<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<T, ApiError> {
        self.optional(sql, params)
            .await?
            .ok_or_else(|| ApiError::internal("a statement that always has a row had none"))
    }

    /// Runs a statement whose rows nobody reads; tells how many it returned.
    ///
    /// # Errors
    /// As [`TenantScope::many`].
    pub async fn run(&self, sql: &'static str, params: Params<'_>) -> Result<usize, ApiError> {
        Ok(self.rows(sql, params).await?.len())
    }

    /// Runs several statements in one transaction: committed when the closure returns
    /// `Ok`, rolled back when it returns `Err`, closed with its connection when the
    /// request is dropped midway.
    ///
    /// # Errors
    /// The closure's, or the commit's.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: AsyncFnOnce(&TenantScope) -> Result<T, ApiError>,
    {
        let (result, OpenTransaction { lease, failed }) = self.in_transaction(work).await?;
        match result {
            Ok(_) if failed.into_inner() => {
                lease.roll_back().await?;
                Err(ApiError::internal("a refused statement was passed over in a transaction"))
            }
            Ok(value) => {
                if let Some(access) = self.pending_access() {
                    access.in_transaction(&lease, About::Platform).await?;
                }
                lease.commit().await?;
                if let Some(access) = &self.access {
                    access.committed();
                }
                Ok(value)
            }
            Err(error) => {
                // The connection closes if this fails, which rolls back as well.
                let _ = lease.roll_back().await;
                Err(error)
            }
        }
    }

    /// As [`TenantScope::transaction`], and undone at its end, whatever came of it. On a super
    /// admin's visit it is on record as a request that did nothing.
    ///
    /// # Errors
    /// The closure's.
    pub async fn dry_run<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: AsyncFnOnce(&TenantScope) -> Result<T, ApiError>,
    {
        let (result, OpenTransaction { lease, .. }) = self.in_transaction(work).await?;
        lease.roll_back().await?;
        result
    }

    /// Does the work in a transaction that is open still when it is done.
    async fn in_transaction<T, F>(&self, work: F) -> Result<(Result<T, ApiError>, OpenTransaction), ApiError>
    where
        F: AsyncFnOnce(&TenantScope) -> Result<T, ApiError>,
    {
        if self.open.is_some() {
            return Err(ApiError::internal("a transaction inside a transaction"));
        }
        let lease = self.lease().await?;
        self.begin(&lease).await.map_err(|error| self.alarm(error))?;
        let scope = TenantScope {
            database: self.database.clone(),
            context: self.context.clone(),
            read_only: self.read_only,
            statements: self.statements.clone(),
            access: self.access.clone(),
            terms: self.terms.clone(),
            open: Some(OpenTransaction { lease, failed: AtomicBool::new(false) }),
        };
        let result = work(&scope).await;
        let open = scope.open.ok_or_else(|| ApiError::internal("the transaction is gone"))?;
        Ok((result, open))
    }

    async fn rows(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, ApiError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let result = match &self.open {
            Some(open) => {
                let result = open.lease.query(sql, params).await;
                open.failed.fetch_or(result.is_err(), Ordering::Relaxed);
                result
            }
            None => self.one_trip(sql, params).await,
        };
        result.map_err(|error| self.alarm(error))
    }

    async fn one_trip(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, DbError> {
        let lease = self.lease().await?;
        let context = self.context.sealed(self.database.sealer());
        if let Some(access) = self.pending_access() {
            let how = if self.read_only { How::Reads } else { How::Writes };
            return access.one_trip(lease, &context, Some((sql, params)), About::Platform, how).await;
        }
        lease.one_trip(self.bind(), &context, sql, params).await
    }

    /// What another member of this hotel would see. The hotel stays this one, whatever the
    /// context names.
    pub(crate) fn try_as(&self, context: TenantContext) -> Trial {
        let context = TenantContext { organization_id: self.context.organization_id, ..context };
        let scope = TenantScope::new(self.database.clone(), Arc::new(context), false, self.statements.clone());
        Trial::new(scope.under(self.terms.clone()))
    }

    /// Runs a statement and undoes it, in one round trip.
    pub(super) async fn undone(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, ApiError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let lease = self.lease().await?;
        let context = self.context.sealed(self.database.sealer());
        lease.undone_trip(&context, sql, params).await.map_err(|error| self.alarm(error))
    }

    async fn lease(&self) -> Result<Lease, DbError> {
        self.database.lease_of(self.context.organization_id, &self.terms).await
    }

    async fn begin(&self, lease: &Lease) -> Result<(), DbError> {
        let context = self.context.sealed(self.database.sealer());
        lease.begin(self.begin_statement(), &context).await
    }

    fn bind(&self) -> Bind {
        if self.read_only { Bind::Reads } else { Bind::Writes }
    }

    fn begin_statement(&self) -> &'static str {
        // The record of a visit is written, also of one that reads.
        if self.read_only && self.pending_access().is_none() { "begin read only" } else { "begin" }
    }

    /// A refused seal means somebody forges contexts or the keys do not fit: somebody
    /// has to look, so it is logged as more than a failed request.
    fn alarm(&self, error: DbError) -> ApiError {
        if error.is_context_refused() {
            tracing::error!(
                alarm = "tenant_context_refused",
                organization = self.context.organization_id,
                request_id = %self.context.request_id,
                %error,
                "PostgreSQL refused the tenant context"
            );
        }
        error.into()
    }
}

impl TenantScope {
    /// What a tag of this hotel is over.
    fn tagged(&self, data: &[u8]) -> Vec<u8> {
        [format!("{}\n", self.context.organization_id).as_bytes(), data].concat()
    }
}

impl Tags for TenantScope {
    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.database.sealer().tag(purpose, &self.tagged(data))
    }

    fn fits(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        self.database.sealer().fits(purpose, &self.tagged(data), tag)
    }
}
