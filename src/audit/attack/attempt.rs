//! One attempt, in a savepoint of its own, and what to make of the answer.

use tokio_postgres::{Client, Error};

use super::answer::Answer;
use super::log::{Attempt, Outcome};
use super::scene::Scene;
use super::script::{Block, Expectation, fill};

/// What an attempt raises that sees by itself that it has succeeded.
const NOTICED: &str = "ZA001";

/// Who makes the two hotels, and keeps the rights of that in a drill of this role.
pub(super) const ADMINISTRATOR: &str = "administrator";

/// As whom, and with what.
pub(super) struct Attacker<'a> {
    pub(super) client: &'a Client,
    pub(super) role: &'a str,
    /// None for who came by a login of their own.
    pub(super) scene: Option<&'a Scene>,
    /// Whether the connection is of no more use; what was open goes with it.
    pub(super) is_spent: bool,
}

impl Attacker<'_> {
    /// Makes the attempts of a block.
    pub(super) async fn make(&mut self, block: &Block) -> Result<Vec<Attempt>, Error> {
        let values = self.scene.map(|scene| scene.values.clone()).unwrap_or_default();
        let statement = fill(&block.statement, &values);
        if !block.makes_attempts {
            return Ok(vec![self.attempt(block, &block.what, &statement).await?]);
        }
        let made = self.run(&statement).await?;
        self.undo().await?;
        if let Some(error) = &made.error {
            let why = format!("cannot be made: {}: {}", error.sqlstate, error.message);
            return Ok(vec![self.came_of_it(&block.what, &statement, Outcome::Skipped { why })]);
        }
        let mut attempts = Vec::new();
        for statement in made.rows.into_iter().flatten() {
            let (what, sql) = statement.split_once('\n').unwrap_or(("", &statement));
            let what = what.strip_prefix("-- ").unwrap_or(&block.what);
            attempts.push(self.attempt(block, what, sql).await?);
            if self.is_spent {
                break;
            }
        }
        Ok(attempts)
    }

    async fn attempt(&mut self, block: &Block, what: &str, statement: &str) -> Result<Attempt, Error> {
        let answer = self.run(statement).await?;
        if answer.copies_in {
            self.is_spent = true;
            return Ok(self.came_of_it(what, statement, judge(block, None, &answer)));
        }
        let accepted = block.expected.iter().find_map(|expected| match expected {
            Expectation::Accepted(reason) => Some(reason),
            _ => None,
        });
        let mut outcome = None;
        if let (Some(scene), None) = (self.scene, accepted) {
            outcome = self.hole(scene, statement, &answer).await?;
        }
        self.undo().await?;
        let outcome = outcome.unwrap_or_else(|| judge(block, accepted, &answer));
        Ok(self.came_of_it(what, statement, outcome))
    }

    /// What no attempt may do, whatever is expected of it: tell, change, or tell apart.
    async fn hole(&self, scene: &Scene, statement: &str, answer: &Answer) -> Result<Option<Outcome>, Error> {
        // An administrator is told everything, and asks about the rows themselves.
        let sees_all = self.role == ADMINISTRATOR;
        if let (false, Some(secret)) = (sees_all, scene.told(statement, answer)) {
            let seen = format!("the rival's {secret:?} in: {}", answer.summary());
            return Ok(Some(Outcome::Succeeded { seen }));
        }
        if answer.error.is_none() {
            self.client.batch_execute("set local role none").await?;
            if let Some(row) = scene.changed(self.client).await? {
                return Ok(Some(Outcome::Succeeded { seen: format!("a row of the rival's was changed: {row}") }));
            }
        }
        let Some(twin) = scene.twin(statement).filter(|_| !sees_all) else { return Ok(None) };
        self.undo().await?;
        let about_nobody = self.run(&twin).await?;
        let (one, other) = (scene.about_nobody(&answer.text()), about_nobody.text());
        if (one, answer.touched) == (other, about_nobody.touched) {
            return Ok(None);
        }
        let seen = format!("{}; of what is nobody's: {}", answer.summary(), about_nobody.summary());
        Ok(Some(Outcome::Succeeded { seen: format!("the rival's and nobody's are told apart: {seen}") }))
    }

    async fn run(&self, statement: &str) -> Result<Answer, Error> {
        let begin = match self.scene {
            Some(_) if self.role != ADMINISTRATOR => format!("savepoint attempt; set local role {}", self.role),
            _ => "savepoint attempt".to_owned(),
        };
        self.client.batch_execute(&begin).await?;
        Answer::to(self.client, statement).await
    }

    /// What is rolled back leaves no subtransaction for others to look at, and what is released no deeper nesting.
    async fn undo(&self) -> Result<(), Error> {
        self.client.batch_execute("rollback to savepoint attempt; release savepoint attempt").await
    }

    fn came_of_it(&self, what: &str, statement: &str, outcome: Outcome) -> Attempt {
        Attempt { what: what.to_owned(), role: self.role.to_owned(), statement: statement.to_owned(), outcome }
    }
}

fn judge(block: &Block, accepted: Option<&String>, answer: &Answer) -> Outcome {
    let summary = answer.summary();
    let Some(error) = &answer.error else {
        if let Some(reason) = accepted {
            return Outcome::Accepted { seen: summary, reason: reason.clone() };
        }
        let expects = |wanted| block.expected.contains(&wanted);
        return match answer.touched {
            0 if expects(Expectation::ZeroRows) => Outcome::Refused { how: "no rows".into() },
            1.. if expects(Expectation::OwnRows) => Outcome::Refused { how: "own rows only".into() },
            0 if expects(Expectation::OwnRows) => {
                Outcome::Skipped { why: "not even its own rows were there to see: this proves nothing".into() }
            }
            _ if expects(Expectation::NothingForeign) => Outcome::Refused { how: "nothing foreign".into() },
            _ => Outcome::Succeeded { seen: summary },
        };
    };
    if error.sqlstate == NOTICED {
        return Outcome::Succeeded { seen: error.message.clone() };
    }
    // The right was there: only the lock was somebody else's.
    if error.sqlstate == "55P03" {
        let seen = format!("it may, and would have waited: {summary}");
        return accepted.map_or(Outcome::Succeeded { seen: seen.clone() }, |reason| Outcome::Accepted {
            seen,
            reason: reason.clone(),
        });
    }
    // Class 42 is a statement that does not fit this database, but for the right that is missing.
    let fits = !error.sqlstate.starts_with("42") || error.sqlstate == "42501";
    let as_expected = block.expected.iter().any(|expected| match expected {
        Expectation::Refused(states) => states.contains(&error.sqlstate),
        Expectation::NothingForeign | Expectation::Accepted(_) => fits,
        _ => false,
    });
    if as_expected {
        Outcome::Refused { how: summary }
    } else {
        Outcome::Skipped { why: format!("refused for another reason than expected, which proves nothing: {summary}") }
    }
}
