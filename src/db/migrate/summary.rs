//! What a run did, or would do, in a few lines.

use super::seal_keys::SealKeyChanges;
use std::fmt;

/// The outcome of a run. File lists are paths, migrations file names without `.sql`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether nothing was in fact done.
    pub dry_run: bool,
    pub roles_applied: bool,
    pub migrations_applied: Vec<String>,
    pub functions_applied: Vec<String>,
    pub functions_skipped: usize,
    pub policies_applied: Vec<String>,
    pub policies_skipped: usize,
    /// Of the above, those whose text had not changed but what they made had; and tables whose row security was put back.
    pub repaired: Vec<String>,
    pub seal_keys: SealKeyChanges,
    /// Partitions of the audit log, for the months ahead.
    pub partitions_made: Vec<String>,
    /// What needs a person. Logged as well.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Whether the database was as the files say already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.roles_applied
            && self.migrations_applied.is_empty()
            && self.functions_applied.is_empty()
            && self.policies_applied.is_empty()
            && self.repaired.is_empty()
            && self.seal_keys.is_empty()
            && self.partitions_made.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        if self.is_empty() {
            lines.push(format!(
                "Nothing to do: migrations, roles, {} function files and {} policy files are as in this release.",
                self.functions_skipped, self.policies_skipped
            ));
        } else {
            lines.push(if self.dry_run { "Would apply:" } else { "Applied:" }.to_owned());
            if self.roles_applied {
                lines.push("  roles: policies/database_roles.sql".to_owned());
            }
            lines.extend(group("migrations", &self.migrations_applied, 0));
            lines.extend(group("functions", &self.functions_applied, self.functions_skipped));
            lines.extend(group("policies", &self.policies_applied, self.policies_skipped));
            if !self.repaired.is_empty() {
                lines.push(format!("  changed by hand, put back: {}", self.repaired.join(", ")));
            }
            lines.extend(group("partitions", &self.partitions_made, 0));
            if !self.seal_keys.is_empty() {
                lines.push(format!("  seal keys: {}", self.seal_keys));
            }
        }
        lines.extend(self.warnings.iter().map(|warning| format!("Warning: {warning}")));
        f.write_str(&lines.join("\n"))
    }
}

fn group(name: &str, applied: &[String], skipped: usize) -> Option<String> {
    if applied.is_empty() {
        return None;
    }
    let unchanged = if skipped > 0 { format!(", {skipped} unchanged") } else { String::new() };
    let stem = |path: &String| {
        let file = path.rsplit('/').next().unwrap_or(path);
        file.strip_suffix(".sql").unwrap_or(file).to_owned()
    };
    let names: Vec<String> = applied.iter().map(stem).collect();
    Some(format!("  {name}: {} ({}{unchanged})", names.join(", "), applied.len()))
}
