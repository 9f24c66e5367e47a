//! Reading the catalogs of a database that others are using.

use std::time::Duration;

use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::DbError;

/// A transaction that writes nothing, sees one moment, and waits for nobody for long.
pub struct CatalogReader<'a> {
    transaction: Transaction<'a>,
}

impl<'a> CatalogReader<'a> {
    /// Begins. The search path is empty, so that names come out qualified whoever asks.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn begin(client: &'a mut Client, statement: Duration, lock: Duration) -> Result<Self, DbError> {
        let builder = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
        let transaction = builder.start().await?;
        let (statement, lock) = (statement.as_millis(), lock.as_millis());
        // Without jit: compiling a query of the catalogs takes longer than running it.
        transaction
            .batch_execute(&format!(
                "set local search_path = ''; set local statement_timeout = {statement}; \
                 set local lock_timeout = {lock}; set local jit = off"
            ))
            .await?;
        Ok(CatalogReader { transaction })
    }

    /// The rows of a query whose columns are all text. What the server refuses is the inner error, and those that
    /// follow run nevertheless.
    ///
    /// # Errors
    /// When the server went away.
    pub async fn rows<const N: usize>(&mut self, sql: &str) -> Result<Result<Vec<[String; N]>, String>, DbError> {
        let savepoint = self.transaction.transaction().await?;
        let answer = match savepoint.query(sql, &[]).await {
            Ok(rows) => rows.iter().map(texts).collect::<Result<_, _>>(),
            Err(error) => Err(error),
        };
        match answer.map_err(DbError::from) {
            Ok(rows) => {
                savepoint.commit().await?;
                Ok(Ok(rows))
            }
            Err(DbError::Unavailable(reason)) => Err(DbError::Unavailable(reason)),
            Err(refused) => {
                savepoint.rollback().await?;
                Ok(Err(refused.to_string()))
            }
        }
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// When the server went away.
    pub async fn end(self) -> Result<(), DbError> {
        Ok(self.transaction.rollback().await?)
    }
}

/// A null is an empty text: what a check has no more to say about.
fn texts<const N: usize>(row: &tokio_postgres::Row) -> Result<[String; N], tokio_postgres::Error> {
    let mut texts = [const { String::new() }; N];
    for (index, text) in texts.iter_mut().enumerate() {
        *text = row.try_get::<_, Option<String>>(index)?.unwrap_or_default();
    }
    Ok(texts)
}
