//! Whom is asked for.

use clap::ValueEnum;
use uuid::Uuid;

/// How hotels are chosen.
#[derive(Clone, Copy, ValueEnum)]
pub enum Law {
    /// Each as likely
    Even,
    /// The n-th as likely as 1 / n of the first
    Zipf,
}

impl Law {
    /// For the settings.
    pub fn name(self) -> &'static str {
        match self {
            Law::Even => "evenly",
            Law::Zipf => "by Zipf's law",
        }
    }
}

/// The hotels.
pub struct Targets {
    hotels: Vec<Target>,
    /// How likely each is or one before it.
    reach: Vec<f64>,
}

impl Targets {
    pub fn new(hotels: Vec<Target>, law: Law) -> Self {
        let weight = |number: usize| match law {
            Law::Even => 1.0,
            Law::Zipf => 1.0 / number as f64,
        };
        let whole: f64 = (1..=hotels.len()).map(weight).sum();
        let parts = (1..=hotels.len()).map(|number| weight(number) / whole);
        let reach = parts.scan(0.0, |sum, part| {
            *sum += part;
            Some(*sum)
        });
        Targets { reach: reach.collect(), hotels }
    }

    pub fn len(&self) -> usize {
        self.hotels.len()
    }

    /// One of them, by the law.
    pub fn any(&self, random: &mut Random) -> &Target {
        let wanted = random.fraction();
        // What rounding leaves beyond the last one is the last one's.
        let index = self.reach.partition_point(|reach| *reach <= wanted);
        &self.hotels[index.min(self.hotels.len() - 1)]
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

    /// From 0 up to 1.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of those, each as likely.
    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() >> 32) as usize % items.len()]
    }
}
