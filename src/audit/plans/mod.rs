//! How the service's own statements run: `stayzr audit plans`.
//!
//! Each statement of `sql/queries` is planned as the role that runs it, with no values, so the plan is the one that
//! serves them all. PostgreSQL is told to dislike reading whole tables: in a small database it would otherwise do so
//! whatever the indexes are. What still is no condition of an index then cannot be one. Nothing is executed, but by [`measure`] on a scratch copy.

mod scratch;
mod statements;
mod values;
mod walk;

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use tokio_postgres::{Client, Error};

pub use scratch::{Estimate, Measured, ScratchError, measure};
pub use statements::{APP, PLATFORM, Statement, statements};

use super::Severity;

/// How a table of hotels is reached in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Tenant {
    /// By an index that has the hotel among its conditions.
    Indexed,
    /// By rows of the same hotel that were found before: a join on `organization_id`.
    Joined,
    /// The hotel is looked at row by row.
    Filtered,
    /// Nothing asks for the hotel.
    Absent,
}

/// One table in the plan of a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Which table.
    pub table: String,
    /// By which index, if any.
    pub index: Option<String>,
    /// How the hotel is asked for.
    pub tenant: Tenant,
    /// Whether a function of the context is called for each row, instead of once.
    pub per_row: bool,
    /// Operators of its filter that are not leakproof: no index of theirs is used before row security has spoken.
    pub held_back: Vec<String>,
    /// How many rows the planner expects of it.
    pub rows: f64,
}

/// How a statement runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its file.
    pub path: String,
    /// The role that runs it.
    pub role: &'static str,
    /// The tables of hotels it reaches.
    pub accesses: Vec<Access>,
    /// What a reader has to look at, if anything.
    pub faults: Vec<Fault>,
    /// What executing it showed; absent where it was only planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// At which table, or at which node of the plan.
    pub table: String,
    /// What.
    pub what: String,
}

const NO_CONDITION: &str = "the hotel is no condition of an index";

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.table, self.what)
    }
}

impl Plan {
    fn of(path: String, role: &'static str, accesses: Vec<Access>) -> Plan {
        // Work across hotels asks for none of them, on purpose.
        let own = accesses.iter().filter(|_| role == APP);
        let faults = own.flat_map(|access| {
            let fault = |severity, what: &str| Fault { severity, table: access.table.clone(), what: what.to_owned() };
            let tenant = match access.tenant {
                Tenant::Indexed | Tenant::Joined => None,
                // Where another index finds few rows, few are compared; without one it is every hotel's.
                Tenant::Filtered if access.index.is_some() => Some(fault(Severity::Low, NO_CONDITION)),
                Tenant::Filtered => Some(fault(Severity::Medium, NO_CONDITION)),
                Tenant::Absent => Some(fault(Severity::High, "nothing asks for the hotel")),
            };
            let each = access.per_row.then(|| fault(Severity::Low, "the context is read for each row"));
            tenant.into_iter().chain(each)
        });
        Plan { path, role, faults: faults.collect(), accesses, measured: None }
    }
}

/// Plans every statement of `role` as whoever is connected, who has to be that role or to have become it.
///
/// # Errors
/// When the connection is lost, or a statement does not fit the database.
pub async fn read(client: &Client, role: &'static str) -> Result<Vec<Plan>, Error> {
    client.batch_execute(include_str!("../../../sql/checks/plans/settings.sql")).await?;
    let tables = client.query(include_str!("../../../sql/checks/plans/tables.sql"), &[]).await?;
    let tables: Vec<String> = tables.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let operators = client.query(include_str!("../../../sql/checks/plans/operators.sql"), &[]).await?;
    let operators: Vec<String> = operators.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let mut plans = Vec::new();
    for statement in statements().filter(|statement| statement.role == role) {
        let plan = explain(client, &statement).await?;
        let accesses = walk::accesses(&plan, &tables, &operators);
        plans.push(Plan::of(statement.path, role, accesses));
    }
    Ok(plans)
}

/// The same as somebody who may become that role, and is it from then on.
///
/// # Errors
/// As [`read`], or when they may not.
pub async fn read_as(client: &Client, role: &'static str) -> Result<Vec<Plan>, Error> {
    client.batch_execute(&format!("set role {role}")).await?;
    read(client, role).await
}

async fn explain(client: &Client, statement: &Statement) -> Result<Value, Error> {
    let parameters = client.prepare(statement.text).await?.params().len();
    let nulls = vec!["null"; parameters].join(", ");
    let arguments = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    client.batch_execute(&format!("prepare audited as {}", statement.text)).await?;
    let explain = format!("explain (format json, verbose) execute audited{arguments}");
    let explained = client.query_one(&explain, &[]).await;
    client.batch_execute("deallocate audited").await?;
    explained?.try_get(0)
}
