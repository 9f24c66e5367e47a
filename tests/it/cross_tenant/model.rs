//! What the servers have acknowledged, of the nouns with a simple life: guests,
//! conversations, messages and teams.
//!
//! Each creation carries a text that no other one of its hotel carries, and so does each
//! change. A request that was not answered, or with 503, may have been done or not.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use serde_json::Value;
use uuid::Uuid;

use crate::support::Chance;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    Guests,
    Conversations,
    Messages,
    Teams,
}

/// What a request is to do.
#[derive(Debug, Clone)]
pub struct Intent {
    pub noun: Noun,
    pub act: Act,
}

#[derive(Debug, Clone)]
pub enum Act {
    Create {
        text: String,
    },
    Change {
        id: Uuid,
        text: String,
        /// The version it is based on.
        expected: Option<i32>,
    },
    Remove {
        id: Uuid,
    },
}

/// What became of a request.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// With the answer.
    Done(&'a Value),
    Refused,
    Unknown,
}

/// What became of a creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Maybe,
    Refused,
    Done(Uuid),
}

/// A row that was acknowledged.
#[derive(Debug, Default)]
pub struct Row {
    /// The text of each version that was told.
    pub versions: BTreeMap<i32, String>,
    /// Texts of changes that may have been made.
    pub maybe: Vec<String>,
    /// Removals under way, and those that nothing was heard of.
    pub removals: u32,
    pub removed: bool,
}

/// Of one hotel and noun.
#[derive(Default)]
pub struct Kept {
    pub creations: HashMap<String, Fate>,
    pub rows: HashMap<Uuid, Row>,
    ids: Vec<Uuid>,
}

/// See the module.
pub struct Model(Vec<BTreeMap<Noun, Mutex<Kept>>>);

impl Noun {
    pub const ALL: [Noun; 4] = [Noun::Guests, Noun::Conversations, Noun::Messages, Noun::Teams];

    /// The noun and what an operation does to it, where it is one of these.
    pub fn of(operation: &str) -> Option<(Noun, &str)> {
        let (noun, verb) = operation.rsplit_once('_')?;
        Noun::ALL.into_iter().find(|one| one.name() == noun).map(|noun| (noun, verb))
    }

    pub fn name(self) -> &'static str {
        match self {
            Noun::Guests => "guests",
            Noun::Conversations => "conversations",
            Noun::Messages => "messages",
            Noun::Teams => "teams",
        }
    }

    /// The member whose value changes make.
    pub fn field(self) -> &'static str {
        match self {
            Noun::Guests => "notes",
            Noun::Conversations => "subject",
            Noun::Messages => "content",
            Noun::Teams => "name",
        }
    }
}

impl Model {
    pub fn new(hotels: usize) -> Model {
        let kept = || Noun::ALL.into_iter().map(|noun| (noun, Mutex::default())).collect();
        Model((0..hotels).map(|_| kept()).collect())
    }

    pub fn of(&self, hotel: usize, noun: Noun) -> &Mutex<Kept> {
        &self.0[hotel][&noun]
    }

    /// One that was acknowledged, and the latest version of it that was told.
    pub fn pick(&self, hotel: usize, noun: Noun, chance: &mut Chance) -> Option<(Uuid, i32)> {
        let kept = self.of(hotel, noun).lock().unwrap();
        // The younger ones more often: they are met by several at once.
        let count = kept.ids.len() as u64;
        let back = if chance.below(2) == 0 { chance.below(count.clamp(1, 16)) } else { chance.below(count.max(1)) };
        let id = *kept.ids.get(count.checked_sub(1 + back)? as usize)?;
        Some((id, *kept.rows[&id].versions.keys().next_back()?))
    }

    /// A request is about to be sent.
    pub fn begin(&self, hotel: usize, intent: &Intent) {
        let mut kept = self.of(hotel, intent.noun).lock().unwrap();
        match &intent.act {
            Act::Create { text } => drop(kept.creations.insert(text.clone(), Fate::Maybe)),
            Act::Change { id, text, .. } => kept.rows.entry(*id).or_default().maybe.push(text.clone()),
            Act::Remove { id } => kept.rows.entry(*id).or_default().removals += 1,
        }
    }

    /// It is over. What must not be, if that is what it is.
    pub fn end(&self, hotel: usize, intent: &Intent, outcome: Outcome<'_>) -> Option<String> {
        let mut kept = self.of(hotel, intent.noun).lock().unwrap();
        let field = intent.noun.field();
        match (&intent.act, outcome) {
            (_, Outcome::Unknown) => None,
            (Act::Create { text }, Outcome::Refused) => {
                kept.creations.insert(text.clone(), Fate::Refused);
                None
            }
            (Act::Create { text }, Outcome::Done(answer)) => {
                let Some(id) = answer["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else {
                    return Some("created without an id".into());
                };
                if let Some(Fate::Done(before)) = kept.creations.insert(text.clone(), Fate::Done(id))
                    && before != id
                {
                    return Some(format!("one creation made {before} and {id}"));
                }
                if kept.rows.contains_key(&id) {
                    return None; // The same answer again.
                }
                // A message has no version, and never another one.
                let version = answer["version"].as_i64().unwrap_or(1) as i32;
                let value = answer[field].as_str().unwrap_or_default().to_owned();
                kept.rows.entry(id).or_default().versions.insert(version, value);
                kept.ids.push(id);
                None
            }
            (Act::Change { id, text, .. }, Outcome::Refused) => {
                kept.rows.entry(*id).or_default().maybe.retain(|maybe| maybe != text);
                None
            }
            (Act::Change { id, text, expected }, Outcome::Done(answer)) => {
                let version = answer["version"].as_i64().unwrap_or_default() as i32;
                let row = kept.rows.entry(*id).or_default();
                row.maybe.retain(|maybe| maybe != text);
                if expected.is_some_and(|expected| version != expected + 1) {
                    return Some(format!("a change of version {expected:?} made version {version}"));
                }
                if answer[field] != **text {
                    return Some(format!("a change to {text} was answered with {}", answer[field]));
                }
                let before = row.versions.insert(version, text.clone());
                before.map(|before| format!("version {version} is of {before} and of {text}"))
            }
            (Act::Remove { id }, Outcome::Refused) => {
                kept.rows.entry(*id).or_default().removals -= 1;
                None
            }
            (Act::Remove { id }, Outcome::Done(_)) => {
                kept.rows.entry(*id).or_default().removed = true;
                None
            }
        }
    }
}
