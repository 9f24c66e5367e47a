//! What is asked, and as whom.

use uuid::Uuid;

/// A page of the list of conversations or of a search, and one row to know whether there is a next one.
pub const PAGE: i64 = 11;
/// The newest messages of a conversation, and one row more.
pub const MESSAGES: i64 = 21;

/// One kind of request.
#[derive(Clone, Copy, PartialEq)]
pub enum Workload {
    Guest,
    Messages,
    Conversations,
    /// For a word that 20 messages have, whatever the hotel.
    RareSearch,
    /// For a word that every second message has.
    CommonSearch,
    Post,
}

impl Workload {
    /// All of them. The one that writes is last: the others find the tables as they were loaded.
    pub const ALL: [Workload; 6] = [
        Workload::Guest,
        Workload::Messages,
        Workload::Conversations,
        Workload::RareSearch,
        Workload::CommonSearch,
        Workload::Post,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Workload::Guest => "guest by id",
            Workload::Messages => "newest 20 messages",
            Workload::Conversations => "10 conversations",
            Workload::RareSearch => "search, a rare word",
            Workload::CommonSearch => "search, a common word",
            Workload::Post => "post a message",
        }
    }

    pub fn sql(self) -> &'static str {
        match self {
            Workload::Guest => include_str!("../../sql/queries/guests/get.sql"),
            Workload::Messages => include_str!("../../sql/queries/messages/list.sql"),
            Workload::Conversations => include_str!("../../sql/queries/conversations/list.sql"),
            Workload::RareSearch | Workload::CommonSearch => include_str!("../../sql/queries/messages/search.sql"),
            Workload::Post => include_str!("../../sql/queries/messages/create.sql"),
        }
    }

    /// How many rows a right answer has, at every size.
    pub fn rows(self) -> usize {
        match self {
            Workload::Guest | Workload::Post => 1,
            Workload::Messages => MESSAGES as usize,
            Workload::Conversations | Workload::RareSearch | Workload::CommonSearch => PAGE as usize,
        }
    }
}

/// Whose requests they are.
#[derive(Clone, Copy, PartialEq)]
pub enum Hotel {
    Small,
    Big,
}

impl Hotel {
    pub const ALL: [Hotel; 2] = [Hotel::Small, Hotel::Big];

    pub fn name(self) -> &'static str {
        match self {
            Hotel::Small => "small",
            Hotel::Big => "big",
        }
    }
}

/// One hotel, and what is asked for in it.
pub struct Target {
    pub organization_id: i32,
    pub user_id: Uuid,
    pub guests: Vec<Uuid>,
    pub conversations: Vec<Uuid>,
}
