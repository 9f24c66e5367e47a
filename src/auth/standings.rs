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
/// Remembered sessions and keys of one hotel that there are not. Above that, those are forgotten.
const NOBODIES_MAX: usize = 1000;

/// The standings of callers, hotel by hotel.
pub struct Standings {
    accounts: Accounts,
    known: PerOrganization<Callers>,
    /// The last moment before which everything was heard.
    confirmed: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Callers(Mutex<Remembered>);

/// Who there is, and who there is not: made-up keys push nobody out who works.
#[derive(Default)]
struct Remembered {
    callers: HashMap<Subject, Known>,
    nobodies: HashMap<Subject, Known>,
}

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

    /// Whether the standing of a caller is known without asking the database, and be it that there is none.
    pub fn knows(&self, organization_id: i32, subject: &Subject) -> bool {
        self.known.get(organization_id).get(subject).is_some_and(|known| self.is_trusted(&known))
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
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.callers.get(subject).or_else(|| remembered.nobodies.get(subject)).cloned()
    }

    fn remember(&self, subject: Subject, known: Known) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Remembered { callers, nobodies } = &mut *remembered;
        let (theirs, others, most) = match known.standing {
            Some(_) => (callers, nobodies, CALLERS_MAX),
            None => (nobodies, callers, NOBODIES_MAX),
        };
        // Who was there may have gone meanwhile.
        others.remove(&subject);
        if theirs.len() >= most {
            theirs.clear();
        }
        theirs.insert(subject, known);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use postgres_types::{FromSql, Type};
    use uuid::Uuid;

    use super::{CALLERS_MAX, Callers, Known, NOBODIES_MAX, Standing, Subject};
    use crate::auth::Permissions;
    use crate::cache::PerOrganization;
    use crate::subscriptions::Plan;
    use crate::users::DataScope;

    fn caller(number: usize) -> Subject {
        Subject::ApiKey(Uuid::from_u128(number as u128))
    }

    fn nobody() -> Known {
        Known { standing: None, asked_at: Instant::now() }
    }

    fn somebody() -> Known {
        let plan = br#"{"tier": "starter", "status": "active", "limits": {}, "features": {}, "availableIn": {}}"#;
        let standing = Standing {
            user_id: Uuid::nil(),
            tenant_id: Uuid::nil(),
            organization_active: true,
            user_active: true,
            is_super_admin: false,
            permissions: Permissions::none(),
            withheld: Permissions::none(),
            data_scope: DataScope::Own,
            team_ids: Vec::new(),
            own_team_ids: Vec::new(),
            key: None,
            reason: None,
            plan: Arc::new(Plan::from_sql(&Type::JSON, plan).unwrap()),
            ends_at: None,
        };
        Known { standing: Some(Arc::new(standing)), ..nobody() }
    }

    /// However many callers one hotel has, it takes one place among the hotels, and a bounded one.
    #[test]
    fn the_callers_of_one_hotel_push_no_other_hotel_out() {
        let known = PerOrganization::<Callers>::new();
        for quiet in 1..=3 {
            known.get(quiet).remember(caller(0), somebody());
        }
        let (busy, somebody) = (known.get(4), somebody());
        for number in 0..3 * CALLERS_MAX {
            busy.remember(caller(number), somebody.clone());
            assert!(busy.0.lock().unwrap().callers.len() <= CALLERS_MAX);
        }
        assert!(busy.get(&caller(3 * CALLERS_MAX - 1)).is_some());
        assert!((1..=3).all(|quiet| known.get(quiet).get(&caller(0)).is_some()));
    }

    #[test]
    fn made_up_keys_push_no_caller_out() {
        let callers = Callers::default();
        callers.remember(caller(0), somebody());
        for number in 1..=3 * CALLERS_MAX {
            callers.remember(caller(number), nobody());
            assert!(callers.0.lock().unwrap().nobodies.len() <= NOBODIES_MAX);
        }
        assert!(callers.get(&caller(0)).unwrap().standing.is_some());
    }

    #[test]
    fn who_has_gone_is_nobody_and_no_caller_any_more() {
        let callers = Callers::default();
        for (known, is_there) in [(somebody(), true), (nobody(), false), (somebody(), true)] {
            callers.remember(caller(0), known);
            assert_eq!(callers.get(&caller(0)).unwrap().standing.is_some(), is_there);
        }
    }
}
