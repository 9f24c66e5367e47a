//! Statements on `properties`.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{NewProperty, Property, PropertyPatch};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::patch::{nullable, required};
use crate::http::{Listed, Page, conditional};

impl FromRow for Property {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Property {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            address: row.try_get("address")?,
            time_zone: row.try_get("time_zone")?,
            archived_at: row.try_get("archived_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

pub(super) async fn list(
    scope: &TenantScope,
    archived: bool,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Property>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "properties_list", &archived, limit, after)?;
    let sql = include_str!("../../sql/queries/properties/list.sql");
    let rows: Vec<Property> = scope.many(sql, &[&page.rows(), &page.after_key(), &page.after_id(), &archived]).await?;
    Ok(page.close(rows, |property| (property.created_at, property.id), |property| property))
}

/// The property of that id.
pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Property>, ApiError> {
    scope.optional(include_str!("../../sql/queries/properties/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, property: &NewProperty) -> Result<Property, ApiError> {
    let NewProperty { name, address, time_zone } = property;
    scope.one(include_str!("../../sql/queries/properties/create.sql"), &[name, address, time_zone]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &PropertyPatch,
) -> Result<Option<Property>, ApiError> {
    let name = required("/name", &patch.name)?;
    let (address_changes, address) = nullable(&patch.address);
    let (time_zone_changes, time_zone) = nullable(&patch.time_zone);
    let sql = include_str!("../../sql/queries/properties/update.sql");
    scope.optional(sql, &[&id, &expected, &name, &address_changes, &address, &time_zone_changes, &time_zone]).await
}

/// Why an update found no property to change.
pub(super) async fn why_unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    match get(scope, id).await {
        Ok(Some(property)) if property.archived_at.is_some() => ApiError::new(Code::PropertyArchived),
        current => conditional::why_unchanged(expected, Code::PropertyNotFound, async { current }).await,
    }
}

pub(super) async fn archive(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
) -> Result<Option<Property>, ApiError> {
    scope.optional(include_str!("../../sql/queries/properties/archive.sql"), &[&id, &expected]).await
}
