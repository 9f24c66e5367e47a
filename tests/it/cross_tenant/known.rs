//! What the users of the run have learnt: the ids, cursors and tags of each hotel, and which
//! id is whose.
//!
//! An id belongs to the hotel that an answer first told it, unless the request had named it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Mutex;

use serde_json::Value;
use uuid::Uuid;

use super::tally::Tally;
use crate::support::Chance;

/// Of one kind, the latest so many are remembered.
const REMEMBERED: usize = 300;
const SHARDS: usize = 16;

/// See the module.
pub struct Known {
    hotels: Vec<Mutex<Book>>,
    owners: [Mutex<HashMap<Uuid, usize>>; SHARDS],
    /// Super admins, whom every hotel's log may name.
    everybodys: BTreeSet<Uuid>,
}

/// A cursor, with the operation and the rest of the query it was made for.
#[derive(Clone)]
pub struct Cursor {
    pub operation: String,
    pub query: String,
    pub cursor: String,
}

/// A POST that was done: its key, its body and what came of it.
#[derive(Clone)]
pub struct Done {
    pub member: usize,
    pub operation: usize,
    pub path: String,
    pub key: String,
    pub body: Value,
    pub id: Uuid,
}

#[derive(Default)]
struct Book {
    ids: BTreeMap<String, VecDeque<Uuid>>,
    /// Shares, each with what is shared.
    shares: BTreeMap<String, VecDeque<(Uuid, Uuid)>>,
    cursors: VecDeque<Cursor>,
    etags: VecDeque<String>,
    done: VecDeque<Done>,
    /// What its members named that was not theirs: a log may repeat it to them.
    named: BTreeSet<Uuid>,
}

fn remember<T>(all: &mut VecDeque<T>, one: T) {
    if all.len() >= REMEMBERED {
        all.pop_front();
    }
    all.push_back(one);
}

fn pick<T: Clone>(all: Option<&VecDeque<T>>, chance: &mut Chance) -> Option<T> {
    let all = all.filter(|all| !all.is_empty())?;
    all.get(chance.below(all.len() as u64) as usize).cloned()
}

impl Known {
    pub fn new(hotels: usize, everybodys: BTreeSet<Uuid>) -> Known {
        let hotels = (0..hotels).map(|_| Mutex::default()).collect();
        Known { hotels, owners: Default::default(), everybodys }
    }

    /// Whose an id is from now on, unless it is somebody's already: then who that is.
    pub fn claim(&self, id: Uuid, hotel: usize) -> Option<usize> {
        if self.everybodys.contains(&id) {
            return None;
        }
        let mut owners = self.owners[id.as_bytes()[15] as usize % SHARDS].lock().unwrap();
        let owner = *owners.entry(id).or_insert(hotel);
        (owner != hotel).then_some(owner)
    }

    pub fn id(&self, hotel: usize, noun: &str, chance: &mut Chance) -> Option<Uuid> {
        pick(self.hotels[hotel].lock().unwrap().ids.get(noun), chance)
    }

    /// An id of any kind.
    pub fn any_id(&self, hotel: usize, chance: &mut Chance) -> Option<Uuid> {
        let book = self.hotels[hotel].lock().unwrap();
        let nouns: Vec<&String> = book.ids.keys().collect();
        let noun = nouns.get(chance.below(nouns.len().max(1) as u64) as usize)?;
        pick(book.ids.get(*noun), chance)
    }

    pub fn share(&self, hotel: usize, noun: &str, chance: &mut Chance) -> Option<(Uuid, Uuid)> {
        pick(self.hotels[hotel].lock().unwrap().shares.get(noun), chance)
    }

    /// A cursor that fits the predicate.
    pub fn cursor(&self, hotel: usize, chance: &mut Chance, fits: impl Fn(&Cursor) -> bool) -> Option<Cursor> {
        let book = self.hotels[hotel].lock().unwrap();
        let fitting: VecDeque<&Cursor> = book.cursors.iter().filter(|cursor| fits(cursor)).collect();
        pick(Some(&fitting), chance).cloned()
    }

    pub fn etag(&self, hotel: usize, chance: &mut Chance) -> Option<String> {
        pick(Some(&self.hotels[hotel].lock().unwrap().etags), chance)
    }

    pub fn done(&self, hotel: usize, chance: &mut Chance) -> Option<Done> {
        pick(Some(&self.hotels[hotel].lock().unwrap().done), chance)
    }

    pub fn note_done(&self, hotel: usize, done: Done) {
        remember(&mut self.hotels[hotel].lock().unwrap().done, done);
    }

    pub fn note_id(&self, hotel: usize, noun: &str, id: Uuid) {
        remember(self.hotels[hotel].lock().unwrap().ids.entry(noun.into()).or_default(), id);
    }

    pub fn note_named(&self, hotel: usize, id: Uuid) {
        self.hotels[hotel].lock().unwrap().named.insert(id);
    }

    pub fn has_named(&self, hotel: usize, id: Uuid) -> bool {
        self.hotels[hotel].lock().unwrap().named.contains(&id)
    }

    /// Learns from what a hotel was answered to that path with that query.
    pub fn learn(&self, hotel: usize, operation: &str, path: &str, etag: &str, answer: &Value, tally: &Tally) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut book = self.hotels[hotel].lock().unwrap();
        if !etag.is_empty() {
            remember(&mut book.etags, etag.to_owned());
        }
        if let Some(cursor) = answer["nextCursor"].as_str() {
            let rest = query.split('&').filter(|part| !part.starts_with("after=") && !part.is_empty());
            let query = rest.collect::<Vec<_>>().join("&");
            let cursor = cursor.to_owned();
            remember(&mut book.cursors, Cursor { operation: operation.into(), query, cursor });
            tally.beside("cursors handed out");
        }
        let segments: Vec<&str> = path.split('/').skip(2).collect();
        let parent = segments.get(1).and_then(|segment| segment.parse::<Uuid>().ok());
        let noun = segments.iter().rev().find(|segment| segment.parse::<Uuid>().is_err()).copied();
        let (Some(noun), false) = (noun, operation.starts_with("audit_log")) else { return };
        let one = std::slice::from_ref(answer);
        for item in answer["items"].as_array().map_or(one, Vec::as_slice) {
            let Some(id) = item["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else { continue };
            match (noun, parent) {
                ("shares", Some(parent)) => {
                    remember(book.shares.entry(segments[0].into()).or_default(), (parent, id));
                }
                ("members", _) => {}
                _ => remember(book.ids.entry(noun.into()).or_default(), id),
            }
        }
    }
}
