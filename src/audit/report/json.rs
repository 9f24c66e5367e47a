//! The report as one JSON object, for programs.
//!
//! ```json
//! {
//!   "release": {"name": "stayzr", "version": "0.1.0"},
//!   "database": {"serverVersion": "15.18", "database": "stayzr", "server": "db:5432",
//!                "role": "stayzr_auditor", "time": "2026-11-25T18:00:00Z"},
//!   "summary": {"critical": 1, "high": 0, "medium": 0, "low": 0, "waived": 1, "drift": 0, "ran": 60,
//!               "failed": 0},
//!   "lint": {
//!     "checks": [{"id": "RLS001", "name": "row_security", "severity": "critical",
//!                 "what": "…", "why": "…", "mend": "…", "see": "https://…"}],
//!     "findings": [{"severity": "critical", "check": "RLS001", "name": "row_security",
//!                   "object": "public.guests", "finding": "…", "detail": "…"}],
//!     "waived": [{"severity": "…", "check": "…", "name": "…", "object": "…", "finding": "…", "detail": "…",
//!                 "waiver": {"check": "RLS002", "object": "…", "reason": "…", "owner": "…", "expires": "2027-01-31"}}],
//!     "failed": [{"check": "RLS003", "name": "…", "reason": "…"}]
//!   },
//!   "drift": ["policy guests_tenant on public.guests (policies/guests.sql) is gone\n  - …"],
//!   "matrix": [{"title": "Tables", "columns": ["table", "role", "…"], "rows": [["public.guests", "stayzr_app", "…"]]}]
//! }
//! ```
//!
//! Names stay; new ones may come. `lint`, `drift` and `matrix` are absent where they were not asked for. Findings come the worst
//! first, then by check and object.

use super::Report;

pub(super) fn write(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("a report holds nothing that JSON cannot");
    text + "\n"
}
