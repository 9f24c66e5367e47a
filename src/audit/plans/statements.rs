//! The statements of the service, and who runs them.

use include_dir::{Dir, File, include_dir};

static QUERIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sql/queries");

/// Who runs what a request of a hotel asks.
pub const APP: &str = "stayzr_app";
/// Who runs work across hotels.
pub const PLATFORM: &str = "stayzr_platform";

/// What runs as the owner, in `stayzr migrate`.
const OWNERS: &str = "migrate/";

/// What runs as `stayzr_platform`, across hotels: statements, and folders of them.
const PLATFORMS: [&str; 21] = [
    "audit_log/heads.sql",
    "audit_log/make_partitions.sql",
    "audit_log/platform_organization.sql",
    "audit_log/record_cross_tenant.sql",
    "audit_log/record_stranger.sql",
    "audit_log/verify.sql",
    "invoices/close.sql",
    "invoices/due.sql",
    "invoices/opened.sql",
    "platform_audit_log/",
    "platform_grants/create.sql",
    "platform_grants/end.sql",
    "platform_grants/list.sql",
    "platform_invoices/",
    "platform_organizations/",
    "platform_subscriptions/",
    "platform_tiers/",
    "platform_usage/",
    "platform_users/",
    "usage/organizations.sql",
    "usage/reconcile.sql",
];

/// A statement of the service.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its file: `sql/queries/guests/get.sql`.
    pub path: String,
    /// Its text.
    pub text: &'static str,
    /// The role that runs it.
    pub role: &'static str,
}

/// Every statement that a server runs, by path.
pub fn statements() -> impl Iterator<Item = Statement> {
    let mut files: Vec<&File<'static>> = QUERIES.dirs().flat_map(Dir::files).collect();
    files.sort_by_key(|file| file.path());
    files.into_iter().filter_map(|file| {
        let path = file.path().to_str().filter(|path| path.ends_with(".sql") && !path.starts_with(OWNERS))?;
        let role = if PLATFORMS.iter().any(|platforms| path.starts_with(platforms)) { PLATFORM } else { APP };
        Some(Statement { path: format!("sql/queries/{path}"), text: file.contents_utf8()?, role })
    })
}
