//! A connection on loan, and the rule that it goes back clean or not at all.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::join_all;
use postgres_types::ToSql;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::DbError;
use super::load::{Load, Spent};
use super::meter::{Meter, Trip};
use super::patience::Canceller;
use crate::tenancy::SealedContext;

/// The parameters of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Sets the context for this transaction only.
pub(super) const SET_CONTEXT: &str = include_str!("../../sql/queries/context/set.sql");

/// Whether a statement writes: as what its context is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bind {
    /// It only reads, and would be refused to write.
    Reads,
    /// It may write.
    Writes,
}

/// Name the domain of each; nobody runs them.
const READ_CONTEXT: &str = include_str!("../../sql/queries/context/read.sql");
const WRITE_CONTEXT: &str = include_str!("../../sql/queries/context/write.sql");

#[derive(Debug, ToSql)]
#[postgres(name = "read_context")]
struct ReadContext<'a>(&'a str);

#[derive(Debug, ToSql)]
#[postgres(name = "write_context")]
struct WriteContext<'a>(&'a str);

impl Bind {
    /// A statement whose one parameter is of the domain.
    fn domain(self) -> &'static str {
        match self {
            Bind::Reads => READ_CONTEXT,
            Bind::Writes => WRITE_CONTEXT,
        }
    }

    fn value(self, context: &SealedContext) -> Box<dyn ToSql + Sync + Send + '_> {
        match self {
            Bind::Reads => Box::new(ReadContext(context.as_str())),
            Bind::Writes => Box::new(WriteContext(context.as_str())),
        }
    }
}

/// A connection that is used by one request alone.
///
/// Invariant: it goes back to the pool only through [`Lease::give_back`]. Dropped in
/// any other way (the client hung up, a timeout, a panic, an error of the connection)
/// it leaves the pool and closes, and PostgreSQL rolls back. deadpool itself would
/// lend it out again with the open transaction on it.
pub(super) struct Lease {
    connection: Option<Object>,
    /// How long a statement may run.
    limit: Option<Duration>,
    canceller: Canceller,
    /// A request to cancel that came late would end what the next one runs.
    is_cancelled: AtomicBool,
    meter: Arc<Meter>,
    /// On whose account it runs what it runs, if on anybody's.
    account: Option<(Arc<Load>, Arc<Spent>)>,
}

impl Lease {
    pub(super) fn new(connection: Object, canceller: Canceller, meter: Arc<Meter>) -> Self {
        let is_cancelled = AtomicBool::new(false);
        Lease { connection: Some(connection), limit: None, canceller, is_cancelled, meter, account: None }
    }

    /// The same, on which no statement runs for longer.
    pub(super) fn limited(mut self, limit: Option<Duration>) -> Self {
        self.limit = limit;
        self
    }

    /// The same, on that account.
    pub(super) fn charged_to(mut self, load: Arc<Load>, spent: Option<Arc<Spent>>) -> Self {
        self.account = spent.map(|spent| (load, spent));
        self
    }

    /// Begins to ask the database.
    fn trip(&self) -> Trip {
        let running = self.account.as_ref().map(|(load, spent)| load.clone().run(spent.clone()));
        self.meter.trip(running)
    }

    /// The connection itself, for code inside `db` that runs no tenant statement.
    pub(super) fn client(&self) -> Result<&tokio_postgres::Client, DbError> {
        let wrapper: &deadpool_postgres::ClientWrapper = self.connection()?;
        Ok(wrapper)
    }

    fn connection(&self) -> Result<&Object, DbError> {
        self.connection.as_ref().ok_or_else(|| DbError::Misused("the connection is gone".into()))
    }

    /// Gives the connection back. Call it only when no transaction is open.
    pub(super) fn give_back(mut self) {
        if !self.is_cancelled.load(Ordering::Relaxed) {
            drop(self.connection.take());
        }
    }

    /// What came of the work, cancelled at the limit. Preparing a statement counts: it waits for locks as well.
    async fn bound<T>(&self, work: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
        let client = self.client()?;
        let (done, was_cancelled) = self.canceller.bound(self.limit, || client.cancel_token(), work).await;
        self.is_cancelled.fetch_or(was_cancelled, Ordering::Relaxed);
        done
    }

    /// Runs one statement in a transaction of its own, in one round trip.
    ///
    /// One message: the context is bound as a parameter that the statement does not refer to, of a domain that sets it
    /// when it is bound, before the statement is planned (`migrations/V035__contexts.sql`). What PostgreSQL was sent
    /// between two points of synchronization is one transaction, so the context ends with it.
    pub(super) async fn one_trip(
        self,
        bind: Bind,
        context: &SealedContext,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let trip = self.trip();
        let connection = self.connection()?;
        let all = async {
            let domain = connection.prepare_cached(bind.domain()).await?;
            let domain = domain.params().first().ok_or_else(|| DbError::Misused("no context to bind".into()))?;
            // The types of the others are the statement's own affair.
            let mut types = vec![Type::UNKNOWN; params.len()];
            types.push(domain.clone());
            let statement = connection.prepare_typed_cached(sql, &types).await?;
            let context = bind.value(context);
            Ok(connection.query(&statement, &[params, &[&*context]].concat()).await?)
        };
        let result = self.bound(all).await;
        // Refused or not, PostgreSQL has answered that it is ready for the next.
        let over = matches!(result, Ok(_) | Err(DbError::Refused { .. }));
        if over && !plan_is_stale(&result) {
            self.give_back();
        }
        trip.over(result)
    }

