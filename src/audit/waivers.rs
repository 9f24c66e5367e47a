//! Findings that a deployment has decided to live with, for a while.
//!
//! What the design itself needs to be exempt stands in the check's own file, with its reason.
//! A waiver is for one database: who decided it, why, and until when.

use std::path::Path;

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

use super::check::{Catalogue, WAIVER_EXPIRED, WAIVER_UNUSED};
use super::report::{Finding, Lint, Waived};
use super::{AuditError, Check};

/// The waivers of the release: none.
const SHIPPED: &str = include_str!("../../policies/waivers.toml");
const SHIPPED_PATH: &str = "policies/waivers.toml";

/// One decision. It holds to the end of its last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename = "AuditWaiver", rename_all = "camelCase")]
pub struct Waiver {
    /// The id of the check.
    pub check: String,
    /// The object, exactly as the report names it.
    pub object: String,
    /// Why the finding is lived with.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day it holds.
    pub expires: NaiveDate,
}

/// A file of waivers.
#[derive(Debug, Clone, Default)]
pub struct Waivers(Vec<Waiver>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waiver: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    check: String,
    object: String,
    reason: String,
    owner: String,
    expires: toml::value::Datetime,
}

impl Waivers {
    /// Reads the file, or without one what the release carries.
    ///
    /// # Errors
    /// When the file cannot be read, or an entry is not whole.
    pub fn load(path: Option<&Path>, catalogue: &Catalogue) -> Result<Waivers, AuditError> {
        let Some(path) = path else {
            return Waivers::parse(SHIPPED_PATH, SHIPPED, catalogue);
        };
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Waivers::parse(&file, &text, catalogue),
            Err(error) => Err(AuditError::Waivers { file, fault: error.to_string() }),
        }
    }

    /// Reads the text of a file of that name.
    ///
    /// # Errors
    /// When an entry lacks something, names no check, or says what another has said.
    pub fn parse(file: &str, text: &str, catalogue: &Catalogue) -> Result<Waivers, AuditError> {
        let fault = |fault: String| AuditError::Waivers { file: file.to_owned(), fault };
        let parsed: File = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
        let mut waivers: Vec<Waiver> = Vec::new();
        for entry in parsed.waiver {
            let here = format!("the waiver of {} at {}", entry.check, entry.object);
            match catalogue.get(&entry.check) {
                Some(Check { id, sql: Some(_), .. }) if *id == entry.check => {}
                Some(_) => {
                    return Err(fault(format!("{here}: name the check by its id; those of waivers are not waived")));
                }
                None => return Err(fault(format!("{here}: there is no such check"))),
            }
            if [&entry.object, &entry.reason, &entry.owner].iter().any(|text| text.trim().is_empty()) {
                return Err(fault(format!("{here}: object, reason and owner are not empty")));
            }
            let expires =
                date(&entry.expires).ok_or_else(|| fault(format!("{here}: expires is a date: 2027-01-31")))?;
            if waivers.iter().any(|waiver| waiver.check == entry.check && waiver.object == entry.object) {
                return Err(fault(format!("{here} stands there twice")));
            }
            let Entry { check, object, reason, owner, .. } = entry;
            waivers.push(Waiver { check, object, reason, owner, expires });
        }
        Ok(Waivers(waivers))
    }

    /// Moves the findings that are waived out of the way, and reports the waivers that have expired or waive nothing.
    pub(super) fn apply(&self, lint: &mut Lint, catalogue: &Catalogue, today: NaiveDate) {
        for waiver in &self.0 {
            let matches = |finding: &Finding| finding.check == waiver.check && finding.object == waiver.object;
            if waiver.expires < today {
                let said = format!("the waiver of {} has expired", waiver.check);
                let detail = format!("expired on {}; {}, {}", waiver.expires, waiver.owner, waiver.reason);
                lint.findings.extend(Finding::of(catalogue, WAIVER_EXPIRED, &waiver.object, &said, &detail));
                continue;
            }
            let (waived, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut lint.findings).into_iter().partition(matches);
            lint.findings = kept;
            // Of a check that could not run nobody knows.
            let unknown = lint.failed.iter().any(|failed| failed.check == waiver.check);
            if waived.is_empty() && !unknown {
                let said = format!("the waiver of {} waives nothing", waiver.check);
                let detail = format!("{}, {}", waiver.owner, waiver.reason);
                lint.findings.extend(Finding::of(catalogue, WAIVER_UNUSED, &waiver.object, &said, &detail));
            }
            lint.waived.extend(waived.into_iter().map(|finding| Waived { finding, waiver: waiver.clone() }));
        }
    }
}

fn date(datetime: &toml::value::Datetime) -> Option<NaiveDate> {
    let (date, None, None) = (datetime.date?, datetime.time, datetime.offset) else { return None };
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIVER: &str = "[[waiver]]\ncheck = \"RLS001\"\nobject = \"public.notes\"\nreason = \"moved next month\"\n\
        owner = \"dba@example.org\"\nexpires = 2027-01-31\n";

    fn parse(text: &str) -> Result<Waivers, String> {
        Waivers::parse("w.toml", text, &Catalogue::embedded().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_shipped_file_waives_nothing() {
        assert!(Waivers::load(None, &Catalogue::embedded().unwrap()).unwrap().0.is_empty());
        // What it shows how to write can be written so.
        let shown = SHIPPED.lines().filter_map(|line| line.strip_prefix("#     ")).collect::<Vec<_>>().join("\n");
        assert_eq!(parse(&shown).unwrap().0.len(), 1);
    }

    #[test]
    fn a_waiver_is_whole_or_refused() {
        assert_eq!(parse(WAIVER).unwrap().0[0].expires, NaiveDate::from_ymd_opt(2027, 1, 31).unwrap());
        for (old, new, says) in [
            ("owner = \"dba@example.org\"\n", "", "owner"),
            ("reason = \"moved next month\"", "reason = \" \"", "not empty"),
            ("2027-01-31", "\"soon\"", "expires"),
            ("2027-01-31", "2027-01-31T00:00:00Z", "expires is a date"),
            ("RLS001", "RLS899", "no such check"),
            ("RLS001", "RLS902", "not waived"),
            ("owner", "ower = \"x\"\nowner", "ower"),
        ] {
            let fault = parse(&WAIVER.replacen(old, new, 1)).unwrap_err();
            assert!(fault.starts_with("w.toml: ") && fault.contains(says), "{fault}");
        }
        assert!(parse(&WAIVER.repeat(2)).unwrap_err().contains("twice"));
    }
}
