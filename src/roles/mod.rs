//! Named sets of permissions: four that every hotel has, and the hotel's own.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

pub use api::RolesApi;

use crate::auth::Permission;
use crate::http::Resource;
use crate::text_enum::text_enum;

text_enum! {
    /// A role that every hotel has and no hotel changes.
    BuiltInRole {
        /// Everything.
        Admin "admin",
        /// The daily work, and looking into the hotel's figures and records.
        Manager "manager",
        /// The daily work with guests.
        Agent "agent",
        /// Reading only.
        Viewer "viewer",
    }
}

/// A named set of permissions.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Role {
    /// Which.
    pub id: Uuid,
    /// Which of the built-in ones it is; null for the hotel's own.
    #[oai(nullable)]
    pub built_in: Option<BuiltInRole>,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[oai(nullable)]
    pub description: Option<String>,
    /// What who holds it may do.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Role {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/roles/{}", self.id)
    }
}

/// A new role.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewRole {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it is for.
    #[oai(nullable, validator(min_length = 1, max_length = 1000))]
    pub description: Option<String>,
    /// What who holds it may do: nothing that its maker may not. `roles.manage` goes only
    /// together with `users.manage`.
    #[oai(validator(max_items = 100, unique_items))]
    pub permissions: Vec<Permission>,
}

impl Example for NewRole {
    fn example() -> Self {
        NewRole {
            name: "Concierge".into(),
            description: Some("Answers guests, assigns nothing.".into()),
            permissions: vec![Permission::GuestsRead, Permission::ConversationsRead, Permission::MessagesSend],
        }
    }
}

/// What to change in a role. What is absent stays; null removes the description.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct RolePatch {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: MaybeUndefined<String>,
    /// What it is for.
    #[oai(nullable, validator(min_length = 1, max_length = 1000))]
    pub description: MaybeUndefined<String>,
    /// What who holds it may do, all of it: a list replaces the list. It gains nothing that
    /// who changes it may not. `roles.manage` goes only together with `users.manage`.
    #[oai(validator(max_items = 100, unique_items))]
    pub permissions: MaybeUndefined<Vec<Permission>>,
}

impl Example for RolePatch {
    fn example() -> Self {
        RolePatch {
            name: MaybeUndefined::Undefined,
            description: MaybeUndefined::Null,
            permissions: MaybeUndefined::Value(vec![Permission::GuestsRead, Permission::ConversationsRead]),
        }
    }
}
