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

    /// Whether any of its attempts succeeded: a finding of its severity.
    pub fn succeeded(&self) -> bool {
        matches!(self.outcome(), Outcome::Succeeded { .. })
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
    /// The severest that succeeded, if any did.
    pub fn worst(&self) -> Option<Severity> {
        self.drills.iter().filter(|drill| drill.succeeded()).map(|drill| drill.severity).min()
    }
}
