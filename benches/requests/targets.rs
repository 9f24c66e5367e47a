//! Whom is asked for.

use uuid::Uuid;

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
