//! What is asked.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// What a hotel writes into a conversation.
const CONTENT: &str = "A van will wait at arrivals with your name on a sign. We have a child seat for you.";
/// The searches of which the noisy hotel asks the one that takes longest: for a word that everybody uses, for one that
/// many used long ago, for one of those with something to leave out, and for two words that are never side by side.
pub const SEARCHES: [&str; 4] = ["breakfast", "chandelier", "chandelier -friday", "\"airport breakfast\""];

/// What the noisy hotel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    Nothing,
    /// Its 50 conversations.
    Reading,
    /// Messages, of which its plan allows no more.
    Writing,
    /// What takes longest.
    Searching,
}

impl Noise {
    pub const ALL: [Noise; 4] = [Noise::Nothing, Noise::Reading, Noise::Writing, Noise::Searching];

    /// For the tables.
    pub fn name(self) -> &'static str {
        match self {
            Noise::Nothing => "nothing",
            Noise::Reading => "reads",
            Noise::Writing => "writes at its limit",
            Noise::Searching => "searches",
        }
    }

    /// The status of an answer to what was admitted.
    pub fn status(self) -> u16 {
        if self == Noise::Writing { 403 } else { 200 }
    }
}

/// One hotel, and somebody to ask as.
pub struct Hotel {
    pub token: String,
    pub guests: Vec<Uuid>,
    /// Those with many messages.
    pub conversations: Vec<Uuid>,
}

impl Hotel {
    /// Of ten requests of a quiet hotel four look at a guest, three at a conversation, two at the list of those, and
    /// one writes a message. Its status comes along.
    pub fn quiet_request(&self, number: u64) -> (Vec<u8>, u16) {
        let conversation = self.conversations[(number / 10) as usize % self.conversations.len()];
        match number % 10 {
            0..4 => (self.get(&format!("/v1/guests/{}", self.guests[number as usize % self.guests.len()])), 200),
            4..7 => (self.get(&format!("/v1/conversations/{conversation}/messages?limit=20")), 200),
            7..9 => (self.get("/v1/conversations?limit=50"), 200),
            _ => (self.write(conversation), 201),
        }
    }

    pub fn noisy_request(&self, noise: Noise, search: &str) -> Vec<u8> {
        match noise {
            Noise::Nothing | Noise::Reading => self.get("/v1/conversations?limit=50"),
            Noise::Writing => self.write(self.conversations[0]),
            Noise::Searching => self.search(search),
        }
    }

    pub fn search(&self, search: &str) -> Vec<u8> {
        let search = utf8_percent_encode(search, NON_ALPHANUMERIC);
        self.get(&format!("/v1/messages/search?limit=200&q={search}"))
    }

    fn get(&self, path: &str) -> Vec<u8> {
        get(&self.token, path)
    }

    fn write(&self, conversation: Uuid) -> Vec<u8> {
        let (token, body) = (&self.token, format!("{{\"content\":\"{CONTENT}\"}}"));
        format!(
            "POST /v1/conversations/{conversation}/messages HTTP/1.1\r\nHost: localhost\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

pub fn get(token: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}
