//! The people a hotel talks to.

mod api;
mod example;
mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};
use serde_json::Value;
use uuid::Uuid;

pub use api::GuestsApi;

use crate::http::Resource;
use crate::text_enum::text_enum;

text_enum! {
    /// How a list of guests is sorted.
    GuestSort {
        /// Newest first.
        Newest "-createdAt",
        /// By name.
        Name "fullName",
    }
}

/// Somebody a hotel talks to.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Guest {
    /// Who.
    pub id: Uuid,
    /// Their e-mail address.
    #[oai(nullable)]
    pub email: Option<String>,
    /// Their phone number, in E.164.
    #[oai(nullable)]
    pub phone: Option<String>,
    /// Their name.
    pub full_name: String,
    /// The language they write in, a BCP 47 tag.
    pub language: String,
    /// What the hotel should remember.
    #[oai(nullable)]
    pub notes: Option<String>,
    /// What they like.
    pub preferences: BTreeMap<String, Value>,
    /// The user who takes care of them.
    #[oai(nullable)]
    pub owner_id: Option<Uuid>,
    /// The team that takes care of them.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// When they were archived; null while they are not.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
    /// When they were registered.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
    /// How often they were changed, plus one; the `ETag`.
    pub version: i32,
}

impl Resource for Guest {
    fn version(&self) -> i32 {
        self.version
    }

    fn path(&self) -> String {
        format!("/v1/guests/{}", self.id)
    }
}

/// A new guest. At least one of `email` and `phone` is needed.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct NewGuest {
    /// Their e-mail address; unique at the hotel.
    #[oai(nullable, validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: Option<String>,
    /// Their phone number, in E.164; unique at the hotel.
    #[oai(nullable, validator(max_length = 16, pattern = r"^\+[1-9][0-9]{6,14}$"))]
    pub phone: Option<String>,
    /// Their name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub full_name: String,
    /// The language they write in, a BCP 47 tag; `en` unless said.
    #[oai(nullable, validator(max_length = 35, pattern = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
    pub language: Option<String>,
    /// What the hotel should remember.
    #[oai(nullable, validator(max_length = 10000))]
    pub notes: Option<String>,
    /// What they like.
    #[oai(nullable, validator(max_properties = 100))]
    pub preferences: Option<BTreeMap<String, Value>>,
    /// The user who takes care of them. Where neither a user nor a team does, and the caller
    /// does not see the whole hotel, it is the caller.
    #[oai(nullable)]
    pub owner_id: Option<Uuid>,
    /// The team that takes care of them.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
}

impl Example for NewGuest {
    fn example() -> Self {
        NewGuest {
            email: Some("ada@example.com".into()),
            phone: Some("+4915112345678".into()),
            full_name: "Ada Lovelace".into(),
            language: Some("en".into()),
            notes: Some("Arrives late on Fridays.".into()),
            preferences: Some(BTreeMap::from([("pillow".into(), "soft".into())])),
            owner_id: None,
            team_id: None,
        }
    }
}

/// What to change in a guest. What is absent stays, null removes.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct GuestPatch {
    /// Their e-mail address; unique at the hotel.
    #[oai(nullable, validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub email: MaybeUndefined<String>,
    /// Their phone number, in E.164; unique at the hotel.
    #[oai(nullable, validator(max_length = 16, pattern = r"^\+[1-9][0-9]{6,14}$"))]
    pub phone: MaybeUndefined<String>,
    /// Their name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub full_name: MaybeUndefined<String>,
    /// The language they write in, a BCP 47 tag.
    #[oai(validator(max_length = 35, pattern = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
    pub language: MaybeUndefined<String>,
    /// What the hotel should remember.
    #[oai(nullable, validator(max_length = 10000))]
    pub notes: MaybeUndefined<String>,
    /// Merged into what they like; null removes a preference.
    #[oai(validator(max_properties = 100))]
    pub preferences: MaybeUndefined<BTreeMap<String, Value>>,
    /// The user who takes care of them.
    #[oai(nullable)]
    pub owner_id: MaybeUndefined<Uuid>,
    /// The team that takes care of them.
    #[oai(nullable)]
    pub team_id: MaybeUndefined<Uuid>,
}

impl Example for GuestPatch {
    fn example() -> Self {
        GuestPatch {
            email: MaybeUndefined::Undefined,
            phone: MaybeUndefined::Undefined,
            full_name: MaybeUndefined::Value("Ada King".into()),
            language: MaybeUndefined::Undefined,
            notes: MaybeUndefined::Null,
            preferences: MaybeUndefined::Value(BTreeMap::from([("floor".into(), "high".into())])),
            owner_id: MaybeUndefined::Undefined,
            team_id: MaybeUndefined::Undefined,
        }
    }
}
