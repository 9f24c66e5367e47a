//! Attack drills: what somebody with a login of the service, or with injected SQL inside one hotel, could try.
//!
//! Each drill is a file of `sql/attacks`. One that needs rows makes two hotels with something in every table, as an
//! administrator, goes over to the attacker's role in the same transaction, attacks, and rolls back: nobody else ever
//! sees the hotels, and nothing of them stays but some hundred dead rows for vacuum to find and transaction numbers.
//! No sequence is moved and no notification sent by what is expected; an attack on a sequence that succeeds does move
//! it, since `nextval` does not roll back.
//!
//! What that leaves out: `set local role` changes what the attacker may do, but the session remains the
//! administrator's, so whether one can become somebody else is tried by the roles' own logins, without rows; what two
//! connections do to each other is not tried where it takes rows (an uncommitted row is nobody else's to see); nor is
//! what PostgreSQL runs outside a transaction only (`alter system`, `create database`), because it could not be undone.
//!
//! Three things are looked for after every attempt, whatever it was: anything of the rival's in the rows and in every
//! field of the error, by a marker that stands in all of its data; a row of the rival's that is not as it was; and an
//! answer that differs from the one to the same statement about a hotel that is not there.

mod answer;
mod attempt;
mod log;
mod scene;
mod script;

use std::time::Instant;

use attempt::{ADMINISTRATOR, Attacker};
pub use log::{AttackLog, Attempt, Drill, Outcome, Refusals, Tally};
use scene::Scene;
use script::Script;
use tokio_postgres::Client;

use crate::db::{self, Address};

/// How to reach the database. Drills that lack theirs are reported as skipped.
#[derive(Clone, Default)]
pub struct Connections {
    /// An administrator that bypasses row security and may take the role of `stayzr_app` and `stayzr_owner`.
    pub administrator: Option<Address>,
    /// `stayzr_app`, by its login.
    pub app: Option<Address>,
    /// `stayzr_platform`, by its login.
    pub platform: Option<Address>,
    /// `stayzr_auditor`, by its login.
    pub auditor: Option<Address>,
}

/// Why no attack could be made. What cannot be reached or made only skips the drills that need it.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    /// A file of `sql/attacks` is not what it should be.
    #[error("{0}")]
    Script(String),
    /// The database went away in the middle; what was open is rolled back with its connection.
    #[error("the database did not answer in the middle of {drill}: {reason}")]
    Lost {
        /// The id of the drill.
        drill: String,
        /// What was said.
        reason: String,
    },
}

/// Every drill, each in a transaction that is rolled back.
///
/// # Errors
/// When the database goes away in the middle.
pub async fn attack(connections: &Connections, progress: impl FnMut(&Drill)) -> Result<AttackLog, AttackError> {
    attack_with(connections, |_| true, progress).await
}

/// Some of the drills, by the names of their files.
///
/// # Errors
/// When the database goes away in the middle.
pub async fn attack_with(
    connections: &Connections,
    wanted: impl Fn(&str) -> bool,
    mut progress: impl FnMut(&Drill),
) -> Result<AttackLog, AttackError> {
    let scripts = script::scripts().map_err(AttackError::Script)?;
    let mut log = AttackLog::default();
    for script in scripts.into_iter().filter(|script| wanted(&script.name)) {
        let drill = drill(connections, script).await?;
        progress(&drill);
        log.drills.push(drill);
    }
    Ok(log)
}

async fn drill(connections: &Connections, script: Script) -> Result<Drill, AttackError> {
    let started = Instant::now();
    let mut attempts = Vec::new();
    for role in &script.roles {
        match one_role(connections, &script, role).await {
            Ok(more) => attempts.extend(more),
            Err(Fault::Unavailable(why)) => attempts.push(Attempt {
                what: script.title.clone(),
                role: role.clone(),
                statement: String::new(),
                outcome: Outcome::Skipped { why },
            }),
            Err(Fault::Lost(reason)) => return Err(AttackError::Lost { drill: script.id, reason }),
        }
    }
    Ok(Drill {
        id: script.id,
        name: script.name,
        title: script.title,
        what: script.what,
        why: script.why,
        expected: script.expected,
        severity: script.severity,
        roles: script.roles,
        attempts,
        milliseconds: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
    })
}

enum Fault {
    /// The drill cannot be made here.
    Unavailable(String),
    Lost(String),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Fault::Unavailable(format!("{}: {}", refusal.code().code(), refusal.message())),
            None => Fault::Lost(error.to_string()),
        }
    }
}

async fn one_role(connections: &Connections, script: &Script, role: &str) -> Result<Vec<Attempt>, Fault> {
    let login = match role {
        _ if !script.by_login => ADMINISTRATOR,
        other => other,
    };
    let address = match login {
        ADMINISTRATOR => &connections.administrator,
        "stayzr_app" => &connections.app,
        "stayzr_platform" => &connections.platform,
        "stayzr_auditor" => &connections.auditor,
        _ => &None,
    };
    let address = address.as_ref().ok_or_else(|| Fault::Unavailable(format!("no connection as {login} was given")))?;
    // A connection for each drill: whatever an attempt left in its session goes with it.
    let client = db::connect(address).await.map_err(|error| Fault::Unavailable(error.to_string()))?;
    client.batch_execute("begin").await?;
    // However it ends, the connection is closed, and what is open is rolled back.
    attempts(&client, script, role).await
}

async fn attempts(client: &Client, script: &Script, role: &str) -> Result<Vec<Attempt>, Fault> {
    let scene = if script.by_login {
        client.batch_execute(script::scene("limits")).await?;
        None
    } else {
        let scene = Scene::make(client).await.map_err(|error| match Fault::from(error) {
            Fault::Unavailable(why) => Fault::Unavailable(format!("the two hotels cannot be made: {why}")),
            lost => lost,
        });
        Some(scene?)
    };
    let mut attacker = Attacker { client, role, scene: scene.as_ref(), is_spent: false };
    let mut attempts = Vec::new();
    for block in &script.blocks {
        attempts.extend(attacker.make(block).await?);
        if attacker.is_spent {
            return Ok(attempts);
        }
    }
    client.batch_execute("rollback").await?;
    Ok(attempts)
}
