//! Example answers, for the document.

use poem_openapi::types::Example;

use super::PlatformAuditRecord;
use crate::audit_log::AuditRecord;

impl Example for PlatformAuditRecord {
    fn example() -> Self {
        PlatformAuditRecord { organization_id: 2, record: AuditRecord::example() }
    }
}
