//! `stayzr partition`: the messages of a hotel that outgrew the others, in a partition of their own.
//!
//! A move makes the table anew beside the old one, divided as it shall be (`sql/partitions/`):
//!
//! 1. *build*: an empty table like `messages`, with a partition for each hotel that shall have one, and closed.
//! 2. *open*: from here on a trigger writes every new message into both.
//! 3. *copy*: the rows there were, in the order of the primary key, batch by batch.
//! 4. *compare*: every row of both, column for column.
//! 5. *swap*: the new one takes the place of the old one, with its policies, in one transaction that only renames.
//! 6. *compare* again, now that nobody writes into the old one; then it is dropped.
//!
//! One way for promoting, demoting and back to a plain table, because in each of them the old table answers until the
//! new one is proven. Nothing waits but for the locks of steps 1, 2, 5 and 6: whoever reads or writes waits for as long
//! as those wait, at most 50 ms a try, and for as long as they take. Every step commits on its own and says in
//! `app.partition_moves` that it is done, so a move that was killed goes on where it stopped.
//!
//! It costs what the whole table costs: until it ends, messages take twice the room.

mod error;
mod moving;
mod status;
mod steps;

use std::time::Duration;

pub use error::PartitionError;
pub use status::{Status, Table, Unfinished, status};

use moving::Mover;

use crate::db::migrate::{self, Sources};
use crate::db::{Client, DbError};

/// What shall become of a hotel's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// A partition of their own.
    Promote,
    /// Back to those of all others.
    Demote,
}

/// How a move goes about its work.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Rows that are copied or compared in one statement.
    pub batch: i64,
    /// How long a step tries to get its lock.
    pub patience: Duration,
}

/// Moves the messages of the hotel of that slug, or goes on where such a move stopped; false where they lie so already.
/// Tells each step that is done, with a full stop, and how far the one at work came, without.
///
/// `client` is an administrator who may be `stayzr_owner`. A move and a run of `stayzr migrate` wait for each other.
///
/// # Errors
/// When there is no such hotel, another move is unfinished, a lock is not to be had in time, or a row is not the same
/// in both tables: then nothing is dropped. Whatever it is, the move can be taken up again.
pub async fn divide(
    client: &mut Client,
    sources: &Sources,
    slug: &str,
    what: Move,
    pace: Pace,
    tell: impl FnMut(&str),
) -> Result<bool, PartitionError> {
    migrate::exclusively(client, async |client| {
        let organization_id = organization(client, slug).await?;
        let mut promoted: Vec<i32> =
            client.query_one(include_str!("../../sql/partitions/promoted.sql"), &[]).await?.try_get(0)?;
        let is_promoted = promoted.contains(&organization_id);
        let unfinished = status::unfinished(client).await?;
        match what {
            Move::Promote if !is_promoted => promoted.push(organization_id),
            Move::Demote => promoted.retain(|other| *other != organization_id),
            Move::Promote => {}
        }
        promoted.sort_unstable();
        match &unfinished {
            Some(other) if other.organizations != promoted => {
                return Err(PartitionError::Unfinished(other.organizations.clone()));
            }
            None if is_promoted == (what == Move::Promote) => return Ok(false),
            None => {
                client.execute(include_str!("../../sql/partitions/begin.sql"), &[&promoted]).await?;
            }
            Some(_) => {}
        }
        Mover { client, sources, pace, tell }.run().await.map(|()| true)
    })
    .await
}

/// Undoes a move whose tables have not changed places; whether there was one.
///
/// # Errors
/// When the tables have changed places: then the move only goes on; or a lock is not to be had in time.
pub async fn cancel(client: &mut Client, patience: Duration) -> Result<bool, PartitionError> {
    migrate::exclusively(client, async |client| match status::unfinished(client).await? {
        None => Ok(false),
        Some(Unfinished { phase, .. }) if phase == "swapped" => Err(PartitionError::Swapped),
        Some(_) => {
            steps::briefly(client, patience, &[include_str!("../../sql/partitions/cancel.sql")]).await?;
            Ok(true)
        }
    })
    .await
}

async fn organization(client: &Client, slug: &str) -> Result<i32, PartitionError> {
    let found = client.query_one(include_str!("../../sql/partitions/organization.sql"), &[&slug]).await?;
    let found: Option<i32> = found.try_get(0).map_err(DbError::from)?;
    found.ok_or_else(|| PartitionError::NoOrganization(slug.to_owned()))
}
