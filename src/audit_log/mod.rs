//! Who did what at a hotel: reading it, and proving that nobody changed it since.
//!
//! Nothing here writes. Records come from triggers (`sql/functions/audit_change.sql`) and, for
//! super admins' requests, from `app.record_access`; each joins its hotel's chain of hashes in
//! the same transaction (`sql/functions/audit_chain.sql`).

mod api;
mod example;
mod store;
mod verify;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde_json::Value;
use uuid::Uuid;

pub use api::AuditLogApi;
pub use verify::{Fault, Head, verify};

use crate::text_enum::text_enum;

text_enum! {
    /// In what capacity somebody acted.
    ActorKind {
        /// Somebody of the hotel, signed in.
        User "user",
        /// A program of the hotel's, by an API key.
        ApiKey "api_key",
        /// Somebody of the platform.
        SuperAdmin "super_admin",
        /// An administrator of the database, by hand.
        Administrator "administrator",
        /// Nobody that is known, with a token that was made up.
        Stranger "stranger",
    }
}

text_enum! {
    /// What became of it.
    Outcome {
        /// It was done.
        Done "done",
        /// It was refused.
        Refused "refused",
    }
}

/// One record of the audit log. It never changes.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct AuditRecord {
    /// Which record.
    pub id: Uuid,
    /// Its place in the chain of the hotel, from 1 without a gap.
    pub sequence: i64,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// Who did it; null where an administrator of the database did it by hand, or a stranger tried.
    #[oai(nullable)]
    pub actor_user_id: Option<Uuid>,
    /// In what capacity.
    pub actor_kind: ActorKind,
    /// The API key it came by.
    #[oai(nullable)]
    pub api_key_id: Option<Uuid>,
    /// The grant a super admin visited by.
    #[oai(nullable)]
    pub grant_id: Option<Uuid>,
    /// The network address it came from.
    #[oai(nullable)]
    pub address: Option<String>,
    /// The request it was done by; the server's log has it under the same id.
    #[oai(nullable)]
    pub request_id: Option<String>,
    /// What was done: `users_update`.
    pub action: String,
    /// To what kind of thing: `users`.
    pub resource: String,
    /// To which one: an id or, where a thing has none of its own, the ids it consists of with a slash between.
    #[oai(nullable)]
    pub resource_id: Option<String>,
    /// Why, in the words of whoever did it.
    #[oai(nullable)]
    pub reason: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// What it changed: for each field what it was and what it is. A super admin's record lists every row
    /// under `changes`. Secrets show as `***`.
    pub changes: BTreeMap<String, Value>,
    /// SHA-256 over the record and the hash of the record before it, in hex.
    pub hash: String,
}
