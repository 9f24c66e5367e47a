//! What is asked, and what a right answer looks like.

use std::io::Write;

use clap::ValueEnum;
use serde_json::Value;
use uuid::Uuid;

use crate::targets::{Random, Targets};

/// What the client writes into a conversation.
pub const CONTENT: &str = "A van will wait at arrivals with your name on a sign. We have a child seat for you.";
/// What a search looks for. It is in every message.
pub const WORD: &str = "airport";
/// Rows of a list of messages.
pub const MESSAGES: usize = 20;
/// Rows of a list of conversations.
pub const CONVERSATIONS: usize = 50;

/// Ten requests of a mixed workload.
const TEN: [Workload; 10] = {
    use Workload::{Conversations, Guest, Messages, Post};
    [Guest, Guest, Guest, Messages, Messages, Messages, Conversations, Conversations, Conversations, Post]
};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// One guest by its id
    Guest,
    /// The newest 20 messages of a conversation
    Messages,
    /// The 50 conversations with the latest activity
    Conversations,
    /// The newest 20 messages with a word that all have
    Search,
    /// A new message
    Post,
    /// Of ten requests three of each of the first three, and a new message
    Mixed,
}

impl Workload {
    /// All of them. Those that write are last: the others find the tables as they were loaded.
    pub const ALL: [Workload; 6] = [
        Workload::Guest,
        Workload::Messages,
        Workload::Conversations,
        Workload::Search,
        Workload::Post,
        Workload::Mixed,
    ];

    /// For the table.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Guest => "guest by id",
            Workload::Messages => "newest 20 messages",
            Workload::Conversations => "50 conversations",
            Workload::Search => "search the messages",
            Workload::Post => "post a message",
            Workload::Mixed => "nine reads, one post",
        }
    }

    /// What it consists of, and how many of ten requests each is.
    pub fn parts(self) -> Vec<(Workload, usize)> {
        let of_ten = |part: &Workload| (*part, TEN.iter().filter(|other| *other == part).count());
        match self {
            Workload::Mixed => Workload::ALL.iter().map(of_ten).filter(|(_, number)| *number > 0).collect(),
            one => vec![(one, 10)],
        }
    }

    /// Whether any of it writes.
    pub fn writes(self) -> bool {
        matches!(self, Workload::Post | Workload::Mixed)
    }

    /// One of its parts, each as often as it should be.
    pub fn drawn(self, random: &mut Random) -> Workload {
        match self {
            Workload::Mixed => *random.of(&TEN),
            one => one,
        }
    }

    /// The status of a right answer.
    pub fn status(self) -> u16 {
        if self == Workload::Post { 201 } else { 200 }
    }

    /// Writes the request of somebody chosen at random; tells what it asks for. Of a mixed workload, one of its parts.
    pub fn write_request(self, targets: &Targets, random: &mut Random, request: &mut Vec<u8>) -> Uuid {
        let target = targets.any(random);
        let id = *match self {
            Workload::Guest => random.of(&target.guests),
            _ => random.of(&target.conversations),
        };
        request.clear();
        let token = &target.token;
        let written = match self {
            Workload::Guest => write!(request, "GET /v1/guests/{id} HTTP/1.1\r\n"),
            Workload::Messages => write!(request, "GET /v1/conversations/{id}/messages?limit={MESSAGES} HTTP/1.1\r\n"),
            Workload::Conversations => write!(request, "GET /v1/conversations?limit={CONVERSATIONS} HTTP/1.1\r\n"),
            Workload::Search => write!(request, "GET /v1/messages/search?q={WORD}&limit={MESSAGES} HTTP/1.1\r\n"),
            Workload::Post | Workload::Mixed => write!(request, "POST /v1/conversations/{id}/messages HTTP/1.1\r\n"),
        }
        .and_then(|()| write!(request, "Host: localhost\r\nAuthorization: Bearer {token}\r\n"))
        .and_then(|()| match self {
            Workload::Post => {
                let length = CONTENT.len() + r#"{"content":""}"#.len();
                write!(
                    request,
                    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{\"content\":\"{CONTENT}\"}}"
                )
            }
            _ => write!(request, "\r\n"),
        });
        written.expect("a vector takes everything");
        id
    }

    /// Whether the body is what was asked for, and all of it.
    pub fn check(self, body: &[u8], id: Uuid) -> Result<(), String> {
        let json: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let id = id.to_string();
        let rows = || json["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let right = match self {
            Workload::Guest => json["id"] == id && json["email"].is_string(),
            Workload::Messages => rows().len() == MESSAGES && rows().iter().all(|row| row["conversationId"] == id),
            Workload::Conversations => {
                rows().len() == CONVERSATIONS && rows().iter().all(|row| row["lastMessage"]["content"].is_string())
            }
            Workload::Search => rows().len() == MESSAGES && rows().iter().all(|row| row["excerpt"].is_array()),
            Workload::Post | Workload::Mixed => json["conversationId"] == id && json["content"] == CONTENT,
        };
        if right { Ok(()) } else { Err(format!("not the right answer for {id}: {json:#}")) }
    }
}
