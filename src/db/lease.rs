//! A connection on loan, and the rule that it goes back clean or not at all.

use deadpool_postgres::Object;
use futures_util::future::join_all;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::DbError;

/// The parameters of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The settings of the context, in the order of [`SET_CONTEXT`].
pub(super) type ContextParams<'a> = [&'a str; 11];

/// Sets the context for this transaction only.
pub(super) const SET_CONTEXT: &str = include_str!("../../sql/queries/context/set.sql");

/// A connection that is used by one request alone.
///
/// Invariant: it goes back to the pool only through [`Lease::give_back`]. Dropped in
/// any other way (the client hung up, a timeout, a panic, an error of the connection)
/// it leaves the pool and closes, and PostgreSQL rolls back. deadpool itself would
/// lend it out again with the open transaction on it.
pub(super) struct Lease {
    connection: Option<Object>,
}

impl Lease {
    pub(super) fn new(connection: Object) -> Self {
        Lease { connection: Some(connection) }
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
        drop(self.connection.take());
    }

    /// Runs one statement in a transaction of its own, in one round trip.
    ///
    /// `BEGIN`, the context, the statement and `COMMIT` are sent at once. The order of
    /// a pipeline is the order in which its futures are first polled, hence `biased`.
    /// Nobody else may use the connection meanwhile, or their statements would run in
    /// our context.
    pub(super) async fn one_trip(
        self,
        begin: &'static str,
        context: &ContextParams<'_>,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, DbError> {
        self.trip([begin, "commit"], context, sql, params).await
    }

    /// The same with `ROLLBACK` in the place of `COMMIT`: the rows come back, and whatever
    /// the statement did is undone.
    pub(super) async fn undone_trip(
        self,
        context: &ContextParams<'_>,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, DbError> {
        self.trip(["begin", "rollback"], context, sql, params).await
    }

    async fn trip(
        self,
        [begin, end]: [&'static str; 2],
        context: &ContextParams<'_>,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let connection = self.connection()?;
        let begin = connection.prepare_cached(begin).await?;
        let set_context = connection.prepare_cached(SET_CONTEXT).await?;
        let statement = connection.prepare_cached(sql).await?;
        let end = connection.prepare_cached(end).await?;
        let settings = context.each_ref().map(|setting| setting as &(dyn ToSql + Sync));

        let (began, set, rows, ended) = tokio::join!(
            biased;
            connection.execute(&begin, &[]),
            connection.execute(&set_context, &settings),
            connection.query(&statement, params),
            connection.execute(&end, &[]),
        );

        // An error turns COMMIT into a rollback that reports success, so every answer
        // counts: the write is done only when all four say so. In either case the
        // transaction is over once COMMIT was answered.
        let over = began.is_ok() && ended.is_ok();
        let result = began.and(set).and(rows).and_then(|rows| ended.map(|_| rows)).map_err(DbError::from);
        if over && !plan_is_stale(&result) {
            self.give_back();
        }
        result
    }

    /// The same for several statements: the rows of each.
    pub(super) async fn pipeline(
        self,
        begin: &'static str,
        context: &ContextParams<'_>,
        work: &[(&'static str, Params<'_>)],
    ) -> Result<Vec<Vec<Row>>, DbError> {
        let connection = self.connection()?;
        let settings = context.each_ref().map(|setting| setting as &(dyn ToSql + Sync));
        let whole = [&[(begin, &[] as Params<'_>), (SET_CONTEXT, &settings)], work, &[("commit", &[])]].concat();
        let mut prepared = Vec::with_capacity(whole.len());
        for (sql, params) in &whole {
            prepared.push((connection.prepare_cached(sql).await?, *params));
        }
        let client = self.client()?;
        // Each is sent when it is first polled, and join_all polls so few in their order.
        let answers = join_all(prepared.iter().map(|(statement, params)| client.query(statement, params))).await;
        let over = answers.first().is_some_and(Result::is_ok) && answers.last().is_some_and(Result::is_ok);
        let mut rows = answers.into_iter().collect::<Result<Vec<_>, _>>().map_err(DbError::from);
        if over && !plan_is_stale(&rows) {
            self.give_back();
        }
        if let Ok(rows) = &mut rows {
            rows.pop();
            rows.drain(..2);
        }
        rows
    }

    /// Opens a transaction with its context, in one round trip.
    pub(super) async fn begin(&self, begin: &'static str, context: &ContextParams<'_>) -> Result<(), DbError> {
        let connection = self.connection()?;
        let begin = connection.prepare_cached(begin).await?;
        let set_context = connection.prepare_cached(SET_CONTEXT).await?;
        let settings = context.each_ref().map(|setting| setting as &(dyn ToSql + Sync));
        let (began, set) = tokio::join!(
            biased;
            connection.execute(&begin, &[]),
            connection.execute(&set_context, &settings),
        );
        began.and(set)?;
        Ok(())
    }

    /// Runs a statement inside the open transaction.
    pub(super) async fn query(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, DbError> {
        let connection = self.connection()?;
        let statement = connection.prepare_cached(sql).await?;
        Ok(connection.query(&statement, params).await?)
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
        self.connection()?.batch_execute(how).await?;
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
