//! Keys for programs of a hotel: a call with one is a member of the hotel, with what both
//! the key and its maker may do and see.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::Example;
use uuid::Uuid;

pub use api::ApiKeysApi;

use crate::auth::Permission;
use crate::users::DataScope;

/// A key, without its secret.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct ApiKey {
    /// Which.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// How its secret begins, to recognize it by.
    pub prefix: String,
    /// What it may do, as far as its maker may.
    pub permissions: Vec<Permission>,
    /// Whose guests and conversations it sees, as far as its maker does.
    pub data_scope: DataScope,
    /// Who made it. It works only while they may sign in.
    pub created_by: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working by itself; null where it never does.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null while it was not.
    #[oai(nullable)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked; null while it is not.
    #[oai(nullable)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that was just made, with its secret.
// No Debug: what is never printed is never logged.
#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
pub struct CreatedApiKey {
    /// Which.
    pub id: Uuid,
    /// Send it as `Authorization: Bearer …`. It is shown this once and kept nowhere.
    pub secret: String,
    /// The key as it is shown from now on.
    pub api_key: ApiKey,
}

/// A new key.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewApiKey {
    /// What it is for.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it may do: nothing that its maker may not.
    #[oai(validator(min_items = 1, max_items = 100, unique_items))]
    pub permissions: Vec<Permission>,
    /// Whose guests and conversations it sees; its maker's unless said, and never more.
    #[oai(nullable)]
    pub data_scope: Option<DataScope>,
    /// When it stops working by itself; never, unless said.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Example for NewApiKey {
    fn example() -> Self {
        NewApiKey {
            name: "Booking engine".into(),
            permissions: vec![Permission::GuestsRead, Permission::GuestsWrite],
            data_scope: None,
            expires_at: None,
        }
    }
}
