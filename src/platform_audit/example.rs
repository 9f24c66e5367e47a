//! Example answers, for the document.

use chrono::DateTime;
use poem_openapi::types::Example;

use super::PlatformAudit;
use crate::audit::Severity;
use crate::audit::check::Check;
use crate::audit::report::{Finding, Identity, Lint, Part, PartName, Release, Summary};

impl Example for PlatformAudit {
    fn example() -> Self {
        let check = Check {
            id: "RLS001".into(),
            name: "row_security".into(),
            severity: Severity::Critical,
            what: "every table of hotels has row security enabled.".into(),
            why: "without it its policies are not asked".into(),
            mend: "enable and force it in the migration that makes the table".into(),
            see: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html".into(),
            sql: None,
        };
        let finding = Finding {
            severity: check.severity,
            check: check.id.clone(),
            name: check.name.clone(),
            object: "public.notes".into(),
            finding: "row security is not enabled".into(),
            detail: String::new(),
        };
        let lint = Lint { checks: vec![check], findings: vec![finding], ..Lint::default() };
        PlatformAudit {
            checked_at: DateTime::from_timestamp(1_782_600_000, 0).unwrap_or_default(),
            release: Release { name: "stayzr".into(), version: env!("CARGO_PKG_VERSION").into() },
            database: Identity {
                server_version: "15.18".into(),
                database: "stayzr".into(),
                server: "db.example.org:5432".into(),
                role: "stayzr_platform".into(),
                time: "2026-06-27T22:40:00Z".into(),
            },
            summary: Summary { critical: 1, ran: 1, ..Summary::default() },
            parts: vec![Part { name: PartName::Checks, milliseconds: 320, not_run: None, left_out: false }],
            lint,
        }
    }
}
