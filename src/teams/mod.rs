//! People who share guests and conversations.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

pub use api::TeamsApi;
pub(crate) use store::get;

use crate::http::Resource;

/// People who share guests and conversations.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Team {
    /// Which.
    pub id: Uuid,
    /// The department it belongs to, if any.
    #[oai(nullable)]
    pub department_id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`. Members come and go without it.
    pub version: i32,
}

impl Resource for Team {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/teams/{}", self.id)
    }
}

/// A new team.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewTeam {
    /// The department it belongs to, if any.
    #[oai(nullable)]
    pub department_id: Option<Uuid>,
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
}

impl Example for NewTeam {
    fn example() -> Self {
        NewTeam { department_id: None, name: "Night shift".into() }
    }
}

/// What to change in a team. What is absent stays; null takes it out of its department.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct TeamPatch {
    /// The department it belongs to, if any.
    #[oai(nullable)]
    pub department_id: MaybeUndefined<Uuid>,
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: MaybeUndefined<String>,
}

impl Example for TeamPatch {
    fn example() -> Self {
        TeamPatch { department_id: MaybeUndefined::Null, name: MaybeUndefined::Value("Late shift".into()) }
    }
}
