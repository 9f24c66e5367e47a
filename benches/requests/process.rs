//! The program itself on the database of the benchmark: how long it takes to be ready, and how much memory it has when
//! many hotels are active.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::Failure;
use crate::client::ask_once;
use crate::http::Client;

/// How often it is started.
const STARTS: usize = 5;
const CONNECTIONS: usize = 16;
/// What takes longer to be ready never is.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a process of its own, which ends with this.
struct Process {
    child: Child,
    address: SocketAddr,
    ready_after: Duration,
}

/// Starts it some times, and asks the last one as each of those. `environment` is what it needs to know.
pub async fn measure(environment: &[(&str, String)], tokens: &[String]) -> Result<(), Failure> {
    let mut times = Vec::new();
    for _ in 1..STARTS {
        times.push(Process::start(environment).await?.ready_after);
    }
    let process = Process::start(environment).await?;
    times.push(process.ready_after);
    times.sort_unstable();
    let [median, least, greatest] =
        [times[STARTS / 2], times[0], times[STARTS - 1]].map(|time| time.as_secs_f64() * 1000.0);
    println!("\nready {median:.0} ms ({least:.0} to {greatest:.0}) after the process is started, of {STARTS} starts");
    let before = process.resident();
    ask_all(process.address, tokens).await?;
    let megabytes =
        |kilobytes: Option<u64>| kilobytes.map_or("-".into(), |some| format!("{:.1}", some as f64 / 1024.0));
    println!(
        "resident memory {} MiB when it is ready, {} MiB when each of {} hotels has asked once",
        megabytes(before),
        megabytes(process.resident()),
        tokens.len()
    );
    Ok(())
}

/// The address of a role, with its password in it.
pub fn url(config: &Config) -> Result<String, Failure> {
    let Some(Host::Unix(directory)) = config.get_hosts().first() else {
        return Err("the embedded database has a socket".into());
    };
    let password = std::str::from_utf8(config.get_password().unwrap_or_default())?;
    let host = directory.display().to_string().replace('/', "%2F");
    let (user, database) = (config.get_user().unwrap_or_default(), config.get_dbname().unwrap_or_default());
    Ok(format!("postgres://{user}:{password}@{host}:5432/{database}?sslmode=disable"))
}

async fn ask_all(address: SocketAddr, tokens: &[String]) -> Result<(), Failure> {
    let work = tokens.chunks(tokens.len().div_ceil(CONNECTIONS).max(1)).map(async |tokens| {
        let mut client = Client::connect(address).await?;
        for token in tokens {
            let status = client.ask(&request("/v1/guests?limit=1", token)).await?.status;
            if status != 200 {
                return Err(Failure::from(format!("a hotel was answered with {status}")));
            }
        }
        Ok(())
    });
    try_join_all(work).await.map(drop)
}

fn request(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

impl Process {
    /// On a free port, until it says that it is ready.
    async fn start(environment: &[(&str, String)]) -> Result<Process, Failure> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_stayzr"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STAYZR_")) {
            command.env_remove(name);
        }
        command.args(["--listen", &address.to_string(), "--log", "error"]);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let begin = Instant::now();
        let mut process = Process { child: command.spawn()?, address, ready_after: Duration::ZERO };
        // Nobody listens at first.
        while !ask_once(address, &request("/readyz", "")).await.is_ok_and(|(status, _)| status == 200) {
            if begin.elapsed() > PATIENCE || process.child.try_wait()?.is_some() {
                return Err("the program does not get ready".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        process.ready_after = begin.elapsed();
        Ok(process)
    }

    /// In kilobytes; none where there is no /proc.
    fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
