//! Parts of a hotel that teams belong to.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

pub use api::DepartmentsApi;

use crate::http::Resource;

/// A part of the hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Department {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Department {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/departments/{}", self.id)
    }
}

/// A new department.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewDepartment {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
}

impl Example for NewDepartment {
    fn example() -> Self {
        NewDepartment { name: "Front office".into() }
    }
}

/// What to change in a department. What is absent stays.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct DepartmentPatch {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: MaybeUndefined<String>,
}

impl Example for DepartmentPatch {
    fn example() -> Self {
        DepartmentPatch { name: MaybeUndefined::Value("Guest relations".into()) }
    }
}
