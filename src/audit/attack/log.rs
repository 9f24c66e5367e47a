//! What came of it all.

use std::fmt;

use serde::Serialize;

use crate::audit::Severity;

/// What came of one attempt. The worst is the greatest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "result", rename_all = "camelCase")]
pub enum Outcome {
    /// As it should be.
    Refused {
        /// The SQLSTATE and the message, or what there was to see.
        how: String,
    },
    /// It works, is known to, and its file says why that is borne.
    Accepted {
        /// What there was to see.
        seen: String,
        /// Why it is borne.
        reason: String,
    },
    /// It proved nothing.
    Skipped {
        /// What was missing.
        why: String,
    },
    /// The fence has a hole.
    Succeeded {
        /// What there was to see.
        seen: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Refused { how } => write!(formatter, "refused ({how})"),
            Outcome::Accepted { seen, .. } => write!(formatter, "accepted ({seen})"),
            Outcome::Skipped { why } => write!(formatter, "skipped ({why})"),
            Outcome::Succeeded { seen } => write!(formatter, "succeeded ({seen})"),
        }
    }
}

/// One thing tried, as one role.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// What is tried, in words.
    pub what: String,
    /// As whom.
    pub role: String,
    /// What was sent, with every value in it.
    pub statement: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// One drill: a file of `sql/attacks`, and what came of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drill {
    /// `ATK001` and so on; never given to another.
    pub id: String,
    /// The name of its file, without folder and ending.
    pub name: String,
    /// What is tried, in a few words.
    pub title: String,
    /// What is tried.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What should come of it.
    pub expected: String,
    /// How bad it is if it succeeds.
    pub severity: Severity,
    /// As whom it is tried.
    pub roles: Vec<String>,
    /// What was tried, one after the other.
    pub attempts: Vec<Attempt>,
    /// How long it took.
    pub milliseconds: u64,
}

impl Drill {
    /// The worst that came of its attempts.
    pub fn outcome(&self) -> Outcome {
        let nothing = || Outcome::Skipped { why: "there is nothing here to try it on".into() };
        self.attempts.iter().map(|attempt| &attempt.outcome).max().cloned().unwrap_or_else(nothing)
    }

    /// Whether some attempt was not made or proved nothing, or there was none to make.
    pub fn is_lacking(&self) -> bool {
        self.attempts.is_empty() || self.tally().skipped > 0
    }

    /// How many of its attempts came to which end.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.attempts)
    }

    /// The attempts that were refused, by role and by what refused them, in the order they were made.
    pub fn refusals(&self) -> Vec<Refusals<'_>> {
        let mut all: Vec<Refusals> = Vec::new();
        for attempt in &self.attempts {
            let Outcome::Refused { how } = &attempt.outcome else { continue };
            let by = how.split_once(": ").map_or(&**how, |(sqlstate, _)| sqlstate);
            match all.iter_mut().find(|one| one.by == by && one.role == attempt.role) {
                Some(known) => known.attempts.push(&attempt.what),
                None => all.push(Refusals { role: &attempt.role, by, how, attempts: vec![&attempt.what] }),
            }
        }
        all
    }

    /// Whether any of its attempts succeeded: a finding of its severity.
    pub fn succeeded(&self) -> bool {
        matches!(self.outcome(), Outcome::Succeeded { .. })
    }
}

/// Attempts that one role made and one thing refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals<'a> {
    /// As whom they were made.
    pub role: &'a str,
    /// The SQLSTATE, or what there was to see: `no rows`.
    pub by: &'a str,
    /// The same with the message, as the first of them heard it.
    pub how: &'a str,
    /// What was tried, each in words.
    pub attempts: Vec<&'a str>,
}

/// How many attempts came to which end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// As it should be.
    pub refused: usize,
    /// For a reason.
    pub accepted: usize,
    /// They proved nothing.
    pub skipped: usize,
    /// A hole.
    pub succeeded: usize,
}

impl Tally {
    fn of<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> Tally {
        let mut tally = Tally::default();
        for attempt in attempts {
            match attempt.outcome {
                Outcome::Refused { .. } => tally.refused += 1,
                Outcome::Accepted { .. } => tally.accepted += 1,
                Outcome::Skipped { .. } => tally.skipped += 1,
                Outcome::Succeeded { .. } => tally.succeeded += 1,
            }
        }
        tally
    }

    /// In a line, for people.
    pub fn line(self) -> String {
        let Tally { refused, accepted, skipped, succeeded } = self;
        let all = refused + accepted + skipped + succeeded;
        format!(
            "{all} attempts: {refused} refused, {accepted} accepted for a reason, {skipped} skipped, {succeeded} succeeded"
        )
    }
}

/// Every drill, in the order of their ids.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttackLog {
    /// What was tried.
    pub drills: Vec<Drill>,
}

impl AttackLog {
    /// How many of all attempts came to which end.
    pub fn tally(&self) -> Tally {
        Tally::of(self.drills.iter().flat_map(|drill| &drill.attempts))
    }

    /// The severest that succeeded, if any did.
    pub fn worst(&self) -> Option<Severity> {
        self.drills.iter().filter(|drill| drill.succeeded()).map(|drill| drill.severity).min()
    }
}
