//! What of `stayzr audit` works as the service's own logins: drills, and the plans of its statements.

use std::process::ExitCode;

use stayzr::audit::attack::{self, Attempt, Connections, Drill, Outcome};
use stayzr::audit::plans;
use stayzr::audit::{AttackArguments, PlansArguments};
use stayzr::config::{Secrets, Settings};
use stayzr::db::{self, embedded, embedded::Embedded};

use super::{connect, no_database};
use crate::{DATABASE, Failure};

/// The administrator of the embedded database.
const SUPERUSER: &str = "postgres";

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

/// Plans every statement, and prints those that do not find the hotel by an index.
pub(super) async fn plans(settings: &Settings, arguments: &PlansArguments) -> Result<ExitCode, Failure> {
    let all = with_logins(settings, async |connections| {
        let mut all = Vec::new();
        for (role, address) in [("stayzr_app", &connections.app), ("stayzr_platform", &connections.platform)] {
            let address = address.as_ref().ok_or_else(|| format!("plans need the login {role}"))?;
            all.extend(plans::read(&connect(address).await?, role).await?);
        }
        Ok(all)
    })
    .await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    let faults: Vec<String> =
        all.iter().flat_map(|plan| plan.faults.iter().map(|fault| format!("{}: {fault}", plan.path))).collect();
    if !arguments.json {
        faults.iter().for_each(|fault| println!("{fault}"));
        // Row security does not bind the platform, so it holds nothing back.
        for plan in all.iter().filter(|plan| plan.role == "stayzr_app") {
            let held = plan.accesses.iter().filter(|access| !access.held_back.is_empty());
            held.for_each(|access| {
                println!(
                    "{}: {}: no index before row security: {}",
                    plan.path,
                    access.table,
                    access.held_back.join(" ")
                );
            });
        }
        println!("{} statements planned, {} that do not find the hotel by an index.", all.len(), faults.len());
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
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
