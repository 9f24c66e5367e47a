//! The houses of a hotel.

mod api;
mod example;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use uuid::Uuid;

pub use api::PropertiesApi;

use crate::http::Resource;

/// A house of the hotel.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Property {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Where it is.
    #[oai(nullable)]
    pub address: Option<String>,
    /// Its time zone; null where it is the hotel's.
    #[oai(nullable)]
    pub time_zone: Option<String>,
    /// When it was archived; null while it is not.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it was changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Property {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/properties/{}", self.id)
    }
}

/// A new property.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewProperty {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// Where it is.
    #[oai(nullable, validator(min_length = 1, max_length = 500))]
    pub address: Option<String>,
    /// Its time zone, by its name in the IANA database; the hotel's unless said.
    #[oai(nullable, validator(min_length = 1, max_length = 64))]
    pub time_zone: Option<String>,
}

impl Example for NewProperty {
    fn example() -> Self {
        NewProperty {
            name: "Plaza by the Lake".into(),
            address: Some("Seestraße 4, 14129 Berlin".into()),
            time_zone: Some("Europe/Berlin".into()),
        }
    }
}

/// What to change in a property. What is absent stays, null removes.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct PropertyPatch {
    /// Its name; unique at the hotel, in any case.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: MaybeUndefined<String>,
    /// Where it is.
    #[oai(nullable, validator(min_length = 1, max_length = 500))]
    pub address: MaybeUndefined<String>,
    /// Its time zone, by its name in the IANA database; null for the hotel's.
    #[oai(nullable, validator(min_length = 1, max_length = 64))]
    pub time_zone: MaybeUndefined<String>,
}

impl Example for PropertyPatch {
    fn example() -> Self {
        PropertyPatch {
            name: MaybeUndefined::Value("Plaza on the Lake".into()),
            address: MaybeUndefined::Undefined,
            time_zone: MaybeUndefined::Null,
        }
    }
}
