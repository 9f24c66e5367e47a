//! pgbench, on the same transactions: what PostgreSQL and the pipeline can do with no HTTP in front.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stayzr::auth::Permissions;
use stayzr::tenancy::{Sealer, TenantContext, Via};
use stayzr::users::DataScope;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::Failure;
use crate::client::Measured;
use crate::context::SET_CONTEXT;
use crate::script::{literal, with_values};
use crate::targets::{Random, Target, Targets};
use crate::workload::{CONTENT, CONVERSATIONS, MESSAGES, WORD, Workload};

/// How many hotels take turns. Every client prepares every script, so not too many.
const HOTELS: usize = 8;
/// The seals outlast the benchmark.
const SEAL_LIFETIME: Duration = Duration::from_secs(86_400);

/// pgbench and what it is to run.
pub struct Pgbench {
    program: PathBuf,
    app: Config,
    clients_max: usize,
    directory: PathBuf,
}

/// One hotel's, of one part of a workload.
pub struct Script {
    file: PathBuf,
    weight: usize,
}

impl Pgbench {
    /// The one in that directory, as `stayzr_app`. Its scripts go to `directory`, which goes with it.
    pub fn new(programs: &str, app: Config, clients_max: usize) -> Result<Self, Failure> {
        let directory = std::env::temp_dir().join(format!("stayzr-pgbench-{}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        Ok(Pgbench { program: Path::new(programs).join("pgbench"), app, clients_max, directory })
    }

    /// Writes the scripts of a workload, each a hotel with a seal of its own, and says how often each is to be run.
    pub fn prepare(&self, workload: Workload, targets: &Targets, sealer: &Sealer) -> Result<Vec<Script>, Failure> {
        let mut random = Random::new(1);
        let mut scripts = Vec::new();
        for number in 0..HOTELS {
            let target = targets.any(&mut random);
            let context = context(target, number, sealer)?;
            let guest = literal(random.of(&target.guests));
            for (part, (workload, weight)) in workload.parts().into_iter().enumerate() {
                let file = self.directory.join(format!("hotel-{number}-{part}.sql"));
                std::fs::write(&file, script(workload, target, &guest, &context))?;
                scripts.push(Script { file, weight });
            }
        }
        Ok(scripts)
    }

    /// Runs what was prepared, by so many clients; no more than the server has connections.
    pub fn run(&self, scripts: &[Script], clients: usize, duration: Duration) -> Result<Measured, Failure> {
        let seconds = duration.as_secs_f64().ceil().max(1.0) as u64;
        let Some(Host::Unix(socket)) = self.app.get_hosts().first() else {
            return Err("the embedded database has a socket".into());
        };
        let mut command = Command::new(&self.program);
        command.arg("--host").arg(socket).args(["--username", self.app.get_user().unwrap_or_default()]);
        command.env("PGPASSWORD", String::from_utf8_lossy(self.app.get_password().unwrap_or_default()).as_ref());
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--client"])
            .arg(clients.min(self.clients_max).to_string());
        command.arg(format!("--time={seconds}"));
        for Script { file, weight } in scripts {
            command.arg("--file").arg(format!("{}@{weight}", file.display()));
        }
        let output = command.arg(self.app.get_dbname().unwrap_or_default()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        match rate {
            Some(rate) if output.status.success() && text.contains("number of failed transactions: 0 ") => {
                let seconds = seconds as f64;
                Ok(Measured { seconds, requests: (rate * seconds) as u64, ..Measured::default() })
            }
            _ => Err(format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The sealed context of a member who sees the whole hotel.
fn context(target: &Target, number: usize, sealer: &Sealer) -> Result<String, Failure> {
    let expiry = (SystemTime::now() + SEAL_LIFETIME).duration_since(UNIX_EPOCH)?.as_secs();
    let context = TenantContext {
        organization_id: target.organization_id,
        user_id: target.user_id,
        actor_id: None,
        via: Via::Session,
        data_scope: DataScope::All,
        team_ids: Vec::new(),
        own_team_ids: Vec::new(),
        permissions: Permissions::of_member(false),
        request_id: "pgbench-".to_owned() + &number.to_string(),
        address: String::new(),
    };
    Ok(literal(context.sealed_until(sealer, expiry).as_str()))
}

/// One transaction of a workload that has no parts.
fn script(workload: Workload, target: &Target, guest: &str, context: &str) -> String {
    // One hotel's conversation at a time would only measure who waits for whose lock.
    let conversations: Vec<String> = target.conversations.iter().map(literal).collect();
    let conversation = format!("(array[{}])[:nth::integer]::uuid", conversations.join(", "));
    let null = || "null".to_owned();
    // Where the first page goes on from, as `SortKey::before_all` has it.
    let before_all = || "'9999-12-31 23:59:59+00'::timestamptz".to_owned();
    let last_id = || "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid".to_owned();
    let (sql, values) = match workload {
        Workload::Guest => (include_str!("../../sql/queries/guests/get.sql"), vec![guest.to_owned()]),
        Workload::Messages => (
            include_str!("../../sql/queries/messages/list.sql"),
            vec![conversation, literal(MESSAGES + 1), before_all(), last_id()],
        ),
        Workload::Conversations => (
            include_str!("../../sql/queries/conversations/list.sql"),
            vec![literal(CONVERSATIONS + 1), before_all(), last_id(), null(), null(), null(), null()],
        ),
        Workload::Search => (
            include_str!("../../sql/queries/messages/search.sql"),
            vec![literal(WORD), literal(MESSAGES + 1), before_all(), last_id()],
        ),
        Workload::Post | Workload::Mixed => (
            include_str!("../../sql/queries/messages/create.sql"),
            vec![conversation, literal("staff"), literal(CONTENT)],
        ),
    };
    let begin = if workload.writes() { "begin" } else { "begin read only" };
    format!(
        "\\set nth random(1, {})\n\\startpipeline\n{begin};\n{};\n{};\ncommit;\n\\endpipeline\n",
        conversations.len(),
        with_values(SET_CONTEXT, &[context.to_owned()]),
        with_values(sql, &values)
    )
}
