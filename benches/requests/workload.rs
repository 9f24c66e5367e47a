//! What is asked, and what a right answer looks like.

use std::io::Write;

use clap::ValueEnum;
use serde_json::Value;
use uuid::Uuid;

/// What the client writes into a conversation.
pub const CONTENT: &str = "A van will wait at arrivals with your name on a sign. We have a child seat for you.";
/// Rows of a list of messages.
pub const MESSAGES: usize = 20;
/// Rows of a list of conversations.
pub const CONVERSATIONS: usize = 50;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// One guest by its id
    Guest,
    /// The newest 20 messages of a conversation
    Messages,
    /// The 50 conversations with the latest activity
    Conversations,
    /// A new message
    Post,
}

impl Workload {
    /// All of them. The one that writes is last: the others find the tables as they were loaded.
    pub const ALL: [Workload; 4] = [Workload::Guest, Workload::Messages, Workload::Conversations, Workload::Post];

    /// For the table.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Guest => "guest by id",
            Workload::Messages => "newest 20 messages",
            Workload::Conversations => "50 conversations",
            Workload::Post => "post a message",
        }
    }

    /// The status of a right answer.
    pub fn status(self) -> u16 {
        if self == Workload::Post { 201 } else { 200 }
    }

    /// Writes the request of somebody chosen at random; tells what it asks for.
    pub fn write_request(self, targets: &[Target], random: &mut Random, request: &mut Vec<u8>) -> Uuid {
        let target = random.of(targets);
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
            Workload::Post => write!(request, "POST /v1/conversations/{id}/messages HTTP/1.1\r\n"),
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
            Workload::Post => json["conversationId"] == id && json["content"] == CONTENT,
        };
        if right { Ok(()) } else { Err(format!("not the right answer for {id}: {json:#}")) }
    }
}

/// One hotel, to ask as.
pub struct Target {
    pub organization_id: i32,
    pub user_id: Uuid,
    pub token: String,
    pub guests: Vec<Uuid>,
    /// Those with many messages.
    pub conversations: Vec<Uuid>,
}

/// Numbers that look random enough to choose by (xorshift64*), the same in every run.
pub struct Random(u64);

impl Random {
    /// A sequence of its own.
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// One of those, each as likely.
    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() >> 32) as usize % items.len()]
    }
}
