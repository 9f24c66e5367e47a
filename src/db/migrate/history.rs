//! `migrations/` against `app.schema_history`: what is to do, what must not be, and doing it with refinery.

use super::error::MigrateError;
use super::objects::Snapshot;
use super::record::Record;
use super::sources::{Sources, file_name, name_of};
use refinery::Runner;
use refinery::error::Kind;
use tokio_postgres::{Client, GenericClient};

/// refinery puts the name into its statements as it is, so the schema may stand in front.
const HISTORY_TABLE: &str = "app.schema_history";

/// How the history of a database and the files of this release stand to each other. All lists are file names.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub pending: Vec<String>,
    /// Applied with another text or name.
    pub edited: Vec<String>,
    /// Applied, but no file here, though there are later ones.
    pub missing: Vec<String>,
    /// Applied, and later than any file here.
    pub newer: Vec<String>,
    /// Not applied, though later ones are.
    pub out_of_order: Vec<String>,
    /// The last migration applied.
    pub last_applied: i32,
    last_file: String,
}

impl Standing {
    pub(super) async fn read(client: &impl GenericClient, sources: &Sources) -> Result<Self, MigrateError> {
        let there = format!("select to_regclass('{HISTORY_TABLE}') is not null");
        let mut applied = Vec::new();
        if client.query_one(&there, &[]).await?.get::<_, bool>(0) {
            let query = format!("select version, name, checksum from {HISTORY_TABLE} order by version");
            for row in client.query(&query, &[]).await? {
                applied.push((row.get(0), row.get(1), row.get(2)));
            }
        }
        Ok(Self::compare(sources, &applied))
    }

    fn compare(sources: &Sources, applied: &[(i32, String, String)]) -> Self {
        let last_version = sources.migrations.last().map_or(0, refinery::Migration::version);
        let last_applied = applied.iter().map(|(version, ..)| *version).max().unwrap_or(0);
        let mut standing = Self { last_applied, last_file: sources.last_migration(), ..Self::default() };
        for (version, name, checksum) in applied {
            match sources.migrations.iter().find(|file| file.version() == *version) {
                None if *version > last_version => standing.newer.push(name_of(*version, name)),
                None => standing.missing.push(name_of(*version, name)),
                Some(file) if file.name() != name || file.checksum().to_string() != *checksum => {
                    standing.edited.push(file_name(file));
                }
                Some(_) => {}
            }
        }
        for file in &sources.migrations {
            if applied.iter().any(|(version, ..)| *version == file.version()) {
                continue;
            }
            let list = if file.version() < last_applied { &mut standing.out_of_order } else { &mut standing.pending };
            list.push(file_name(file));
        }
        standing
    }

    /// Refuse whatever is more than pending. refinery would refuse most of it too, but one migration at a time, and
    /// it calls a database that is newer than the binary a missing file.
    pub(super) fn verify(&self) -> Result<(), MigrateError> {
        if !self.newer.is_empty() {
            return Err(MigrateError::Newer { applied: self.newer.clone(), last: self.last_file.clone() });
        }
        if !self.missing.is_empty() {
            return Err(MigrateError::Missing(self.missing.clone()));
        }
        if !self.edited.is_empty() {
            return Err(MigrateError::Edited(self.edited.clone()));
        }
        if !self.out_of_order.is_empty() {
            return Err(MigrateError::OutOfOrder(self.out_of_order.clone()));
        }
        Ok(())
    }
}

/// What [`apply`] did.
#[derive(Debug, Default)]
pub(super) struct Migrated {
    pub applied: Vec<String>,
    pub warnings: Vec<String>,
}

