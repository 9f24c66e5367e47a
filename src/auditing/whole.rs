//! `stayzr audit report`: every part that the logins at hand allow, of one database.

use std::process::ExitCode;
use std::time::Instant;

use indicatif::ProgressBar;
use stayzr::audit::attack::{self, Connections};
use stayzr::audit::plans::{self, Plan};
use stayzr::audit::report::{PartName, Place};
use stayzr::audit::{self, Catalogue, Optional, Report, ReportArguments, Waivers};
use stayzr::config::{Secrets, Settings};
use stayzr::db::Address;

use super::live::{of_environment, with_logins};
use super::{AUDITOR, NO_AUDITOR, by_flag, checked, connect, deliver};
use crate::Failure;

/// Makes the report, and says what came of it.
pub(super) async fn report(
    settings: &Settings,
    arguments: &ReportArguments,
    catalogue: &Catalogue,
) -> Result<ExitCode, Failure> {
    // Before anything is started or connected to: a typing error shows at once.
    let waivers = Waivers::load(arguments.lint.waivers.as_deref(), catalogue)?;
    let make = async |address: &Address, connections: &Connections| {
        made(address, connections, &arguments.without, catalogue, &waivers).await
    };
    let report = match by_flag(&arguments.lint.database)? {
        Some(address) => make(&address, &of_environment(Secrets::read()?)).await?,
        None => {
            with_logins(settings, async |connections| {
                make(connections.auditor.as_ref().ok_or(NO_AUDITOR)?, connections).await
            })
            .await?
        }
    };
    deliver(&report, &arguments.lint)
}

async fn made(
    address: &Address,
    connections: &Connections,
    without: &[Optional],
    catalogue: &Catalogue,
    waivers: &Waivers,
) -> Result<Report, Failure> {
    let mut client = connect(address).await?;
    let report = checked(&mut client, address, catalogue, waivers).await?;
    let begun = Instant::now();
    let report = report.with_drift(audit::drift::from_files(&mut client).await?, begun.elapsed());
    let begun = Instant::now();
    let report = report.with_matrix(audit::matrix::read(&client).await?, begun.elapsed());

    let mut logins = Logins { place: Place::of(&client).await?, connections: connections.clone(), faults: Vec::new() };
    if [Optional::Plans, Optional::Attack].iter().all(|part| without.contains(part)) {
        // No login is tried for nothing.
        return Ok(leave_out(leave_out(report, PartName::Plans), PartName::Attack));
    }
    logins.of_whoever_reports(address, &report.database.role);
    logins.keep_those_of_this_database().await;

    let report = if without.contains(&Optional::Plans) {
        leave_out(report, PartName::Plans)
    } else {
        let begun = Instant::now();
        match logins.plans().await {
            Ok(plans) => report.with_plans(plans, begun.elapsed()),
            Err(why) => report.without(PartName::Plans, logins.because(&why.to_string()), false),
        }
    };
    if without.contains(&Optional::Attack) {
        return Ok(leave_out(report, PartName::Attack));
    }
    if logins.connections.administrator.is_none() {
        let why = logins.because("it takes an administrator's login, to make two hotels: STAYZR_DATABASE_URL");
        return Ok(report.without(PartName::Attack, why, false));
    }
    let (begun, bar) = (Instant::now(), ProgressBar::new_spinner());
    let log =
        attack::attack(&logins.connections, |drill| bar.set_message(format!("{} {}", drill.id, drill.title))).await;
    bar.finish_and_clear();
    Ok(match log {
        Ok(log) => report.with_attack(log, begun.elapsed()),
        Err(error) => report.without(PartName::Attack, error.to_string(), false),
    })
}

fn leave_out(report: Report, part: PartName) -> Report {
    let why = format!("left out, by --without {}", part.as_str());
    report.without(part, why, true)
}

/// The logins for what the one that reports may not do.
struct Logins {
    /// Where the report is of.
    place: Place,
    connections: Connections,
    /// Why one is not used.
    faults: Vec<String>,
}

impl Logins {
    /// Whoever reports is an administrator, or the auditor, and then needs no other login for that.
    fn of_whoever_reports(&mut self, address: &Address, role: &str) {
        if self.place.is_administrator && self.connections.administrator.is_none() {
            self.connections.administrator = Some(address.clone());
        }
        if role == AUDITOR {
            self.connections.auditor = Some(address.clone());
        }
    }

    /// A report is of one database, whatever the environment names.
    async fn keep_those_of_this_database(&mut self) {
        let Connections { administrator, app, platform, auditor } = &mut self.connections;
        for (name, login) in [
            ("STAYZR_DATABASE_URL", administrator),
            ("STAYZR_APP_DATABASE_URL", app),
            ("STAYZR_PLATFORM_DATABASE_URL", platform),
            ("STAYZR_AUDITOR_DATABASE_URL", auditor),
        ] {
            let Some(address) = login.clone() else { continue };
            let fault = match reached(&address).await {
                Ok(place) if place.database == self.place.database => continue,
                Ok(_) => format!("{name} names another database than this report is of"),
                Err(error) => format!("{name}: {error}"),
            };
            self.faults.push(fault);
            *login = None;
        }
    }

    async fn plans(&self) -> Result<Vec<Plan>, Failure> {
        let Connections { administrator, app, platform, .. } = &self.connections;
        let mut all = Vec::new();
        for (role, login) in [(plans::APP, app), (plans::PLATFORM, platform)] {
            all.extend(match (login, administrator) {
                (Some(address), _) => plans::read(&connect(address).await?, role).await?,
                (None, Some(address)) => plans::read_as(&connect(address).await?, role).await?,
                (None, None) => {
                    let both = "STAYZR_APP_DATABASE_URL and STAYZR_PLATFORM_DATABASE_URL";
                    return Err(format!("it takes the service's logins, {both}, or an administrator's").into());
                }
            });
        }
        Ok(all)
    }

    /// With what is wrong with the logins there are.
    fn because(&self, why: &str) -> String {
        [&[why.to_owned()], &self.faults[..]].concat().join("; ")
    }
}

async fn reached(address: &Address) -> Result<Place, Failure> {
    Ok(Place::of(&connect(address).await?).await?)
}
