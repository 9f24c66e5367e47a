//! Standings in memory, so that a request asks the database for nothing but its rows.
//!
//! Invariant: no standing is used five seconds after the last moment at which this server
//! could have heard of a change to it. While the listener hears, that moment is now, and a
//! change is forgotten as soon as it is committed. While it does not, a standing lives for
//! five seconds and is then asked for again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::standing::{Standing, Subject};
use crate::cache::PerOrganization;
use crate::db::{Accounts, DbError, Heard};

/// How long a standing is good for without a word from the database.
const TRUST: Duration = Duration::from_secs(5);
/// However well the listener hears, a standing is asked for again after that long.
const AGE_MAX: Duration = Duration::from_secs(300);
/// Remembered callers of one hotel. Above that, those of the hotel are forgotten.
const CALLERS_MAX: usize = 10_000;

/// The standings of callers, hotel by hotel.
pub struct Standings {
    accounts: Accounts,
    known: PerOrganization<Callers>,
    /// The last moment before which everything was heard.
    confirmed: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Callers(Mutex<HashMap<Subject, Known>>);

#[derive(Clone)]
struct Known {
    /// `None`: there is no such session or key.
    standing: Option<Arc<Standing>>,
    asked_at: Instant,
}

impl Standings {
    /// Empty ones.
    pub fn new(accounts: Accounts) -> Self {
        Standings { accounts, known: PerOrganization::new(), confirmed: Mutex::new(None) }
    }

    /// The standing of a caller, `None` when there is no such session or key; and whether the database was asked.
    ///
    /// # Errors
    /// When it has to be asked for and the database cannot be reached.
    pub async fn get(&self, organization_id: i32, subject: Subject) -> Result<(Option<Arc<Standing>>, bool), DbError> {
        // Taken before the question: if the hotel is forgotten meanwhile, the answer is
        // remembered in callers that nobody finds any more.
        let callers = self.known.get(organization_id);
        if let Some(known) = callers.get(&subject)
            && self.is_trusted(&known)
        {
            return Ok((known.standing, false));
        }
        let asked_at = Instant::now();
        let standing = Standing::load(&self.accounts, organization_id, subject).await?.map(Arc::new);
        callers.remember(subject, Known { standing: standing.clone(), asked_at });
        Ok((standing, true))
    }

    /// What the listener tells.
    pub fn hear(&self, heard: Heard) {
        match heard {
            Heard::Listening | Heard::Everywhere => self.known.forget_all(),
            Heard::Changed(organization_id) => self.known.forget(organization_id),
            Heard::Confirmed(moment) => {
                *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment);
            }
        }
    }

    fn is_trusted(&self, known: &Known) -> bool {
        let now = Instant::now();
        let confirmed = *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        let heard_at = confirmed.map_or(known.asked_at, |confirmed| confirmed.max(known.asked_at));
        let ended = known.standing.as_ref().and_then(|standing| standing.ends_at).is_some_and(|end| end <= now);
        !ended && now < heard_at + TRUST && now < known.asked_at + AGE_MAX
    }
}

impl Callers {
    fn get(&self, subject: &Subject) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned()
    }

    fn remember(&self, subject: Subject, known: Known) {
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CALLERS_MAX {
            callers.clear();
        }
        callers.insert(subject, known);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{CALLERS_MAX, Callers, Known, Subject};
    use crate::cache::PerOrganization;

    /// However many callers one hotel has, it takes one place among the hotels, and a bounded one.
    #[test]
    fn the_callers_of_one_hotel_push_no_other_hotel_out() {
        let known = PerOrganization::<Callers>::new();
        let caller = |number: usize| Subject::ApiKey(uuid::Uuid::from_u128(number as u128));
        let nobody = || Known { standing: None, asked_at: Instant::now() };
        for quiet in 1..=3 {
            known.get(quiet).remember(caller(0), nobody());
        }
        let busy = 4;
        for number in 0..3 * CALLERS_MAX {
            known.get(busy).remember(caller(number), nobody());
            assert!(known.get(busy).0.lock().unwrap().len() <= CALLERS_MAX);
        }
        assert!(known.get(busy).get(&caller(3 * CALLERS_MAX - 1)).is_some());
        assert!((1..=3).all(|quiet| known.get(quiet).get(&caller(0)).is_some()));
    }
}
