//! What a plan says of a hotel's statements.

use std::sync::Arc;
use std::time::Duration;

use super::Spent;

/// How the statements of a hotel are run. By default like anybody's.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// How long one may run; `None`: as long as any of the login's.
    pub statement_limit: Option<Duration>,
    /// How many connections of its own the hotel may have on this server, through which they are run; 0: it has none,
    /// and shares those of all others. `None`: they are run through those, whatever it has.
    pub dedicated_connections: Option<usize>,
    /// Where it is noted what they take of the database's time; `None`: nowhere.
    pub spent: Option<Arc<Spent>>,
}
