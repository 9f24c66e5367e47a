//! Which repeatable files have to run, and why.

use super::drift::{self, Drift};
use super::objects::Snapshot;
use super::record::Record;
use super::sources::{FileKind, ROLES_PATH, Sources, TextFile};
use super::summary::Summary;

/// Why a file runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It never ran here.
    New,
    /// Its text changed, or the server did.
    Changed,
    /// What it made was changed by hand. What it should have made is known, so the record stays as it is.
    Drifted,
}

impl Reason {
    /// From the text alone.
    pub(super) fn of(file: &TextFile, record: &Record, major: i32) -> Option<Self> {
        match record.files.get(&file.path) {
            None => Some(Self::New),
            Some(applied) if applied.checksum != file.checksum() || applied.server_major != major => {
                Some(Self::Changed)
            }
            Some(_) => None,
        }
    }
}

/// What the repeatable part of a run has to do.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub files: Vec<(FileKind, &'a TextFile, Reason)>,
    /// Tables whose row security was switched by hand, with what it was.
    pub flags: Vec<Drift>,
    /// Functions that were changed by hand, their grants perhaps.
    pub functions: Vec<Drift>,
    /// Applied once, but not in this release.
    pub gone: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(sources: &'a Sources, record: &Record, live: &Snapshot, major: i32) -> Self {
        let drifts = if record.exists { drift::of_objects(record, live) } else { Vec::new() };
        let files = sources
            .repeatable()
            .filter_map(|(kind, file)| {
                let drifted = || drifts.iter().any(|drift| drift.file.as_deref() == Some(&file.path));
                let reason = Reason::of(file, record, major).or_else(|| drifted().then_some(Reason::Drifted))?;
                Some((kind, file, reason))
            })
            .collect();
        // A migration enables row security, and does not run twice; `create or replace` leaves a function's grants as
        // they are. Both are put back without a file.
        let differs = |drift: &Drift| drift.expected.is_some() && drift.found.is_some();
        let of_kind = |kind| drifts.iter().filter(|d| d.kind == kind && differs(d)).cloned().collect();
        let (flags, functions) = (of_kind("rls"), of_kind("function"));
        let known = |path: &str| path == ROLES_PATH || sources.repeatable().any(|(_, file)| file.path == path);
        let gone = record.files.keys().filter(|path| !known(path)).cloned().collect();
        Self { files, flags, functions, gone }
    }

    /// Fill in the files of a summary.
    pub(super) fn describe(&self, sources: &Sources, summary: &mut Summary) {
        for (kind, file, reason) in &self.files {
            match kind {
                FileKind::Function => summary.functions_applied.push(file.path.clone()),
                FileKind::Policy => summary.policies_applied.push(file.path.clone()),
            }
            if *reason == Reason::Drifted {
                summary.repaired.push(file.path.clone());
            }
        }
        summary.repaired.extend(self.flags.iter().map(|drift| format!("row security of {}", drift.object)));
        summary.functions_skipped = sources.functions.len() - summary.functions_applied.len();
        summary.policies_skipped = sources.policies.len() - summary.policies_applied.len();
    }
}

pub(super) fn gone_warning(path: &str) -> String {
    format!("{path} was applied to this database and is no file of this release: drop what it made in a migration")
}
