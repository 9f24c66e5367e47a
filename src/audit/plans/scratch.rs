//! Estimated against actual rows: `stayzr audit plans --scratch`.
//!
//! Each statement is executed once, in a transaction that is rolled back, by the plan that serves: as its role, in the
//! sealed context of the hotel with the most guests, with parameters that are found in that hotel or made up. So it is
//! for a copy, and for one that says it is: a sequence does not roll back, a statement may run for as long as a copy
//! of everything is large, and nobody wants either of the real one.

use serde::Serialize;
use serde_json::Value;
use tokio_postgres::{Client, Error};

use super::values::Values;
use super::{Fault, Plan, statements};
use crate::audit::Severity;

/// An estimate this many times too small or too large is a finding.
const FACTOR_MIN: f64 = 100.0;
/// Where more rows than this came: of fewer no plan is the worse. So what is expected of an empty table, or of a function
/// that nobody has told how many rows it gives, is none.
const ROWS_MIN: f64 = 1000.0;

/// Why nothing was executed.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The database is not said to be a copy.
    #[error(
        "{0} does not say that it is a scratch copy, and statements would be executed there; on a copy, say so first: \
         comment on database {0} is 'scratch copy'"
    )]
    NotACopy(String),
    /// There is no hotel whose context could be made.
    #[error("there is no hotel in it with an administrator")]
    NoHotel,
    /// The connection is lost, or may not do this.
    #[error("{0}")]
    Database(String),
}

impl From<Error> for ScratchError {
    fn from(error: Error) -> Self {
        ScratchError::Database(crate::db::DbError::from(error).to_string())
    }
}

/// What came of executing a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// Where in its plan the estimate is worst; none: it was not executed.
    pub worst: Option<Estimate>,
    /// Why it was not executed.
    pub not_run: Option<String>,
}

/// The estimate of one node of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Which: `Index Scan of sessions_by_user on public.sessions`.
    pub node: String,
    /// How many rows were expected, each time it ran.
    pub estimated: f64,
    /// How many came, on average.
    pub actual: f64,
    /// How often it ran.
    pub loops: f64,
    /// How many times too many or too few were expected; at least 1.
    pub factor: f64,
}

impl Estimate {
    fn of(node: &Value) -> Estimate {
        let number = |name: &str| node[name].as_f64().unwrap_or_default();
        let text = |name: &str| node[name].as_str().unwrap_or_default();
        let (estimated, actual) = (number("Plan Rows"), number("Actual Rows"));
        let (one, other) = (estimated.max(1.0), actual.max(1.0));
        let mut name = text("Node Type").to_owned();
        for (word, field) in [("of", "Index Name"), ("on", "Relation Name"), ("of", "Function Name")] {
            if !text(field).is_empty() {
                name += &format!(" {word} {}", text(field));
            }
        }
        let factor = (one / other).max(other / one);
        Estimate { node: name, estimated, actual, loops: number("Actual Loops"), factor }
    }

    fn is_fault(&self) -> bool {
        self.factor >= FACTOR_MIN && self.actual * self.loops > ROWS_MIN
    }

    fn fault(&self) -> Fault {
        let Estimate { node, estimated, actual, .. } = self;
        let what = format!("{estimated:.0} rows were expected, {actual:.0} came: analyze the table, or ask otherwise");
        Fault { severity: Severity::Low, table: node.clone(), what }
    }
}

/// Executes the statement of each of the plans and adds what it showed; what is far off is a fault of it.
///
/// `client` is an administrator's, who may become each role and the owner, and ends as whoever it was.
///
/// # Errors
/// When the database is not said to be a scratch copy, holds no hotel, or goes away.
pub async fn measure(client: &Client, plans: &mut [Plan]) -> Result<(), ScratchError> {
    client.batch_execute("reset role").await?;
    let place = client.query_one(include_str!("../../../sql/checks/plans/scratch.sql"), &[]).await?;
    if !place.try_get::<_, bool>("is_scratch")? {
        return Err(ScratchError::NotACopy(place.try_get("name")?));
    }
    let hotel = client.query_opt(include_str!("../../../sql/checks/plans/hotel.sql"), &[]).await?;
    let hotel = hotel.ok_or(ScratchError::NoHotel)?;
    let mut values = Values::of(client, hotel.try_get("organization_id")?);
    let context: String = hotel.try_get("context")?;
    for statement in statements() {
        let Some(plan) = plans.iter_mut().find(|plan| plan.path == statement.path) else { continue };
        let types = client.prepare(statement.text).await?;
        let arguments = values.of_statement(&plan.path, statement.text, types.params()).await?;
        client.batch_execute(&format!("begin; {context}; set local role {}", plan.role)).await?;
        let executed = execute(client, statement.text, &arguments).await;
        client.batch_execute("rollback; deallocate all").await?;
        let measured = match executed {
            Ok(explained) => {
                let worst = worst(&explained);
                plan.faults.extend(worst.as_ref().filter(|worst| worst.is_fault()).map(Estimate::fault));
                Measured { worst, not_run: None }
            }
            Err(error) => match error.as_db_error() {
                Some(said) => {
                    let why = format!("{}: {}", said.code().code(), said.message());
                    Measured { worst: None, not_run: Some(why) }
                }
                None => return Err(error.into()),
            },
        };
        plan.measured = Some(measured);
    }
    Ok(())
}

