//! The report as one JSON object, for programs.
//!
//! ```json
//! {
//!   "release": {"name": "stayzr", "version": "0.1.0"},
//!   "database": {"serverVersion": "15.18", "database": "stayzr", "server": "db:5432",
//!                "role": "stayzr_auditor", "time": "2026-11-25T18:00:00Z"},
//!   "summary": {"critical": 1, "high": 0, "medium": 0, "low": 0, "waived": 1, "drift": 0, "ran": 60, "failed": 0,
//!               "planned": 160, "drilled": 0, "skipped": 0, "notRun": 1},
//!   "parts": [{"name": "checks", "milliseconds": 320, "notRun": null},
//!             {"name": "attack", "milliseconds": 0, "notRun": "it takes an administrator's login: …"}],
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
//!   "matrix": [{"title": "Tables", "columns": ["table", "role", "…"], "rows": [["public.guests", "stayzr_app", "…"]]}],
//!   "plans": [{"path": "sql/queries/guests/get.sql", "role": "stayzr_app",
//!              "accesses": [{"table": "public.guests", "index": "guests_pkey", "tenant": "indexed", "perRow": false,
//!                            "heldBack": [], "rows": 1.0}],
//!              "faults": [{"severity": "medium", "table": "public.guests", "what": "…"}]}],
//!   "attack": {"drills": [{"id": "ATK001", "name": "forged_contexts", "title": "…", "what": "…", "why": "…",
//!                          "expected": "…", "severity": "critical", "roles": ["stayzr_app"], "milliseconds": 448,
//!                          "attempts": [{"what": "…", "role": "stayzr_app", "statement": "…",
//!                                        "outcome": {"result": "refused", "how": "SZ101: …"}}]}]}
//! }
//! ```
//!
//! Names stay; new ones may come. The parts are absent where they were not made; why not stands in `parts`. The findings
//! of `lint` come the worst first, then by check and object. An outcome is `refused` (`how`), `accepted` (`seen`, `reason`),
//! `skipped` (`why`) or `succeeded` (`seen`).

use super::Report;

pub(super) fn write(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("a report holds nothing that JSON cannot");
    text + "\n"
}
