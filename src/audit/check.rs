//! A check: a rule about the catalogs, and why it is one. All of it stands in the file that
//! holds its query, so that a DBA reads in psql what `stayzr audit explain` prints.

use std::fmt;

use clap::ValueEnum;
use include_dir::{Dir, include_dir};
use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::AuditError;

static CHECKS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sql/checks");

/// What every header says, in this order.
const FIELDS: [&str; 6] = ["Id", "Severity", "What", "Why", "Mend", "See"];
/// The only place a check may send its reader to.
const MANUAL: &str = "https://www.postgresql.org/docs/current/";

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum, Enum)]
#[serde(rename_all = "lowercase")]
#[oai(rename = "AuditSeverity", rename_all = "lowercase")]
pub enum Severity {
    /// One tenant reads or writes another's rows now.
    Critical,
    /// One step from it, or the fence can be moved.
    High,
    /// That rows exist, or how many, shows; or the fault sleeps.
    Medium,
    /// Hygiene.
    Low,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

    /// As the headers and every report write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditCheck", rename_all = "camelCase")]
pub struct Check {
    /// `RLS007`: stable, and never given to another check.
    pub id: String,
    /// The name of its file.
    pub name: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What must hold.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// How to mend a finding.
    pub mend: String,
    /// A page of PostgreSQL's manual.
    pub see: String,
    /// The query, header and all, that returns `object, finding, detail`; none where the program itself looks.
    #[serde(skip)]
    #[oai(skip)]
    pub sql: Option<String>,
}

impl Check {
    /// Reads a file of `sql/checks`.
    ///
    /// # Errors
    /// When the header is not as the others are; the message names the file and what is wrong.
    pub fn parse(name: &str, text: &str) -> Result<Check, AuditError> {
        let fault = |fault: String| AuditError::Header { name: name.to_owned(), fault };
        let mut values: Vec<String> = Vec::new();
        for line in text.lines().map_while(|line| line.strip_prefix("--")) {
            if let (Some(more), Some(value)) = (line.strip_prefix("   "), values.last_mut()) {
                *value = format!("{value} {}", more.trim());
                continue;
            }
            let (field, value) = line.strip_prefix(' ').and_then(|line| line.split_once(": ")).unwrap_or_default();
            match FIELDS.get(values.len()) {
                Some(wanted) if *wanted == field => values.push(value.trim().to_owned()),
                Some(wanted) => return Err(fault(format!("expected `-- {wanted}: …`, found `--{line}`"))),
                None => return Err(fault(format!("`--{line}` follows the last field"))),
            }
        }
        if let Some(missing) = FIELDS.get(values.len()) {
            return Err(fault(format!("`-- {missing}: …` is missing")));
        }
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or_default();
        let (id, severity) = (next(), next());
        let check = Check {
            severity: Severity::from_str(&severity, false)
                .map_err(|_| fault(format!("{severity} is none of critical, high, medium, low")))?,
            id,
            name: name.to_owned(),
            what: next(),
            why: next(),
            mend: next(),
            see: next(),
            sql: Some(text.to_owned()),
        };
        let digits = check.id.strip_prefix("RLS").unwrap_or_default();
        if digits.len() != 3 || !digits.chars().all(|digit| digit.is_ascii_digit()) {
            return Err(fault(format!("{} is not RLS and three digits", check.id)));
        }
        if !check.see.starts_with(MANUAL) {
            return Err(fault(format!("{} is not below {MANUAL}", check.see)));
        }
        Ok(check)
    }

