//! A database of one size.

use std::time::{Duration, Instant};

use stayzr::db::embedded::Embedded;
use stayzr::db::{self, Client, migrate};
use stayzr::partitions::{self, Move, Pace};
use stayzr::tenancy::{SealKey, Sealer};

use crate::Failure;
use crate::asker::Asker;
use crate::workload::{Hotel, Target};

/// Messages, for each hotel there is.
const MESSAGES: u32 = 1_000;
/// Nobody else is there who could hold a lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// See the module.
pub struct Size {
    /// As the table is to head it.
    pub name: String,
    pub database: String,
    big: Vec<Target>,
    small: Vec<Target>,
}

impl Size {
    /// Makes it, named by the number of hotels and that word.
    pub async fn load(
        embedded: &Embedded,
        seal_key: &SealKey,
        organizations: u32,
        word: &str,
    ) -> Result<Size, Failure> {
        let begin = Instant::now();
        let database = format!("stayzr_growth_{organizations}_{word}");
        embedded.create_database(&database).await?;
        let mut admin = db::connect(&embedded.superuser(&database).into()).await?;
        // It would come in the middle of a round.
        admin.batch_execute("alter system set autovacuum = off").await?;
        admin.batch_execute("select pg_reload_conf()").await?;
        let keys = [(seal_key.id().to_owned(), seal_key.material().to_vec())];
        migrate::run(&mut admin, &migrate::Sources::embedded()?, &keys).await?;
        embedded.set_role_passwords().await?;
        let messages = organizations * MESSAGES;
        for (name, number) in [("organizations", organizations), ("messages", messages)] {
            let setting = format!("bench.{name}");
            admin.execute("select set_config($1, $2, false)", &[&setting, &number.to_string()]).await?;
        }
        admin.batch_execute(include_str!("load.sql")).await?;
        admin.batch_execute("vacuum (analyze)").await?;
        admin.batch_execute("checkpoint").await?;
        let mut small = targets(&admin).await?;
        let big = vec![small.remove(0)];
        let bytes = "select pg_size_pretty(pg_database_size(current_database()))";
        let bytes: String = admin.query_one(bytes, &[]).await?.try_get(0)?;
        let seconds = begin.elapsed().as_secs_f64();
        println!("{organizations} hotels with {messages} messages: {bytes}, made in {seconds:.0} s");
        Ok(Size { name: format!("{organizations} {word}"), database, big, small })
    }

    /// Gives the messages of the big hotel a partition of their own.
    pub async fn divide(self, embedded: &Embedded) -> Result<Size, Failure> {
        let begin = Instant::now();
        let mut admin = db::connect(&embedded.superuser(&self.database).into()).await?;
        let slug = "select slug from organizations where id = $1";
        let slug: String = admin.query_one(slug, &[&self.big[0].organization_id]).await?.try_get(0)?;
        let (sources, pace) = (migrate::Sources::embedded()?, Pace { batch: 10_000, patience: PATIENCE });
        partitions::divide(&mut admin, &sources, &slug, Move::Promote, pace, |_| {}).await?;
        println!("the big hotel has a partition of its own after {:.0} s", begin.elapsed().as_secs_f64());
        admin.batch_execute("vacuum (analyze)").await?;
        admin.batch_execute("checkpoint").await?;
        Ok(self)
    }

    /// A connection of the service.
    pub async fn asker(&self, embedded: &Embedded, sealer: &Sealer) -> Result<Asker, Failure> {
        let client = db::connect(&embedded.config("stayzr_app", &self.database).into()).await?;
        Asker::prepare(client, sealer).await
    }

    pub fn targets(&self, hotel: Hotel) -> &[Target] {
        match hotel {
            Hotel::Small => &self.small,
            Hotel::Big => &self.big,
        }
    }
}

/// The big hotel, and small ones after it.
async fn targets(admin: &Client) -> Result<Vec<Target>, Failure> {
    let rows = admin.query(include_str!("targets.sql"), &[]).await?;
    let targets = rows.iter().map(|row| {
        Ok(Target {
            organization_id: row.try_get("organization_id")?,
            user_id: row.try_get("user_id")?,
            guests: row.try_get("guests")?,
            conversations: row.try_get("conversations")?,
        })
    });
    let targets = targets.collect::<Result<Vec<_>, Failure>>()?;
    if targets.len() == 5 { Ok(targets) } else { Err(format!("{} hotels to ask as", targets.len()).into()) }
}

/// What it runs on, as the service is set.
pub async fn machine(embedded: &Embedded, size: &Size) -> Result<String, Failure> {
    let app = db::connect(&embedded.config("stayzr_app", &size.database).into()).await?;
    let mut settings = Vec::new();
    for name in ["server_version", "shared_buffers", "work_mem", "fsync", "autovacuum", "jit", "plan_cache_mode"] {
        let value: String = app.query_one("select current_setting($1)", &[&name]).await?.try_get(0)?;
        settings.push(format!("{name} {value}"));
    }
    Ok(format!("{} cores; PostgreSQL: {}", std::thread::available_parallelism()?, settings.join(", ")))
}
