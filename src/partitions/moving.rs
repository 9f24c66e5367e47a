//! One move, from wherever it stands to its end.

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::status::{Unfinished, unfinished};
use super::steps::briefly;
use super::{Pace, PartitionError};
use crate::db::Client;
use crate::db::migrate::Sources;

/// A row of messages, by its primary key.
type Key = (i32, Uuid);

const FIRST: Key = (i32::MIN, Uuid::nil());
const LAST: Key = (i32::MAX, Uuid::max());

pub(super) struct Mover<'a, T> {
    pub client: &'a mut Client,
    pub sources: &'a Sources,
    pub pace: Pace,
    pub tell: T,
}

impl<T: FnMut(&str)> Mover<'_, T> {
    /// Goes on from what was done last.
    pub(super) async fn run(mut self) -> Result<(), PartitionError> {
        while let Some(Unfinished { phase, copied, rows_copied, .. }) = unfinished(self.client).await? {
            match &*phase {
                "begun" => {
                    self.briefly(&[include_str!("../../sql/partitions/build.sql")]).await?;
                    (self.tell)("The new table is there, empty.");
                }
                "built" => {
                    self.briefly(&[include_str!("../../sql/partitions/open.sql")]).await?;
                    (self.tell)("What is written is written into both from here on.");
                }
                "copying" => {
                    self.still_open().await?;
                    self.copy(copied, rows_copied).await?;
                    self.compare().await?;
                }
                "compared" => {
                    self.still_open().await?;
                    self.swap().await?;
                }
                _ => self.finish().await?,
            }
        }
        Ok(())
    }

    async fn briefly(&mut self, texts: &[&str]) -> Result<(), PartitionError> {
        briefly(self.client, self.pace.patience, texts).await
    }

    async fn still_open(&mut self) -> Result<(), PartitionError> {
        let row = self.client.query_one(include_str!("../../sql/partitions/still_open.sql"), &[]).await?;
        if !row.try_get::<_, bool>("alike")? {
            return Err(PartitionError::Changed);
        }
        if row.try_get("hidden")? {
            self.briefly(&[include_str!("../../sql/partitions/unforce.sql")]).await?;
        }
        Ok(())
    }

    async fn copy(&mut self, mut after: Key, mut copied: i64) -> Result<(), PartitionError> {
        let copy = self.client.prepare(include_str!("../../sql/partitions/copy.sql")).await?;
        while let Some(row) = self.client.query_opt(&copy, &[&after.0, &after.1, &self.pace.batch]).await? {
            after = (row.try_get(0)?, row.try_get(1)?);
            copied = row.try_get(2)?;
            (self.tell)(&format!("{copied} rows copied"));
        }
        self.client.batch_execute(include_str!("../../sql/partitions/analyze.sql")).await?;
        (self.tell)(&format!("All {copied} rows are copied."));
        Ok(())
    }

    async fn compare(&mut self) -> Result<(), PartitionError> {
        let bound = include_str!("../../sql/partitions/bound.sql");
        let rows = self.compare_all(bound, include_str!("../../sql/partitions/compare.sql")).await?;
        self.client.execute(include_str!("../../sql/partitions/compared.sql"), &[]).await?;
        (self.tell)(&format!("All {rows} rows are the same in both."));
        Ok(())
    }

    /// How many rows were looked at, if all are the same.
    async fn compare_all(&mut self, bound: &str, compare: &str) -> Result<i64, PartitionError> {
        let bound = self.client.prepare(bound).await?;
        let compare = self.client.prepare(compare).await?;
        let (mut after, mut looked_at, mut differing) = (FIRST, 0, 0);
        while after != LAST {
            let next = self.client.query_opt(&bound, &[&after.0, &after.1, &self.pace.batch]).await?;
            let upto = next.map_or(Ok(LAST), |row| Ok::<Key, PartitionError>((row.try_get(0)?, row.try_get(1)?)))?;
            let between: [&(dyn ToSql + Sync); 4] = [&after.0, &after.1, &upto.0, &upto.1];
            let row = self.client.query_one(&compare, &between).await?;
            looked_at += row.try_get::<_, i64>(0)?;
            differing += row.try_get::<_, i64>(1)?;
            after = upto;
            (self.tell)(&format!("{looked_at} rows compared"));
        }
        if differing > 0 { Err(PartitionError::Differs(differing)) } else { Ok(looked_at) }
    }

    /// With the policies of messages, and of every table whose policies look into them.
    async fn swap(&mut self) -> Result<(), PartitionError> {
        let mut tables = vec!["messages".to_owned()];
        for row in self.client.query(include_str!("../../sql/partitions/dependents.sql"), &[]).await? {
            tables.push(row.try_get(0)?);
        }
        let mut texts = vec![include_str!("../../sql/partitions/swap.sql")];
        for table in tables {
            texts.push(self.sources.policies_of(&table).ok_or(PartitionError::NoPolicies(table))?);
        }
        briefly(self.client, self.pace.patience, &texts).await?;
        (self.tell)("The new table is in its place, with its policies.");
        Ok(())
    }

    /// Once more with what was written in between, and then without the old table.
    async fn finish(&mut self) -> Result<(), PartitionError> {
        for row in self.client.query(include_str!("../../sql/partitions/invalid_keys.sql"), &[]).await? {
            self.client.batch_execute(row.try_get(0)?).await?;
        }
        self.briefly(&[include_str!("../../sql/partitions/unforce.sql")]).await?;
        let bound = include_str!("../../sql/partitions/bound_before.sql");
        let rows = self.compare_all(bound, include_str!("../../sql/partitions/compare_before.sql")).await?;
        self.briefly(&[include_str!("../../sql/partitions/finish.sql")]).await?;
        (self.tell)(&format!("All {rows} rows of the old table are in the new one; the old one is gone."));
        Ok(())
    }
}
