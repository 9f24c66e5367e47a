//! What a piece of output holds: marked words, ids and numbers of hotels, also where base64
//! hides them.
//!
//! Every word of a run begins with the same letters, so that one pass finds those of all
//! hotels, whoever is reading. Cursors, access tokens and the server's other secrets are
//! base64url; each is opened and looked into as well.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::support::Chance;

/// Shorter than anything that is wrapped in base64.
const WRAPPED_MIN: usize = 24;
const WORD_LETTERS: u64 = 9;

/// The marked words of a run.
pub struct Markers {
    prefix: String,
    words: Vec<Words>,
}

/// The words of one hotel.
pub struct Words {
    /// In whatever is about the house and its people. Super admins may read it.
    pub house: String,
    /// In whatever is about its guests. Nobody else may.
    pub guests: String,
}

/// Whose word it is, and which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    House(usize),
    Guests(usize),
    /// The beginning of a word, cut off before one can tell whose.
    Cut,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Sight {
    pub words: BTreeSet<Word>,
    pub ids: BTreeSet<Uuid>,
    /// Numbers of hotels, where the output names them as such.
    pub organizations: BTreeSet<i64>,
}

impl Markers {
    /// Words for so many hotels.
    pub fn new(chance: &mut Chance, hotels: usize) -> Markers {
        let mut letters = |count: u64| -> String { (0..count).map(|_| letter(chance)).collect() };
        let prefix = format!("zq{}", letters(5));
        let mut word = |kind: char| format!("{prefix}{kind}{}", letters(WORD_LETTERS));
        let words = (0..hotels).map(|_| Words { house: word('h'), guests: word('g') }).collect();
        Markers { prefix, words }
    }

    pub fn of(&self, hotel: usize) -> &Words {
        &self.words[hotel]
    }

    /// All there is in these bytes.
    pub fn look(&self, bytes: &[u8]) -> Sight {
        let mut sight = Sight::default();
        self.look_into(bytes, &mut sight, true);
        sight
    }

    fn look_into(&self, bytes: &[u8], sight: &mut Sight, unwrap: bool) {
        let mut start = 0;
        while start < bytes.len() {
            if !IN_RUN[bytes[start] as usize] {
                start += 1;
                continue;
            }
            let mut end = start;
            while end < bytes.len() && IN_RUN[bytes[end] as usize] {
                end += 1;
            }
            self.run(&bytes[start..end], &bytes[end..], sight, unwrap);
            start = end;
        }
    }

    /// Letters and digits without anything between them but `-` and `_`, and what follows.
    fn run(&self, run: &[u8], rest: &[u8], sight: &mut Sight, unwrap: bool) {
        if run == b"organizationId" || run == b"org" {
            sight.organizations.extend(number_after(rest));
        }
        if run.len() >= self.prefix.len() {
            self.words_of(run, sight);
        }
        if let Some(id) = as_id(run) {
            sight.ids.insert(id);
            return;
        }
        if !unwrap || run.len() < WRAPPED_MIN {
            return;
        }
        if let Ok(inside) = BASE64_URL_SAFE_NO_PAD.decode(run) {
            self.look_into(&inside, sight, false);
        }
        // `szk_` and the like: the number of a hotel, an id, and what is random.
        if run.starts_with(b"sz") && run[3] == b'_' {
            let inside = BASE64_URL_SAFE_NO_PAD.decode(&run[4..]).unwrap_or_default();
            if let (Some(number), Some(id)) = (inside.first_chunk::<4>(), inside.get(4..20)) {
                sight.organizations.insert(i32::from_be_bytes(*number).into());
                sight.ids.extend(Uuid::from_slice(id));
            }
        }
    }

    fn words_of(&self, run: &[u8], sight: &mut Sight) {
        let run = run.to_ascii_lowercase();
        let mut at = 0;
        while at + self.prefix.len() <= run.len() {
            if run[at] != b'z' || !run[at..].starts_with(self.prefix.as_bytes()) {
                at += 1;
                continue;
            }
            let rest = &run[at..];
            let found = self.words.iter().enumerate().find_map(|(hotel, words)| {
                let house = rest.starts_with(words.house.as_bytes()).then_some(Word::House(hotel));
                house.or(rest.starts_with(words.guests.as_bytes()).then_some(Word::Guests(hotel)))
            });
            sight.words.insert(found.unwrap_or(Word::Cut));
            at += self.prefix.len();
        }
    }

    /// Whether there is the beginning of any word.
    pub fn any(&self, text: &str) -> bool {
        text.to_ascii_lowercase().contains(&self.prefix)
    }
}

fn letter(chance: &mut Chance) -> char {
    // Without z and q, which begin a word.
    char::from(b"abcdefghijklmnoprstuvwxy"[chance.below(24) as usize])
}

const IN_RUN: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'-' || byte as u8 == b'_';
        byte += 1;
    }
    table
};

fn as_id(run: &[u8]) -> Option<Uuid> {
    let shaped = run.len() == 36 && run[8] == b'-' && run[13] == b'-' && run[18] == b'-' && run[23] == b'-';
    shaped.then(|| Uuid::try_parse_ascii(run).ok()).flatten()
}

/// The number in `": 12,`.
fn number_after(rest: &[u8]) -> Option<i64> {
    let rest = std::str::from_utf8(&rest[..rest.len().min(24)]).ok()?;
    let digits = rest.strip_prefix("\":")?.trim_start();
    digits.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[test]
fn words_and_ids_are_seen_wherever_they_are() {
    let markers = Markers::new(&mut Chance::new(7), 2);
    let Words { house, guests } = markers.of(1);
    let id = Uuid::now_v7();
    let seen = |text: String| markers.look(text.as_bytes());
    assert_eq!(seen(format!("{{\"fullName\":\"{guests} 12\"}}")).words, [Word::Guests(1)].into());
    assert_eq!(seen(format!("mail to x{}@y.example", house.to_uppercase())).words, [Word::House(1)].into());
    assert_eq!(seen(guests[..12].to_owned()).words, [Word::Cut].into());
    let cursor = BASE64_URL_SAFE_NO_PAD.encode([&[9; 32], format!("[\"{guests}\",\"{id}\"]").as_bytes()].concat());
    let inside = seen(format!("{{\"nextCursor\":\"{cursor}\"}}"));
    assert_eq!((inside.words, inside.ids), ([Word::Guests(1)].into(), [id].into()));
    assert_eq!(seen(format!("{{\"organizationId\": 14,\"id\":\"{id}\"}}")).organizations, [14].into());
    let token = format!("Bearer e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"org\":3,\"sub\":\"{id}\"}}")));
    assert_eq!(seen(token).organizations, [3].into());
    assert_eq!(seen("a guest, a house, zq, and 1234".into()).words, BTreeSet::new());
}
