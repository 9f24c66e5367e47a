//! Requests by hotel, with a series for each of the busiest and one for the rest.
//!
//! Ten thousand hotels must not make ten thousand series, and yet one that is suddenly busy has to show. So there are
//! [`SEATS`] seats. While one is free, a hotel takes it with its first request; afterwards an election every few minutes
//! seats whoever is clearly busier than the least busy of the seated, in their place.
//!
//! - A request is counted in one place at its end: in its hotel's seat, in `other` or in `none`. So the sum is always the
//!   number of requests, whatever the elections do.
//! - Who takes a seat counts from zero; what they did before stays in `other`. Who loses theirs leaves what they counted
//!   to `other`, and their series ends. So no series ever goes down: `other` steps up when somebody is unseated, and a
//!   hotel that is seated again begins anew, as after a restart. Rates of all hotels together are better taken of the
//!   requests by operation, which have no such steps.
//! - Each election halves what counts for the next: a hotel is compared by its last few minutes, less and less by those
//!   before. [`clearly_busier`] asks for twice as much and something on top, so that hotels that are alike do not take
//!   turns, which would make the series come and go.
//!
//! The count of who has no seat is exact. It needs a few bytes for each hotel with a request in the last elections, and
//! only verified tokens get here, so there are never more than hotels in the database.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Hotels with a series of their own.
const SEATS: usize = 100;
/// How many more requests than twice those of the seated it takes to be seated instead.
const MARGIN: u64 = 100;

/// See the module.
pub(super) struct Organizations {
    /// Requests of nobody known.
    none: u64,
    /// Requests of hotels without a seat, and what the unseated left.
    other: u64,
    seats: HashMap<i32, Seat>,
    /// What hotels without a seat did of late.
    unseated: HashMap<i32, u64>,
    elect_every: Duration,
    elected_at: Instant,
}

#[derive(Default)]
struct Seat {
    counted: u64,
    of_late: u64,
}

impl Organizations {
    /// Without any hotel.
    pub(super) fn new(elect_every: Duration) -> Self {
        let (seats, unseated) = (HashMap::with_capacity(SEATS), HashMap::new());
        Organizations { none: 0, other: 0, seats, unseated, elect_every, elected_at: Instant::now() }
    }

    /// Counts one request.
    pub(super) fn count(&mut self, organization_id: Option<i32>) {
        let Some(id) = organization_id else {
            self.none += 1;
            return;
        };
        if self.seats.len() < SEATS {
            self.seats.entry(id).or_default();
        }
        match self.seats.get_mut(&id) {
            Some(seat) => {
                seat.counted += 1;
                seat.of_late += 1;
            }
            None => {
                self.other += 1;
                *self.unseated.entry(id).or_default() += 1;
            }
        }
    }

    /// What is counted by now, each with its label. Holds an election where one is due: looking is what makes it matter.
    pub(super) fn counted(&mut self) -> Vec<(String, u64)> {
        if self.elected_at.elapsed() >= self.elect_every {
            self.elected_at = Instant::now();
            self.elect();
        }
        let seated = self.seats.iter().map(|(id, seat)| (id.to_string(), seat.counted));
        seated.chain([("other".into(), self.other), ("none".into(), self.none)]).collect()
    }

    fn elect(&mut self) {
        let mut seated: Vec<(u64, i32)> = self.seats.iter().map(|(id, seat)| (seat.of_late, *id)).collect();
        let mut unseated: Vec<(u64, i32)> = self.unseated.iter().map(|(id, of_late)| (*of_late, *id)).collect();
        seated.sort_unstable();
        unseated.sort_unstable_by(|one, other| other.cmp(one));
        // The busiest of these against the least busy of those, and so on: after the first that loses all do.
        for ((of_late, id), (held_of_late, holder)) in unseated.into_iter().zip(seated) {
            if !clearly_busier(of_late, held_of_late) {
                break;
            }
            self.other += self.seats.remove(&holder).map_or(0, |seat| seat.counted);
            self.unseated.insert(holder, held_of_late);
            self.unseated.remove(&id);
            self.seats.insert(id, Seat { counted: 0, of_late });
        }
        self.seats.values_mut().for_each(|seat| seat.of_late /= 2);
        self.unseated.retain(|_, of_late| {
            *of_late /= 2;
            *of_late > 0
        });
    }
}

