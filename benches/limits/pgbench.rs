//! pgbench, which writes one message a transaction.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stayzr::auth::Permissions;
use stayzr::db::Client;
use stayzr::tenancy::{Sealer, TenantContext, Via};
use stayzr::users::DataScope;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::Failure;
use crate::context::SET_CONTEXT;
use crate::script::{literal, with_values};

/// The seal outlasts the benchmark.
const SEAL_LIFETIME: Duration = Duration::from_secs(86_400);

/// Who writes.
#[derive(Clone, Copy)]
pub enum Writer {
    /// `stayzr_app` in a sealed context, with the statement of the server, in one round trip.
    Server,
    /// An administrator, whom row security does not bind: a bare insert.
    Bare,
}

impl Writer {
    /// The one that matters first.
    pub const ALL: [Writer; 2] = [Writer::Server, Writer::Bare];

    /// For the report.
    pub fn name(self) -> &'static str {
        match self {
            Writer::Server => "As the server writes",
            Writer::Bare => "A bare insert",
        }
    }
}

/// pgbench and what it is to run.
pub struct Pgbench {
    program: PathBuf,
    logins: [Config; 2],
    directory: PathBuf,
    connections: u32,
    seconds: u32,
}

impl Pgbench {
    /// The one that lies beside the server. `logins` are those of [`Writer::ALL`].
    pub async fn new(
        admin: &Client,
        logins: [Config; 2],
        sealer: &Sealer,
        connections: u32,
        seconds: u32,
    ) -> Result<Self, Failure> {
        let programs = "select setting from pg_config where name = 'BINDIR'";
        let programs: String = admin.query_one(programs, &[]).await?.try_get(0)?;
        let directory = std::env::temp_dir().join(format!("stayzr-limits-scripts-{}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        let program = PathBuf::from(programs).join("pgbench");
        let pgbench = Pgbench { program, logins, directory, connections, seconds };
        std::fs::write(pgbench.script(Writer::Bare), include_str!("message.sql"))?;
        std::fs::write(pgbench.script(Writer::Server), as_the_server(sealer)?)?;
        Ok(pgbench)
    }

    /// Transactions a second.
    pub fn run(&self, writer: Writer) -> Result<f64, Failure> {
        let login = &self.logins[writer as usize];
        let Some(Host::Unix(socket)) = login.get_hosts().first() else {
            return Err("the embedded database has a socket".into());
        };
        let mut command = Command::new(&self.program);
        command.arg("--host").arg(socket).args(["--username", login.get_user().unwrap_or_default()]);
        command.env("PGPASSWORD", String::from_utf8_lossy(login.get_password().unwrap_or_default()).as_ref());
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file"]).arg(self.script(writer));
        command.args([format!("--client={}", self.connections), format!("--time={}", self.seconds)]);
        let output = command.arg(login.get_dbname().unwrap_or_default()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        match rate {
            Some(rate) if output.status.success() && text.contains("number of failed transactions: 0 ") => Ok(rate),
            // The first line: every connection says the same.
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(format!("pgbench: {}", said.lines().find(|line| line.contains("error")).unwrap_or(&text)).into())
            }
        }
    }

    fn script(&self, writer: Writer) -> PathBuf {
        self.directory.join(match writer {
            Writer::Server => "server.sql",
            Writer::Bare => "bare.sql",
        })
    }
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// What `POST /v1/conversations/{id}/messages` sends, of a member of the one hotel there is.
fn as_the_server(sealer: &Sealer) -> Result<String, Failure> {
    let expiry = (SystemTime::now() + SEAL_LIFETIME).duration_since(UNIX_EPOCH)?.as_secs();
    let context = TenantContext {
        organization_id: 1,
        user_id: uuid::Uuid::from_u128(1),
        actor_id: None,
        via: Via::Session,
        data_scope: DataScope::All,
        team_ids: Vec::new(),
        own_team_ids: Vec::new(),
        permissions: Permissions::of_member(false),
        request_id: "pgbench-1".into(),
        address: String::new(),
    };
    let context = literal(context.sealed_until(sealer, expiry).as_str());
    let message =
        ["md5(:n::text)::uuid".into(), literal("guest"), literal("Is the pool open on Sundays, and until when?")];
    Ok(format!(
        "\\set n random(1, 1000)\n\\startpipeline\nbegin;\n{};\n{};\ncommit;\n\\endpipeline\n",
        with_values(SET_CONTEXT, &[context]),
        with_values(include_str!("../../sql/queries/messages/create.sql"), &message)
    ))
}
