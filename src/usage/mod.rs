//! What hotels use of what their plans allow.
//!
//! Counting is the database's (`sql/functions/usage_take.sql`): it happens in the transaction
//! of the write that is counted, whoever writes.

mod dry_run;
mod reconcile;

pub use dry_run::{Allowance, dry_run};
pub use reconcile::{Difference, reconcile};

use crate::text_enum::text_enum;

text_enum! {
    /// What a plan limits.
    Metered {
        /// Users, the deleted ones aside.
        Users "users",
        /// Guests who are not archived.
        Guests "guests",
        /// Conversations that are open or pending.
        Conversations "conversations",
        /// Messages written in a period.
        Messages "messages",
        /// Bytes of attachments.
        Storage "storage",
    }
}
