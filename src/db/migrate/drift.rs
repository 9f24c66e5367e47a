//! Where a database differs from the files, each difference a block a person can read.

use super::history::Standing;
use super::objects::{Snapshot, is_policy_kind};
use super::plan::Reason;
use super::record::{MIGRATIONS_PATH, Record};
use super::sources::{ROLES_PATH, Sources};
use std::fmt;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// `migration`, `file`, `role`, `schema`, `policy`, `grant`, `rls`, `function`, `trigger`, `default`, `table`, ….
    pub kind: String,
    /// Which one: `guests_tenant on public.guests`.
    pub object: String,
    /// The file that says what it should be; running `stayzr migrate` runs it again.
    pub file: Option<String>,
    /// What the files made; none if no file holds it.
    pub expected: Option<String>,
    /// What is live; none if it is gone.
    pub found: Option<String>,
}

impl Drift {
    /// The first line of the block: what, where, and how it differs.
    #[must_use]
    pub fn title(&self) -> String {
        let held = self.file.as_deref().map(|file| format!(" ({file})")).unwrap_or_default();
        let how = match (&self.expected, &self.found) {
            (Some(_), Some(_)) => "differs",
            (Some(_), None) => "is gone",
            (None, _) => "is held by no file",
        };
        format!("{} {}{held} {how}", self.kind, self.object)
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title())?;
        let (expected, found) = (self.expected.as_deref().unwrap_or(""), self.found.as_deref().unwrap_or(""));
        for (sign, line) in changed_lines(expected, found) {
            write!(f, "\n  {sign} {line}")?;
        }
        Ok(())
    }
}

/// Migrations that are pending, or should not be as they are.
pub(super) fn of_history(standing: &Standing) -> Vec<Drift> {
    let list = |names: &[String], expected: Option<&str>, found: Option<&str>| -> Vec<Drift> {
        let drift = |name: &String| Drift {
            kind: "migration".to_owned(),
            object: name.clone(),
            file: None,
            expected: expected.map(str::to_owned),
            found: found.map(str::to_owned),
        };
        names.iter().map(drift).collect()
    };
    let mut drifts = list(&standing.pending, Some("applied"), Some("pending"));
    drifts.extend(list(&standing.edited, Some("as it was applied"), Some("its text changed since")));
    drifts.extend(list(&standing.missing, None, Some("applied, but this binary has no such file")));
    drifts.extend(list(&standing.newer, None, Some("applied, by a later release than this binary")));
    drifts.extend(list(&standing.out_of_order, Some("applied"), Some("skipped: a later one was applied")));
    drifts
}

/// Files whose text is not what was last applied, and files that are gone.
pub(super) fn of_files(sources: &Sources, record: &Record, major: i32) -> Vec<Drift> {
    let mut files = vec![&sources.roles];
    files.extend(sources.repeatable().map(|(_, file)| file));
    let mut drifts: Vec<Drift> = files
        .iter()
        .filter_map(|file| {
            let found = match Reason::of(file, record, major)? {
                Reason::New => "never applied here",
                Reason::Changed | Reason::Drifted => {
                    "applied with another text, or on another major version of the server"
                }
            };
            Some(file_drift(&file.path, Some("applied as it is in this release"), found))
        })
        .collect();
    for path in record.files.keys().filter(|path| !files.iter().any(|file| file.path == **path)) {
        drifts.push(file_drift(path, None, "applied, but no file of this release"));
    }
    drifts
}

fn file_drift(path: &str, expected: Option<&str>, found: &str) -> Drift {
    Drift {
        kind: "file".to_owned(),
        object: path.to_owned(),
        file: None,
        expected: expected.map(str::to_owned),
        found: Some(found.to_owned()),
    }
}

/// Objects that are not as their files left them, and objects that no file holds.
pub(super) fn of_objects(record: &Record, live: &Snapshot) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (key, held) in &record.objects {
        let found = live.definition(key);
        if found != Some(held.definition.as_str()) {
            drifts.push(Drift {
                kind: key.0.clone(),
                object: key.1.clone(),
                file: Some(held.path.clone()),
                expected: Some(held.definition.clone()),
                found: found.map(str::to_owned),
            });
        }
    }
    for (key, object) in live.objects.iter().filter(|(key, _)| !record.objects.contains_key(*key)) {
        // Without a record of the roles file there is no word on roles yet; and a table that no file holds is
        // reported itself, so its row security being off adds nothing.
        let silent = (super::objects::is_role_kind(&key.0) && !record.files.contains_key(ROLES_PATH))
            || (key.0 == "rls" && object.definition == "disabled\nnot forced");
        if silent {
            continue;
        }
        let table = live.relation_name(object);
        drifts.push(Drift {
            kind: key.0.clone(),
            object: key.1.clone(),
            file: table.filter(|_| is_policy_kind(&key.0)).and_then(|table| policy_file(record, table)),
            expected: None,
            found: Some(object.definition.clone()),
        });
    }
    drifts
}

/// The file that resets a table, and so undoes a policy or grant too many: the one with its name, or the one that
/// made its other policies.
fn policy_file(record: &Record, table: &str) -> Option<String> {
    let name = table.rsplit('.').next().unwrap_or(table).trim_matches('"');
    let usual = format!("policies/{name}.sql");
    if record.files.contains_key(&usual) {
        return Some(usual);
    }
    let (on, to) = (format!(" on {table}"), format!("{table} to "));
    let sibling = |key: &(String, String)| match key.0.as_str() {
        "policy" => key.1.ends_with(&on),
        "grant" => key.1.starts_with(&to),
        _ => false,
    };
    let (_, held) = record.objects.iter().find(|(key, held)| sibling(key) && held.path != MIGRATIONS_PATH)?;
    Some(held.path.clone())
}

/// The lines only one text has, in order, by their longest common subsequence.
pub(crate) fn changed_lines<'a>(old: &'a str, new: &'a str) -> Vec<(char, &'a str)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // common[i][j]: length of the longest common subsequence of old[i..] and new[j..].
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_prints_only_the_lines_that_differ() {
        let drift = Drift {
            kind: "policy".into(),
            object: "guests_tenant on public.guests".into(),
            file: Some("policies/guests.sql".into()),
            expected: Some("restrictive\nfor all\nusing (a)\nwith check (a)".into()),
            found: Some("restrictive\nfor all\nusing true\nwith check (a)\nmore".into()),
        };
        let block = "policy guests_tenant on public.guests (policies/guests.sql) differs\n  - using (a)\n  + using true\n  + more";
        assert_eq!(drift.to_string(), block);
    }
}