async fn execute(client: &Client, text: &str, arguments: &[String]) -> Result<Value, Error> {
    client.batch_execute(include_str!("../../../sql/checks/plans/limits.sql")).await?;
    client.batch_execute(&format!("prepare measured as {text}")).await?;
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let explain = format!("explain (analyze, timing off, format json, verbose) execute measured{arguments}");
    client.query_one(&explain, &[]).await?.try_get(0)
}

/// The node whose estimate is worst: of those that are faults, if any is.
fn worst(explained: &Value) -> Option<Estimate> {
    let mut all = Vec::new();
    visit(&explained[0]["Plan"], false, &mut all);
    let key = |estimate: &Estimate| (estimate.is_fault(), estimate.factor);
    all.into_iter().max_by(|one, other| key(one).partial_cmp(&key(other)).unwrap_or(std::cmp::Ordering::Equal))
}

/// `cut` says that whatever is above may have stopped before all rows came: then too few say nothing of the estimate.
fn visit(node: &Value, cut: bool, found: &mut Vec<Estimate>) {
    let estimate = Estimate::of(node);
    // A node that never ran has nothing to compare.
    if estimate.loops > 0.0 && !(cut && estimate.actual < estimate.estimated) {
        found.push(estimate);
    }
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let stops = ["Limit", "Merge Join"].contains(&text("Node Type"))
        || ["Semi", "Anti"].contains(&text("Join Type"))
        || node["Inner Unique"] == true;
    // A sort reads everything below it, whoever stops above.
    let reads_all = ["Sort", "Hash", "Aggregate", "ModifyTable"].contains(&text("Node Type"));
    for child in node["Plans"].as_array().into_iter().flatten() {
        let asked_once = ["SubPlan", "InitPlan"].contains(&child["Parent Relationship"].as_str().unwrap_or_default());
        visit(child, stops || asked_once || (cut && !reads_all), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(kind: &str, estimated: u64, actual: u64, plans: Value) -> Value {
        json!({"Node Type": kind, "Plan Rows": estimated, "Actual Rows": actual, "Actual Loops": 1, "Plans": plans})
    }

    #[test]
    fn the_worst_estimate_is_found_below_what_hides_it() {
        let scan = node("Seq Scan", 1, 5000, json!([]));
        let found = worst(&json!([{"Plan": node("Aggregate", 1, 1, json!([node("Sort", 20, 5000, json!([scan]))]))}]));
        let found = found.unwrap();
        assert_eq!((found.node.as_str(), found.factor), ("Seq Scan", 5000.0));
        assert!(found.is_fault());
        assert!(found.fault().to_string().starts_with("Seq Scan: 1 rows were expected, 5000 came"));
    }

    #[test]
    fn few_rows_are_no_fault_and_what_was_stopped_is_none_either() {
        let few = worst(&json!([{"Plan": node("Seq Scan", 1, 900, json!([]))}])).unwrap();
        assert!(!few.is_fault() && few.factor == 900.0);
        assert!(!worst(&json!([{"Plan": node("Append", 9_000, 0, json!([]))}])).unwrap().is_fault());
        let stopped = |above: &str| {
            let scan = node("Index Scan", 500_000, 2_000, json!([]));
            worst(&json!([{"Plan": node(above, 2_000, 2_000, json!([scan]))}])).unwrap().is_fault()
        };
        assert_eq!((stopped("Limit"), stopped("Aggregate")), (false, true));
        let never = json!({"Node Type": "Seq Scan", "Plan Rows": 50_000, "Actual Rows": 0, "Actual Loops": 0});
        assert_eq!(worst(&json!([{"Plan": never}])), None);
    }
}
