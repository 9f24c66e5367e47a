//! What was done, counted, and what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A run ends with this many findings: the first ones tell.
const FINDINGS_MAX: usize = 8;

/// What a run tells at its end.
#[derive(Default)]
pub struct Tally {
    counts: Mutex<Counts>,
    /// Enough was found, or the time is over.
    pub over: AtomicBool,
}

#[derive(Default)]
struct Counts {
    sent: u64,
    statuses: BTreeMap<u16, u64>,
    codes: BTreeMap<String, u64>,
    /// Of each operation, how often it was asked for and how often it was done.
    operations: BTreeMap<String, (u64, u64)>,
    foreign: BTreeMap<&'static str, u64>,
    troubles: BTreeMap<&'static str, u64>,
    acknowledged: BTreeMap<String, u64>,
    unanswered: BTreeMap<&'static str, u64>,
    beside: BTreeMap<&'static str, u64>,
    lines: u64,
    findings: Vec<String>,
}

impl Tally {
    pub fn answered(&self, operation: &str, status: u16, code: String) {
        let mut counts = self.counts.lock().unwrap();
        *counts.statuses.entry(status).or_default() += 1;
        if !code.is_empty() {
            *counts.codes.entry(code).or_default() += 1;
        }
        let operation = counts.operations.entry(operation.into()).or_default();
        operation.1 += u64::from(status < 300);
    }

    pub fn sent(&self, operation: &str) {
        let mut counts = self.counts.lock().unwrap();
        counts.sent += 1;
        counts.operations.entry(operation.into()).or_default().0 += 1;
    }

    /// A request that named something of another hotel, or pretended to be its.
    pub fn foreign(&self, kind: &'static str) {
        *self.counts.lock().unwrap().foreign.entry(kind).or_default() += 1;
    }

    pub fn trouble(&self, kind: &'static str) {
        *self.counts.lock().unwrap().troubles.entry(kind).or_default() += 1;
    }

    pub fn acknowledged(&self, what: String) {
        *self.counts.lock().unwrap().acknowledged.entry(what).or_default() += 1;
    }

    pub fn unanswered(&self, why: &'static str) {
        *self.counts.lock().unwrap().unanswered.entry(why).or_default() += 1;
    }

    pub fn beside(&self, what: &'static str) {
        *self.counts.lock().unwrap().beside.entry(what).or_default() += 1;
    }

    pub fn line(&self) {
        self.counts.lock().unwrap().lines += 1;
    }

    /// Something that must not be.
    pub fn found(&self, what: String) {
        let mut counts = self.counts.lock().unwrap();
        counts.findings.push(what);
        if counts.findings.len() >= FINDINGS_MAX {
            self.over.store(true, Ordering::SeqCst);
        }
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn findings(&self) -> Vec<String> {
        self.counts.lock().unwrap().findings.clone()
    }

    /// How many requests were sent.
    pub fn requests(&self) -> u64 {
        self.counts.lock().unwrap().sent
    }

    /// The operations that were never done.
    pub fn never_done(&self, all: impl Iterator<Item = String>) -> BTreeSet<String> {
        let counts = self.counts.lock().unwrap();
        all.filter(|id| counts.operations.get(id).is_none_or(|(_, done)| *done == 0)).collect()
    }

    /// All of it, in lines.
    pub fn report(&self, took: Duration, all: impl Iterator<Item = String>) -> String {
        let all: Vec<String> = all.collect();
        let never = self.never_done(all.iter().cloned());
        let counts = self.counts.lock().unwrap();
        let seconds = took.as_secs_f64();
        let mut text =
            format!("{} requests in {seconds:.0} s, {:.0} a second", counts.sent, counts.sent as f64 / seconds);
        fn of(counts: &BTreeMap<impl std::fmt::Display, u64>) -> String {
            counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
        }
        let statuses: Vec<String> =
            counts.statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
        let never: Vec<&str> = never.iter().map(String::as_str).collect();
        let lines = [
            ("answers", statuses.join(", ")),
            ("refusals", of(&counts.codes)),
            ("no answer", of(&counts.unanswered)),
            ("foreign", of(&counts.foreign)),
            ("trouble", of(&counts.troubles)),
            ("acknowledged", of(&counts.acknowledged)),
            ("beside", of(&counts.beside)),
            ("log", format!("{} lines read", counts.lines)),
            ("operations", format!("{} of {} done", all.len() - never.len(), all.len())),
            ("never done", never.join(", ")),
        ];
        for (name, line) in lines {
            let _ = write!(text, "\n{name:>13}  {line}");
        }
        text
    }
}
