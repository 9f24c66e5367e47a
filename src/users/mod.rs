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
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
    /// How often they were changed, plus one; the `ETag`.
    pub version: i32,
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
}

impl poem_openapi::types::Example for NewUser {
    fn example() -> Self {
        NewUser {
            email: "nora@grand-plaza.example".into(),
            full_name: "Nora Lindqvist".into(),
            password: "correct horse battery".into(),
            is_org_admin: false,
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
    /// Whether they may sign in.
    pub status: MaybeUndefined<UserStatus>,
}

impl poem_openapi::types::Example for UserPatch {
    fn example() -> Self {
        UserPatch {
            email: MaybeUndefined::Undefined,
            full_name: MaybeUndefined::Value("Nora Lindqvist-Berg".into()),
            is_org_admin: MaybeUndefined::Undefined,
            status: MaybeUndefined::Value(UserStatus::Disabled),
        }
    }
}
