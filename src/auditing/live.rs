//! What of `stayzr audit` works as the service's own logins: drills, and the plans of its statements.

use std::process::ExitCode;

use stayzr::audit::attack::{self, Attempt, Connections, Drill, Outcome};
use stayzr::audit::plans::{self, Estimate, Plan};
use stayzr::audit::{AttackArguments, PlansArguments};
use stayzr::config::{Secrets, Settings};
use stayzr::db::{self, embedded, embedded::Embedded};

use super::{connect, no_database};
use crate::{DATABASE, Failure};

/// The administrator of the embedded database.
const SUPERUSER: &str = "postgres";
/// So many of the worst estimates are printed; `--json` has all.
const ESTIMATES_SHOWN: usize = 10;

/// Makes every drill, and prints each as it ends.
pub(super) async fn attack(settings: &Settings, arguments: &AttackArguments) -> Result<ExitCode, Failure> {
    let log = with_logins(settings, async |connections| {
        Ok(attack::attack(connections, |drill| {
            if !arguments.json {
                print!("{}", told(drill));
            }
        })
        .await?)
    })
    .await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&log)?);
    }
    let tally = log.tally();
    if !arguments.json {
        println!("\n{} drills of {}.", log.drills.len(), tally.line());
    }
    let bad = log.drills.iter().any(|drill| drill.succeeded() && drill.severity <= arguments.fail_on);
    Ok(match (bad, tally.skipped) {
        (true, _) => ExitCode::from(1),
        // What was not tried proves nothing.
        (false, 1..) => ExitCode::from(2),
        (false, 0) => ExitCode::SUCCESS,
    })
}

/// A line for the drill, and one for each attempt that was not refused.
fn told(drill: &Drill) -> String {
    let word = match drill.outcome() {
        Outcome::Refused { .. } => "refused",
        Outcome::Accepted { .. } => "accepted",
        Outcome::Skipped { .. } => "skipped",
        Outcome::Succeeded { .. } => "SUCCEEDED",
    };
    let mut text = format!("{}  {word:9}  {} ({} attempts)\n", drill.id, drill.title, drill.attempts.len());
    for Attempt { what, role, outcome, .. } in &drill.attempts {
        match outcome {
            Outcome::Refused { .. } => {}
            Outcome::Accepted { reason, .. } => text += &format!("        as {role}: {what}: {reason}\n"),
            other => text += &format!("        as {role}: {what}: {other}\n"),
        }
    }
    text
}

/// Plans every statement, and executes each on a scratch copy if asked to; prints what is wrong with a plan.
pub(super) async fn plans(settings: &Settings, arguments: &PlansArguments) -> Result<ExitCode, Failure> {
    let (all, hotels) = with_logins(settings, async |connections| {
        if arguments.scratch {
            return on_scratch(connections).await;
        }
        let mut all = Vec::new();
        for (role, address) in [(plans::APP, &connections.app), (plans::PLATFORM, &connections.platform)] {
            let address = address.as_ref().ok_or_else(|| format!("plans need the login {role}"))?;
            all.extend(plans::read(&connect(address).await?, role).await?);
        }
        let faults = all.iter().map(|plan| plan.faults.len()).sum();
        Ok((all, faults))
    })
    .await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        all.iter().for_each(print_faults);
        println!("{} statements planned, {hotels} that do not find the hotel by an index.", all.len());
        print_measured(&all);
    }
    let bad = all.iter().flat_map(|plan| &plan.faults).any(|fault| fault.severity <= arguments.fail_on);
    Ok(if bad { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The plans with what executing them showed, and how many faults they had before.
async fn on_scratch(connections: &Connections) -> Result<(Vec<Plan>, usize), Failure> {
    let address = connections.administrator.as_ref();
    let address = address.ok_or("--scratch takes an administrator's login of the copy: STAYZR_DATABASE_URL")?;
    let client = connect(address).await?;
    let mut all = plans::read_as(&client, plans::APP).await?;
    all.extend(plans::read_as(&client, plans::PLATFORM).await?);
    let faults = all.iter().map(|plan| plan.faults.len()).sum();
    plans::measure(&client, &mut all).await?;
    Ok((all, faults))
}

fn print_faults(plan: &Plan) {
    plan.faults.iter().for_each(|fault| println!("{}: {fault}", plan.path));
    // Row security does not bind the platform, so it holds nothing back.
    for access in plan.accesses.iter().filter(|access| plan.role == plans::APP && !access.held_back.is_empty()) {
        let (path, table, operators) = (&plan.path, &access.table, access.held_back.join(" "));
        println!("{path}: {table}: no index before row security: {operators}");
    }
}

/// Of those that were executed: the worst estimates, and what could not be.
fn print_measured(all: &[Plan]) {
    let measured = || all.iter().filter_map(|plan| Some((&plan.path, plan.measured.as_ref()?)));
    let not_run = measured().filter_map(|(path, measured)| Some((path, measured.not_run.as_ref()?)));
    not_run.clone().for_each(|(path, why)| println!("{path}: not run: {why}"));
    let mut worst: Vec<_> = measured().filter_map(|(path, measured)| Some((path, measured.worst.as_ref()?))).collect();
    worst.sort_by(|(_, one), (_, other)| other.factor.total_cmp(&one.factor));
    for (path, Estimate { node, estimated, actual, loops, .. }) in worst.iter().take(ESTIMATES_SHOWN) {
        println!("{path}: {node}: {estimated:.0} rows expected, {actual:.0} came, {loops:.0} times");
    }
    if measured().next().is_some() {
        let (not_run, all) = (not_run.count(), measured().count());
        println!("{} executed and rolled back, {not_run} not run with made-up parameters.", all - not_run);
    }
}

/// The logins that the environment names.
pub(super) fn of_environment(secrets: Secrets) -> Connections {
    Connections {
        administrator: secrets.database,
        app: secrets.app_database,
        platform: secrets.platform_database,
        auditor: secrets.auditor_database,
    }
}

/// Does the work with whatever logins the environment names, or those of the embedded database.
pub(super) async fn with_logins<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Connections) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let secrets = Secrets::read()?;
    if !secrets.is_embedded() || secrets.auditor_database.is_some() || secrets.database.is_some() {
        return work(&of_environment(secrets)).await;
    }
    let options = settings.embedded();
    let running = |role: &str| embedded::running(&options, role, DATABASE);
    if let Some(administrator) = running(SUPERUSER)? {
        let connections = Connections {
            administrator: Some(administrator.into()),
            app: running("stayzr_app")?.map(db::Address::from),
            platform: running("stayzr_platform")?.map(db::Address::from),
            auditor: running("stayzr_auditor")?.map(db::Address::from),
        };
        return work(&connections).await;
    }
    if !embedded::exists(&options)? {
        return Err(no_database(&options.data_dir).into());
    }
    let embedded = Embedded::start(options).await?;
    let result = async {
        embedded.set_role_passwords().await?;
        let login = |role: &str| Some(embedded.config(role, DATABASE).into());
        work(&Connections {
            administrator: Some(embedded.superuser(DATABASE).into()),
            app: login("stayzr_app"),
            platform: login("stayzr_platform"),
            auditor: login("stayzr_auditor"),
        })
        .await
    }
    .await;
    embedded.stop().await?;
    result
}
