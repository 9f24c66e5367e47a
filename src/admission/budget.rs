//! How much of the database's time the requests of one hotel may take.
//!
//! What a request takes is known when it is over, so it is let in while nothing is owed, and the hotel may owe what it
//! took. Of many that come at once not all are let in: each sets aside what the hotel's requests took of late, and gets
//! back at its end what it did not need. So a hotel that searches all the time has one search run after the other, with
//! pauses between them that make up for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout_at};

use super::quota::WINDOW_SECONDS;
use crate::db::Spent;

/// How much one request changes what a request is thought to take.
const WEIGHT: f64 = 0.125;
/// What a hotel is told that may take nothing: nothing will change soon.
const NEVER: Duration = Duration::from_secs(60);

/// See the module. All amounts are in seconds of the database.
#[derive(Debug)]
pub(super) struct Budget {
    /// A second.
    rate: f64,
    state: Mutex<State>,
    /// Had by who is next: those who wait come in their order.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// What may be taken; less than nothing is owed.
    left: f64,
    /// When that was.
    at: Instant,
    /// What a request took of late, the last ones most.
    usual: f64,
}

impl Budget {
    /// Of so many milliseconds a second, full.
    pub(super) fn new(milliseconds_per_second: u32) -> Self {
        let rate = f64::from(milliseconds_per_second) / 1000.0;
        let state = State { left: rate * f64::from(WINDOW_SECONDS), at: Instant::now(), usual: 0.0 };
        Budget { rate, state: Mutex::new(state), turn: tokio::sync::Mutex::new(()) }
    }

    /// Lets a request in if nothing is owed and nobody waits.
    pub(super) fn enter_at_once(self: &Arc<Self>) -> Option<Account> {
        let _turn = self.turn.try_lock().ok()?;
        self.try_enter().ok()
    }

    /// Lets a request in once nothing is owed; or not at all, where that is after the deadline.
    pub(super) async fn enter(self: &Arc<Self>, deadline: Instant) -> Option<Account> {
        let _turn = timeout_at(deadline.into(), self.turn.lock()).await.ok()?;
        loop {
            match self.try_enter() {
                Ok(account) => return Some(account),
                Err(wait) if Instant::now() + wait > deadline => return None,
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// How long until nothing is owed, if anything is.
    pub(super) fn owed(&self) -> Option<Duration> {
        let state = self.state();
        (state.left < 0.0 || self.rate == 0.0).then(|| self.until(-state.left))
    }

    fn try_enter(self: &Arc<Self>) -> Result<Account, Duration> {
        let mut state = self.state();
        if state.left < 0.0 || self.rate == 0.0 {
            return Err(self.until(-state.left));
        }
        let set_aside = state.usual;
        state.left -= set_aside;
        Ok(Account { budget: self.clone(), spent: Arc::default(), set_aside })
    }

    fn settle(&self, set_aside: f64, took: f64) {
        let mut state = self.state();
        state.left += set_aside - took;
        state.usual += (took - state.usual) * WEIGHT;
    }

    /// As of now.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let came = now.saturating_duration_since(state.at).as_secs_f64() * self.rate;
        state.left = (state.left + came).min(self.rate * f64::from(WINDOW_SECONDS));
        state.at = now;
        state
    }

    /// How long until so much has come.
    fn until(&self, amount: f64) -> Duration {
        Duration::try_from_secs_f64(amount / self.rate).unwrap_or(NEVER)
    }
}

/// What one request takes, paid for when it is dropped.
#[derive(Debug)]
pub(super) struct Account {
    budget: Arc<Budget>,
    spent: Arc<Spent>,
    set_aside: f64,
}

impl Account {
    /// Where it is noted.
    pub(super) fn spent(&self) -> Arc<Spent> {
        self.spent.clone()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.budget.settle(self.set_aside, self.spent.time().as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half a second of the database a second, with nothing saved up, whose requests are thought to take ten.
    fn spent_up() -> Arc<Budget> {
        let budget = Arc::new(Budget::new(500));
        *budget.state.lock().unwrap() = State { left: 0.0, at: Instant::now(), usual: 10.0 };
        budget
    }

    fn took(account: Account, seconds: f64) {
        account.spent.add(Duration::from_secs_f64(seconds));
    }

    #[test]
    fn what_was_saved_up_may_be_taken_at_once_and_no_more() {
        let (begin, budget) = (Instant::now(), Arc::new(Budget::new(500)));
        took(budget.enter_at_once().unwrap(), 2.4);
        took(budget.enter_at_once().unwrap(), 1.0);
        assert!(budget.enter_at_once().is_none());
        // 2.5 s may be saved up, so that 0.9 s are owed: 1.8 seconds of waiting.
        let owed = budget.owed().unwrap().as_secs_f64();
        assert!((1.8 - begin.elapsed().as_secs_f64()..=1.8).contains(&owed), "{owed}");
    }

    #[tokio::test]
    async fn of_many_that_come_at_once_one_is_let_in_and_the_next_when_nothing_is_owed() {
        let budget = spent_up();
        let first = budget.enter_at_once().unwrap();
        assert!(budget.enter_at_once().is_none(), "what the first will take is set aside");
        let soon = Instant::now() + Duration::from_millis(20);
        assert!(budget.enter(soon).await.is_none(), "ten seconds come in twenty");
        // It took nothing, so the next need not wait for what was set aside.
        drop(first);
        assert!(budget.enter_at_once().is_some());
    }

    #[tokio::test]
    async fn who_waits_is_let_in_once_it_is_paid_and_before_who_came_later() {
        let budget = spent_up();
        let begin = Instant::now();
        took(budget.enter_at_once().unwrap(), 0.05);
        let waiting = budget.enter(begin + Duration::from_secs(60));
        let later = async {
            tokio::task::yield_now().await;
            // This thread is the only one, so whoever waits is not let in before it goes on.
            std::thread::sleep(Duration::from_millis(150));
            assert_eq!(budget.owed(), None);
            assert!(budget.enter_at_once().is_none(), "somebody has come before");
        };
        let (entered, ()) = tokio::join!(biased; waiting, later);
        assert!(entered.is_some());
        assert!(begin.elapsed() >= Duration::from_millis(95), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn who_went_away_while_waiting_lets_the_next_one_wait() {
        let budget = spent_up();
        took(budget.enter_at_once().unwrap(), 0.05);
        let far = Instant::now() + Duration::from_secs(60);
        let gone = tokio::time::timeout(Duration::from_millis(5), budget.enter(far)).await;
        assert!(gone.is_err());
        assert!(budget.enter(far).await.is_some());
    }

    #[tokio::test]
    async fn a_budget_of_nothing_lets_nobody_in() {
        let budget = Arc::new(Budget::new(0));
        assert!(budget.enter_at_once().is_none());
        assert!(budget.enter(Instant::now() + Duration::from_secs(5)).await.is_none());
        assert_eq!(budget.owed(), Some(NEVER));
    }
}
