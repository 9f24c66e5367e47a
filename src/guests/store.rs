//! Statements on `guests`.

use chrono::{DateTime, Utc};
use postgres_types::Json;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Guest, GuestPatch, GuestSort, NewGuest};
use crate::db::{FromRow, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::conditional;
use crate::http::patch::{nullable, required};
use crate::http::{Listed, Page};

impl FromRow for Guest {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Guest {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            phone: row.try_get("phone")?,
            full_name: row.try_get("full_name")?,
            language: row.try_get("language")?,
            notes: row.try_get("notes")?,
            preferences: row.try_get::<_, Json<_>>("preferences")?.0,
            owner_id: row.try_get("owner_id")?,
            team_id: row.try_get("team_id")?,
            archived_at: row.try_get("archived_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// A guest and the key of the list by name.
struct NamedGuest(Guest, String);

impl FromRow for NamedGuest {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(NamedGuest(Guest::from_row(row)?, row.try_get("full_name_folded")?))
    }
}

/// Which guests a list shows.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) search: Option<String>,
    pub(super) language: Option<String>,
    pub(super) archived: bool,
}

/// Who sees neither the whole hotel nor a team's gets a page from each of their ways in,
/// which costs what they see. For a team's member that would cost more than walking the
/// hotel's guests and asking of each, because so many of them show.
///
/// A search walks neither: it looks the beginning up, and asks of what it finds.
///
/// Filters are `case` and not `or` for the reason of `conversations`' lists.
pub(super) async fn list(
    scope: &TenantScope,
    sort: GuestSort,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Guest>, ApiError> {
    match sort {
        GuestSort::Newest => list_by_age(scope, filter, limit, after).await,
        GuestSort::Name => list_by_name(scope, filter, limit, after).await,
    }
}

async fn list_by_age(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Guest>, ApiError> {
    let page = Page::<DateTime<Utc>>::open(scope, "guests_list", &(GuestSort::Newest, filter), limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let guests: Vec<Guest> = match &filter.search {
        Some(search) => {
            let sql = include_str!("../../sql/queries/guests/search.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.language, search, &filter.archived]).await?
        }
        None => {
            let sql = if sees_only_own(scope) {
                include_str!("../../sql/queries/guests/list_own.sql")
            } else {
                include_str!("../../sql/queries/guests/list.sql")
            };
            scope.many(sql, &[&rows, &key, &id, &filter.language, &filter.archived]).await?
        }
    };
    Ok(page.close(guests, |guest| (guest.created_at, guest.id), |guest| guest))
}

async fn list_by_name(
    scope: &TenantScope,
    filter: &Filter,
    limit: u16,
    after: Option<&str>,
) -> Result<Listed<Guest>, ApiError> {
    let page = Page::<String>::open(scope, "guests_list", &(GuestSort::Name, filter), limit, after)?;
    let (rows, key, id) = (page.rows(), page.after_key(), page.after_id());
    let guests: Vec<NamedGuest> = match &filter.search {
        Some(search) => {
            let sql = include_str!("../../sql/queries/guests/search_by_name.sql");
            scope.many(sql, &[&rows, &key, &id, &filter.language, search, &filter.archived]).await?
        }
        None => {
            let sql = if sees_only_own(scope) {
                include_str!("../../sql/queries/guests/list_own_by_name.sql")
            } else {
                include_str!("../../sql/queries/guests/list_by_name.sql")
            };
            scope.many(sql, &[&rows, &key, &id, &filter.language, &filter.archived]).await?
        }
    };
    Ok(page.close(guests, |NamedGuest(guest, name)| (name.clone(), guest.id), |NamedGuest(guest, _)| guest))
}

fn sees_only_own(scope: &TenantScope) -> bool {
    !scope.context().sees_all() && scope.context().team_ids.is_empty()
}

/// The guest of that id.
pub(super) async fn get(scope: &TenantScope, id: Uuid) -> Result<Option<Guest>, ApiError> {
    scope.optional(include_str!("../../sql/queries/guests/get.sql"), &[&id]).await
}

pub(super) async fn create(scope: &TenantScope, guest: &NewGuest) -> Result<Guest, ApiError> {
    let preferences = guest.preferences.as_ref().map(Json);
    let sql = include_str!("../../sql/queries/guests/create.sql");
    let NewGuest { email, phone, full_name, language, notes, owner_id, team_id, .. } = guest;
    scope.one(sql, &[email, phone, full_name, language, notes, &preferences, owner_id, team_id]).await
}

pub(super) async fn update(
    scope: &TenantScope,
    id: Uuid,
    expected: Option<i32>,
    patch: &GuestPatch,
) -> Result<Option<Guest>, ApiError> {
    let (email_changes, email) = nullable(&patch.email);
    let (phone_changes, phone) = nullable(&patch.phone);
    let (notes_change, notes) = nullable(&patch.notes);
    let (owner_changes, owner_id) = nullable(&patch.owner_id);
    let (team_changes, team_id) = nullable(&patch.team_id);
    let full_name = required("/fullName", &patch.full_name)?;
    let language = required("/language", &patch.language)?;
    let preferences = required("/preferences", &patch.preferences)?.map(Json);
    scope
        .optional(
            include_str!("../../sql/queries/guests/update.sql"),
            &[
                &id,
                &expected,
                &email_changes,
                &email,
                &phone_changes,
                &phone,
                &full_name,
                &language,
                &notes_change,
                &notes,
                &preferences,
                &owner_changes,
                &owner_id,
                &team_changes,
                &team_id,
            ],
        )
        .await
}

/// Why an update found no guest to change.
pub(super) async fn why_unchanged(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> ApiError {
    match get(scope, id).await {
        Ok(Some(guest)) if guest.archived_at.is_some() => ApiError::new(Code::GuestArchived),
        current => conditional::why_refused(expected, Code::GuestNotFound, async { current }).await,
    }
}

pub(super) async fn archive(scope: &TenantScope, id: Uuid, expected: Option<i32>) -> Result<Option<Guest>, ApiError> {
    scope.optional(include_str!("../../sql/queries/guests/archive.sql"), &[&id, &expected]).await
}