    /// Runs one statement in one round trip and undoes it: the rows come back, and whatever it did does not stay.
    ///
    /// `BEGIN`, the context, the statement and `ROLLBACK` are sent at once. The order of
    /// a pipeline is the order in which its futures are first polled, hence `biased`.
    /// Nobody else may use the connection meanwhile, or their statements would run in
    /// our context.
    pub(super) async fn undone_trip(
        self,
        context: &SealedContext,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let trip = self.trip();
        let connection = self.connection()?;
        let context: Params<'_> = &[&context.as_str()];
        let all = async {
            let begin = connection.prepare_cached("begin").await?;
            let set_context = connection.prepare_cached(SET_CONTEXT).await?;
            let statement = connection.prepare_cached(sql).await?;
            let end = connection.prepare_cached("rollback").await?;
            Ok(tokio::join!(
                biased;
                connection.execute(&begin, &[]),
                connection.execute(&set_context, context),
                connection.query(&statement, params),
                connection.execute(&end, &[]),
            ))
        };
        let (began, set, rows, ended) = self.bound(all).await?;

        // Refused or not, the transaction is over once ROLLBACK was answered.
        let over = began.is_ok() && ended.is_ok();
        let result = began.and(set).and(rows).and_then(|rows| ended.map(|_| rows)).map_err(DbError::from);
        if over && !plan_is_stale(&result) {
            self.give_back();
        }
        trip.over(result)
    }

    /// Runs several statements in one transaction and one round trip: the rows of each. An error turns `COMMIT` into a
    /// rollback that reports success, so what they did is done only when every answer says so.
    pub(super) async fn pipeline(
        self,
        begin: &'static str,
        context: &SealedContext,
        work: &[(&'static str, Params<'_>)],
    ) -> Result<Vec<Vec<Row>>, DbError> {
        let trip = self.trip();
        let connection = self.connection()?;
        let context: Params<'_> = &[&context.as_str()];
        let whole = [&[(begin, &[] as Params<'_>), (SET_CONTEXT, context)], work, &[("commit", &[])]].concat();
        let client = self.client()?;
        let all = async {
            let mut prepared = Vec::with_capacity(whole.len());
            for (sql, params) in &whole {
                prepared.push((connection.prepare_cached(sql).await?, *params));
            }
            // Each is sent when it is first polled, and join_all polls so few in their order.
            Ok(join_all(prepared.iter().map(|(statement, params)| client.query(statement, params))).await)
        };
        let answers = self.bound(all).await?;
        let over = answers.first().is_some_and(Result::is_ok) && answers.last().is_some_and(Result::is_ok);
        let mut rows = answers.into_iter().collect::<Result<Vec<_>, _>>().map_err(DbError::from);
        if over && !plan_is_stale(&rows) {
            self.give_back();
        }
        if let Ok(rows) = &mut rows {
            rows.pop();
            rows.drain(..2);
        }
        trip.over(rows)
    }

    /// Opens a transaction with its context, in one round trip.
    pub(super) async fn begin(&self, begin: &'static str, context: &SealedContext) -> Result<(), DbError> {
        let trip = self.trip();
        let connection = self.connection()?;
        let begin = connection.prepare_cached(begin).await?;
        let set_context = connection.prepare_cached(SET_CONTEXT).await?;
        let context: Params<'_> = &[&context.as_str()];
        let (began, set) = tokio::join!(
            biased;
            connection.execute(&begin, &[]),
            connection.execute(&set_context, context),
        );
        trip.over(began.and(set).map(drop).map_err(DbError::from))
    }

    /// Runs a statement inside the open transaction.
    pub(super) async fn query(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, DbError> {
        let trip = self.trip();
        let connection = self.connection()?;
        let all = async {
            let statement = connection.prepare_cached(sql).await?;
            Ok(connection.query(&statement, params).await?)
        };
        trip.over(self.bound(all).await)
    }

    /// Commits and gives the connection back.
    pub(super) async fn commit(self) -> Result<(), DbError> {
        self.end("commit").await
    }

    /// Rolls back and gives the connection back.
    pub(super) async fn roll_back(self) -> Result<(), DbError> {
        self.end("rollback").await
    }

    async fn end(self, how: &'static str) -> Result<(), DbError> {
        let trip = self.trip();
        trip.over(self.connection()?.batch_execute(how).await.map_err(DbError::from))?;
        self.give_back();
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Out of the pool, which may then open another, and closed.
            drop(Object::take(connection));
        }
    }
}

/// A migration changed what a prepared statement returns; the connection would say so
/// for ever, a fresh one prepares it anew.
fn plan_is_stale<T>(result: &Result<T, DbError>) -> bool {
    matches!(result, Err(DbError::Refused { sqlstate, .. }) if sqlstate == "0A000")
}
