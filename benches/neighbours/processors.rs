//! Who uses the processors.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use stayzr::db;

use crate::Failure;
use crate::clock::own_thread;
use crate::processor;

/// The threads of the client, and an administrator who is told of PostgreSQL's processes.
pub struct Processors<'a> {
    client: [PathBuf; 2],
    admin: &'a db::Client,
}

/// Time of processors, in processors: two that are busy all the time are 2.
#[derive(Clone, Copy, Default)]
pub struct Used {
    pub client: f64,
    pub server: f64,
    pub postgres: f64,
}

struct Reading {
    client: Duration,
    process: Duration,
    postgres: Duration,
}

impl Reading {
    fn server(&self) -> Duration {
        self.process.saturating_sub(self.client)
    }
}

impl<'a> Processors<'a> {
    /// The client is the thread that asks this, and that of the clock.
    pub fn new(clock: PathBuf, admin: &'a db::Client) -> Self {
        Processors { client: [own_thread(), clock], admin }
    }

    /// What is used between two moments; none where there is no /proc.
    pub async fn between(&self, begin: Instant, end: Instant) -> Result<Option<Used>, Failure> {
        tokio::time::sleep_until(begin.into()).await;
        let first = self.read().await?;
        tokio::time::sleep_until(end.into()).await;
        let last = self.read().await?;
        let seconds = end.duration_since(begin).as_secs_f64();
        let used = |last: Duration, first: Duration| last.saturating_sub(first).as_secs_f64() / seconds;
        Ok(first.zip(last).map(|(first, last)| Used {
            client: used(last.client, first.client),
            server: used(last.server(), first.server()),
            postgres: used(last.postgres, first.postgres),
        }))
    }

    async fn read(&self) -> Result<Option<Reading>, Failure> {
        let postgres = processor::of_postgres(self.admin).await?;
        let of_threads = self.client.iter().map(|thread| processor::of(&thread.to_string_lossy()));
        let client: Option<Duration> = of_threads.sum();
        let reading = client.zip(processor::of("self")).zip(postgres);
        Ok(reading.map(|((client, process), postgres)| Reading { client, process, postgres }))
    }
}