/// Apply what is pending, each migration in a transaction of its own, and record what they made.
pub(super) async fn apply(client: &mut Client, sources: &Sources) -> Result<Migrated, MigrateError> {
    // Read again, because the wait for the lock may have been for somebody who migrated.
    let standing = Standing::read(client, sources).await?;
    standing.verify()?;
    let held = Record::read(client).await?;
    if standing.pending.is_empty() && held.recorded_version == standing.last_applied {
        return Ok(Migrated::default());
    }

    let before = Snapshot::read(client).await?;
    let mut record = held.clone();
    let mut warnings = Vec::new();
    if held.exists && held.recorded_version != standing.last_applied {
        for object in record.adopt(&before) {
            warnings.push(format!(
                "the last run was killed before it could record what its migrations made: {object} is taken to be theirs"
            ));
        }
    }
    let outcome = run_pending(client, sources, &standing).await;
    // Recorded even if one failed: those before it stay, and the next run cannot tell any more what they made.
    record.merge_migrations(&before, &Snapshot::read(client).await?);
    save(client, &record).await?;
    Ok(Migrated { applied: outcome?, warnings })
}

async fn run_pending(client: &mut Client, sources: &Sources, standing: &Standing) -> Result<Vec<String>, MigrateError> {
    let mut runner =
        Runner::new(&sources.migrations).set_abort_divergent(true).set_abort_missing(true).set_grouped(false);
    runner.set_migration_table_name(HISTORY_TABLE);
    match runner.run_async(client).await {
        Ok(report) => Ok(report.applied_migrations().iter().map(file_name).collect()),
        Err(error) => Err(translate(&error, sources, standing)),
    }
}

fn translate(error: &refinery::Error, sources: &Sources, standing: &Standing) -> MigrateError {
    match error.kind() {
        Kind::DivergentVersion(_, file) => MigrateError::Edited(vec![file_name(file)]),
        Kind::MissingVersion(migration) => MigrateError::Missing(vec![file_name(migration)]),
        Kind::Connection(doing, cause) => {
            // The report holds those that went through; the next one is the one that failed.
            let done = error.report().map(|report| report.applied_migrations().len());
            let failed = done.and_then(|done| standing.pending.get(done));
            let file = sources.migrations.iter().find(|file| Some(&file_name(file)) == failed);
            match file {
                Some(file) => {
                    let path = format!("migrations/{}.sql", file_name(file));
                    MigrateError::in_file(&path, file.sql().unwrap_or_default(), cause.as_ref())
                }
                None => MigrateError::in_file(&format!("{HISTORY_TABLE} ({doing})"), "", cause.as_ref()),
            }
        }
        other => MigrateError::Sources(other.to_string()),
    }
}

async fn save(client: &mut Client, record: &Record) -> Result<(), MigrateError> {
    // Also when the first migration, which makes the tables, has only just run: then the database's part is empty.
    let held = Record::read(client).await?;
    if !held.exists {
        return Ok(());
    }
    let transaction = client.transaction().await?;
    record.write_objects(&transaction, &held).await?;
    let update = format!("update app.release set recorded_version = (select max(version) from {HISTORY_TABLE})");
    transaction.execute(&update, &[]).await?;
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(sources: &Sources) -> Vec<(i32, String, String)> {
        let triple = |m: &refinery::Migration| (m.version(), m.name().to_owned(), m.checksum().to_string());
        sources.migrations.iter().map(triple).collect()
    }

    fn sources(names: &[(&str, &str)]) -> Sources {
        Sources::new(names, &[], &[], "").expect("well-formed names")
    }

    #[test]
    fn a_migration_before_the_last_applied_one_is_refused() {
        let database = applied(&sources(&[("V001__a", ""), ("V003__c", "")]));
        let standing = Standing::compare(&sources(&[("V001__a", ""), ("V002__b", ""), ("V003__c", "")]), &database);
        assert!(matches!(standing.verify(), Err(MigrateError::OutOfOrder(names)) if names == ["V002__b"]));
    }

    #[test]
    fn a_renamed_migration_counts_as_edited() {
        let database = applied(&sources(&[("V001__a", "select 1")]));
        let standing = Standing::compare(&sources(&[("V001__b", "select 1")]), &database);
        assert!(matches!(standing.verify(), Err(MigrateError::Edited(names)) if names == ["V001__b"]));
    }

    #[test]
    fn two_migrations_with_one_number_are_no_sources() {
        let same = Sources::new(&[("V001__a", ""), ("V1__b", "")], &[], &[], "");
        assert!(matches!(same, Err(MigrateError::Sources(_))));
    }
}