fn clearly_busier(of_late: u64, held_of_late: u64) -> bool {
    of_late >= 2 * held_of_late + MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elects whenever somebody looks.
    fn electing() -> Organizations {
        Organizations::new(Duration::ZERO)
    }

    fn count(organizations: &mut Organizations, id: i32, times: u64) {
        (0..times).for_each(|_| organizations.count(Some(id)));
    }

    fn of(counted: &[(String, u64)], label: &str) -> Option<u64> {
        counted.iter().find(|(found, _)| found == label).map(|(_, count)| *count)
    }

    fn sum(counted: &[(String, u64)]) -> u64 {
        counted.iter().map(|(_, count)| count).sum()
    }

    #[test]
    fn few_hotels_have_a_series_each_from_their_first_request_on() {
        let mut organizations = electing();
        for id in 1..=100 {
            count(&mut organizations, id, id as u64);
        }
        organizations.count(None);
        let counted = organizations.counted();
        assert!((1..=100).all(|id: i32| of(&counted, &id.to_string()) == Some(id as u64)));
        assert_eq!((of(&counted, "other"), of(&counted, "none"), counted.len()), (Some(0), Some(1), 102));
    }

    #[test]
    fn a_busy_late_comer_takes_the_seat_of_the_least_busy() {
        let mut organizations = electing();
        for id in 1..=100 {
            count(&mut organizations, id, 1000 + id as u64);
        }
        count(&mut organizations, 500, 2 * 1001 + MARGIN - 1);
        count(&mut organizations, 501, 2 * 1002 + MARGIN);
        let counted = organizations.counted();
        assert_eq!(of(&counted, "501"), Some(0), "what it did before stays in other");
        assert_eq!(of(&counted, "500"), None, "not twice as busy as the second of the least busy");
        assert_eq!(of(&counted, "1"), None);
        assert_eq!(of(&counted, "2"), Some(1002));
        assert_eq!(of(&counted, "other"), Some(2101 + 2104 + 1001));
        count(&mut organizations, 501, 7);
        count(&mut organizations, 1, 3);
        let later = organizations.counted();
        assert_eq!((of(&later, "501"), of(&later, "1")), (Some(7), None));
        assert_eq!(of(&later, "other"), Some(2101 + 2104 + 1001 + 3));
        assert_eq!((later.len(), sum(&later)), (102, sum(&counted) + 10));
    }

    #[test]
    fn hotels_that_are_alike_do_not_take_turns() {
        let mut organizations = electing();
        (1..=1000).for_each(|id| organizations.count(Some(id)));
        let labels = |counted: &[(String, u64)]| {
            let mut labels: Vec<String> = counted.iter().map(|(label, _)| label.clone()).collect();
            labels.sort();
            labels
        };
        let first = labels(&organizations.counted());
        for round in 0..5 {
            for id in 1..=1000 {
                // Between 0 and 99 more than the least busy, another one each time.
                count(&mut organizations, id, 100 + (id as u64 * 37 + round * 61) % 100);
            }
            assert_eq!(labels(&organizations.counted()), first);
        }
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut organizations = electing();
        (1..=100).for_each(|id| count(&mut organizations, id, 1000));
        (101..=5000).for_each(|id| count(&mut organizations, id, 10));
        // Hotels that were busy long ago make room for one that is now.
        for _ in 0..20 {
            organizations.counted();
        }
        assert!(organizations.unseated.is_empty());
        count(&mut organizations, 5000, MARGIN);
        assert_eq!(of(&organizations.counted(), "5000"), Some(0));
    }

    /// Chance decides who is busy, and that changes all the time.
    #[test]
    fn sums_agree_and_no_series_goes_down_whatever_the_elections_do() {
        let mut organizations = electing();
        let (mut total, mut state) = (0, 7_u64);
        let mut next = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        let mut before: Vec<(String, u64)> = Vec::new();
        let mut unseated = 0;
        for _ in 0..100 {
            for _ in 0..30 {
                let (id, times) = (next(1000) as i32, next(1000));
                count(&mut organizations, id, times);
                total += times;
            }
            organizations.count(None);
            total += 1;
            let counted = organizations.counted();
            assert_eq!(sum(&counted), total);
            assert!(counted.len() <= SEATS + 2);
            for (label, count) in &before {
                match of(&counted, label) {
                    Some(now) => assert!(now >= *count, "{label} went from {count} to {now}"),
                    None => unseated += 1,
                }
            }
            before = counted;
        }
        assert!(unseated > 100, "elections were held: {unseated}");
    }
}
