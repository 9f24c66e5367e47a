//! Who used the processors.

use std::time::Duration;

use stayzr::db::Client;

use crate::{Failure, processor};

/// Time of the processors, by who used it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    pub client: Duration,
    pub server: Duration,
    pub postgres: Duration,
}

impl Used {
    /// So far, of this process and PostgreSQL; none where there is no /proc. Called by the client's thread, which has
    /// no other work: all else that this process does is the server's.
    pub async fn so_far(admin: &Client) -> Result<Option<Used>, Failure> {
        let postgres = processor::of_postgres(admin).await?;
        let of_process = || Some((postgres?, processor::of("self")?, processor::of("thread-self")?));
        Ok(of_process().map(|(postgres, process, client)| Used {
            client,
            server: process.saturating_sub(client),
            postgres,
        }))
    }

    /// Since then; none where a backend ended in between.
    pub fn since(self, before: Used) -> Option<Used> {
        Some(Used {
            client: self.client.checked_sub(before.client)?,
            server: self.server.checked_sub(before.server)?,
            postgres: self.postgres.checked_sub(before.postgres)?,
        })
    }

    /// Together.
    pub fn all(self) -> Duration {
        self.client + self.server + self.postgres
    }
}

impl std::ops::Add for Used {
    type Output = Used;

    fn add(self, other: Used) -> Used {
        Used {
            client: self.client + other.client,
            server: self.server + other.server,
            postgres: self.postgres + other.postgres,
        }
    }
}
