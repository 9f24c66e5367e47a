//! The people who work at a hotel.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use uuid::Uuid;

pub use api::UsersApi;
pub(crate) use store::get;

use crate::http::Resource;
use crate::text_enum::text_enum;

text_enum! {
    /// Whose guests and conversations a user sees.
    DataScope {
        /// Their own.
        Own "own",
        /// Their team's.
        Team "team",
        /// Their department's.
        Department "department",
        /// The whole hotel's.
        All "all",
    }
}

impl DataScope {
    /// The one of the two that shows less.
    pub fn narrower(self, other: DataScope) -> DataScope {
        if (self as u8) < other as u8 { self } else { other }
    }
}

text_enum! {
    /// Whether a user may sign in.
    UserStatus {
        /// They may.
        Active "active",
        /// They may not; what they did stays.
        Disabled "disabled",
    }
}

text_enum! {
    /// How a list of users is sorted.
    UserSort {
        /// Newest first.
        Newest "-createdAt",
        /// By name.
        Name "fullName",
    }
}

/// Somebody who works at the hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct User {
    /// Who.
    pub id: Uuid,
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub full_name: String,
    /// Whether they administer the hotel.
    pub is_org_admin: bool,
    /// Whether they are a super admin of the platform.
    pub is_super_admin: bool,
    /// Whose guests and conversations they see.
    pub data_scope: DataScope,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// The roles they hold, by name.
    pub roles: Vec<UserRole>,
    /// The teams they are in.
    pub team_ids: Vec<Uuid>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
    /// How often they were changed, plus one; the `ETag`. Teams come and go without it.
    pub version: i32,
}

/// A role of a user, in short.
#[derive(Debug, Object, serde::Deserialize)]
#[oai(rename_all = "camelCase")]
pub struct UserRole {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

impl Resource for User {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/users/{}", self.id)
    }
}

/// A new user.
// No Debug: it holds a password.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewUser {
    /// The address they sign in with; unique at the hotel.
    #[oai(validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: String,
    /// Their name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub full_name: String,
    /// What they sign in with.
    #[oai(validator(min_length = 10, max_length = 200))]
    pub password: String,
    /// Whether they administer the hotel.
    #[oai(default)]
    pub is_org_admin: bool,
    /// Whose guests and conversations they see: everybody's unless said.
    #[oai(nullable)]
    pub data_scope: Option<DataScope>,
    /// The roles they hold. Unless said they are an agent, and an administrator needs none.
    #[oai(nullable, validator(max_items = 50, unique_items))]
    pub role_ids: Option<Vec<Uuid>>,
}

impl poem_openapi::types::Example for NewUser {
    fn example() -> Self {
        NewUser {
            email: "nora@grand-plaza.example".into(),
            full_name: "Nora Lindqvist".into(),
            password: "correct horse battery".into(),
            is_org_admin: false,
            data_scope: Some(DataScope::Team),
            role_ids: None,
        }
    }
}

/// What to change in a user. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct UserPatch {
    /// The address they sign in with; unique at the hotel.
    #[oai(validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: MaybeUndefined<String>,
    /// Their name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub full_name: MaybeUndefined<String>,
    /// Whether they administer the hotel.
    pub is_org_admin: MaybeUndefined<bool>,
    /// Whose guests and conversations they see.
    pub data_scope: MaybeUndefined<DataScope>,
    /// Whether they may sign in.
    pub status: MaybeUndefined<UserStatus>,
    /// The roles they hold, all of them: a list replaces the list.
    #[oai(validator(max_items = 50, unique_items))]
    pub role_ids: MaybeUndefined<Vec<Uuid>>,
}

impl poem_openapi::types::Example for UserPatch {
    fn example() -> Self {
        UserPatch {
            email: MaybeUndefined::Undefined,
            full_name: MaybeUndefined::Value("Nora Lindqvist-Berg".into()),
            is_org_admin: MaybeUndefined::Undefined,
            data_scope: MaybeUndefined::Value(DataScope::Department),
            status: MaybeUndefined::Value(UserStatus::Disabled),
            role_ids: MaybeUndefined::Undefined,
        }
    }
}