    fn of_waivers(id: &str, name: &str, severity: Severity, what: &str, why: &str, mend: &str) -> Check {
        Check {
            id: id.to_owned(),
            name: name.to_owned(),
            severity,
            what: what.to_owned(),
            why: why.to_owned(),
            mend: mend.to_owned(),
            see: format!("{MANUAL}ddl-rowsecurity.html"),
            sql: None,
        }
    }
}

/// The check that a waiver has not expired.
pub(super) const WAIVER_EXPIRED: &str = "RLS901";
/// The check that a waiver waives something.
pub(super) const WAIVER_UNUSED: &str = "RLS902";

/// Every check of this release, by id.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<Check>);

impl Catalogue {
    /// Those the binary was built with.
    ///
    /// # Errors
    /// When a file is not UTF-8, a header is malformed, or two checks have one id.
    pub fn embedded() -> Result<Catalogue, AuditError> {
        let mut checks = vec![
            Check::of_waivers(
                WAIVER_EXPIRED,
                "waiver_expired",
                Severity::High,
                "no waiver is past its date",
                "a waiver is a decision for a while; past its date nobody stands behind it, and what it waived counts again",
                "mend what it waived, or decide again and give it a new date",
            ),
            Check::of_waivers(
                WAIVER_UNUSED,
                "waiver_unused",
                Severity::Low,
                "every waiver waives a finding",
                "one that waives nothing now would waive the next finding at that object before anybody has seen it",
                "remove it from the file of waivers",
            ),
        ];
        for file in CHECKS.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "sql")) {
            let name = file.path().file_stem().unwrap_or_default().to_string_lossy();
            let text = file
                .contents_utf8()
                .ok_or_else(|| AuditError::Header { name: name.to_string(), fault: "not UTF-8".into() })?;
            checks.push(Check::parse(&name, text)?);
        }
        Catalogue::of(checks)
    }

    /// These, by id.
    ///
    /// # Errors
    /// When two checks have one id.
    pub fn of(mut checks: Vec<Check>) -> Result<Catalogue, AuditError> {
        checks.sort_by(|a, b| a.id.cmp(&b.id));
        for pair in checks.windows(2) {
            if pair[0].id == pair[1].id {
                let fault = format!("{} is the id of {} already", pair[1].id, pair[0].name);
                return Err(AuditError::Header { name: pair[1].name.clone(), fault });
            }
        }
        Ok(Catalogue(checks))
    }

    /// All of them, by id.
    pub fn checks(&self) -> &[Check] {
        &self.0
    }

    /// The check of that id or name; letters may be small.
    pub fn get(&self, wanted: &str) -> Option<&Check> {
        self.0.iter().find(|check| check.id.eq_ignore_ascii_case(wanted) || check.name == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "-- Id: RLS001\n-- Severity: high\n-- What: a\n--   and b.\n-- Why: c\n-- Mend: d: e\n\
        -- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html\nvalues (1)\n-- no field\n";

    #[test]
    fn a_header_is_read_and_its_lines_are_joined() {
        let check = Check::parse("row_security", HEADER).unwrap();
        assert_eq!((check.id.as_str(), check.severity), ("RLS001", Severity::High));
        assert_eq!((check.what.as_str(), check.mend.as_str()), ("a and b.", "d: e"));
        assert_eq!(check.sql.as_deref(), Some(HEADER));
    }

    #[test]
    fn a_malformed_header_is_named_with_what_is_wrong() {
        for (old, new, says) in [
            ("-- Why: c\n", "", "expected `-- Why"),
            ("-- See: https", "values (1)\n-- See: https", "`-- See: …` is missing"),
            ("-- See", "-- Sea", "expected `-- See"),
            ("RLS001", "RLS1", "RLS1 is not RLS"),
            ("Severity: high", "Severity: bad", "bad is none of"),
            ("www.postgresql.org", "example.org", "is not below"),
            ("values (1)", "-- Note: x\nvalues (1)", "follows the last field"),
        ] {
            let fault = Check::parse("row_security", &HEADER.replacen(old, new, 1)).unwrap_err().to_string();
            assert!(fault.contains("row_security") && fault.contains(says), "{fault}");
        }
    }

    #[test]
    fn an_id_is_given_once() {
        let check = |name: &str| Check::parse(name, HEADER).unwrap();
        let fault = Catalogue::of(vec![check("one"), check("other")]).unwrap_err().to_string();
        assert!(fault.contains("RLS001") && fault.contains("one") && fault.contains("other"), "{fault}");
    }
}
