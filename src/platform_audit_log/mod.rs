//! The audit logs of every hotel, to read.

mod api;
mod example;
mod store;

use poem_openapi::Object;

pub use api::PlatformAuditLogApi;

use crate::audit_log::AuditRecord;

/// A record of a hotel's audit log.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PlatformAuditRecord {
    /// The hotel whose log it is in.
    pub organization_id: i32,
    /// The record, as that hotel's own administrators see it.
    pub record: AuditRecord,
}
