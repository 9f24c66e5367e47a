//! The program itself, as a user runs it: it starts, stops, is killed, and says what is wrong.

mod audit;
mod audit_report;
mod existing;
mod keys;
mod metrics;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A safety net: what takes longer never happens.
const PATIENCE: Duration = Duration::from_secs(60);
/// "Within seconds": the grace for requests under way is five, PostgreSQL needs less.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

/// A directory that goes with the test.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("stayzr-process-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        // PostgreSQL runs as another user where the tests run as root.
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Scratch(path)
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn data_dir(&self) -> PathBuf {
        self.0.join("data")
    }

    fn postmaster(&self) -> u32 {
        let text = fs::read_to_string(self.data_dir().join("cluster/postmaster.pid")).unwrap();
        text.lines().next().unwrap().trim().parse().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program with an environment of its own.
struct Stayzr {
    child: Child,
    base: String,
    output: PathBuf,
}

/// A command without anything that the tests' own environment says about Stayzr.
pub fn stayzr(arguments: &[&str], environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stayzr"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("STAYZR_") && name != "STAYZR_POSTGRES_BIN" {
            command.env_remove(name);
        }
    }
    command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    command
}

/// Runs it to its end; status and everything it said.
pub fn run(arguments: &[&str], environment: &[(&str, String)]) -> (i32, String) {
    let output = stayzr(arguments, environment).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("an exit code"), String::from_utf8(said).unwrap())
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Stayzr {
    /// Starts it on a free port.
    fn start(scratch: &Scratch, environment: &[(&str, String)]) -> Stayzr {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let listen = format!("127.0.0.1:{}", free_port());
        let output = scratch.0.join(format!("output-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let file = fs::File::create(&output).unwrap();
        let child =
            stayzr(&["--listen", &listen], environment).stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Stayzr { child, base: format!("http://{listen}"), output }
    }

    fn embedded(scratch: &Scratch) -> Stayzr {
        Stayzr::start(scratch, &[("STAYZR_DATA_DIR", scratch.data_dir().display().to_string())])
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.output).unwrap()
    }

    async fn ready(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let url = format!("{}/readyz", self.base);
        while !reqwest::get(&url).await.is_ok_and(|response| response.status() == 200) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "not ready ({ended:?}):\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    async fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + STOPS_WITHIN;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Signs in with the demo credentials.
    async fn token(&self) -> String {
        let credentials =
            json!({"organization": "grand-plaza", "email": "admin@grand-plaza.example", "password": "stayzr-demo"});
        let url = format!("{}/v1/auth/login", self.base);
        let response = reqwest::Client::new().post(url).json(&credentials).send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", self.said());
        response.json::<Value>().await.unwrap()["accessToken"].as_str().unwrap().to_owned()
    }

    async fn create_guest(&self, email: &str) -> String {
        let guest = json!({"fullName": "Ada", "email": email});
        let request = reqwest::Client::new().post(format!("{}/v1/guests", self.base)).bearer_auth(self.token().await);
        let response = request.json(&guest).send().await.unwrap();
        assert_eq!(response.status(), 201);
        response.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn guest_status(&self, id: &str) -> u16 {
        let request = reqwest::Client::new().get(format!("{}/v1/guests/{id}", self.base));
        request.bearer_auth(self.token().await).send().await.unwrap().status().as_u16()
    }
}

impl Drop for Stayzr {
    fn drop(&mut self) {
        // PostgreSQL follows by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn alive(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// Whatever still runs on that data directory.
fn processes_of(data_dir: &Path) -> Vec<String> {
    let needle = data_dir.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .map(|command| String::from_utf8_lossy(&command).replace('\0', " "))
        .filter(|command| command.contains(needle))
        .collect()
}

async fn gone(pid: u32) {
    let deadline = Instant::now() + STOPS_WITHIN;
    while alive(pid) {
        assert!(Instant::now() < deadline, "PostgreSQL ({pid}) outlives Stayzr");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_told_and_recovers_when_killed() {
    let scratch = Scratch::new();
    let mut first = Stayzr::embedded(&scratch);
    first.ready().await;
    let postmaster = scratch.postmaster();
    let kept = first.create_guest("kept@example.com").await;
    for said in ["grand-plaza", "stayzr-demo", "/docs", "curl"] {
        assert!(first.said().contains(said), "no word of {said}:\n{}", first.said());
    }

    // Another one on the same data or the same port says what is wrong and does no harm.
    let data_dir = ("STAYZR_DATA_DIR", scratch.data_dir().display().to_string());
    let elsewhere = format!("127.0.0.1:{}", free_port());
    let (code, said) = run(&["--listen", &elsewhere], std::slice::from_ref(&data_dir));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(scratch.data_dir().to_str().unwrap()) && said.contains("already uses"), "{said}");
    let other = ("STAYZR_DATA_DIR", scratch.0.join("other").display().to_string());
    let (code, said) = run(&["--listen", first.base.trim_start_matches("http://")], &[other]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("cannot listen on") && said.contains("STAYZR_LISTEN"), "{said}");
    assert!(!scratch.0.join("other").exists(), "nothing is made for a server that cannot listen");

    first.signal("-TERM");
    let status = first.ended().await;
    assert_eq!(status.code(), Some(0), "{}", first.said());
    assert!(!alive(postmaster), "PostgreSQL goes first");
    assert_eq!(processes_of(&scratch.data_dir()), [""; 0]);

    let mut second = Stayzr::embedded(&scratch);
    second.ready().await;
    assert!(second.said().contains("The data is as you left it"), "{}", second.said());
    assert_eq!(second.guest_status(&kept).await, 200);
    let written = second.create_guest("written@example.com").await;
    let postmaster = scratch.postmaster();
    second.signal("-KILL");
    second.ended().await;
    gone(postmaster).await;

    let mut third = Stayzr::embedded(&scratch);
    third.ready().await;
    assert_eq!(third.guest_status(&kept).await, 200);
    assert_eq!(third.guest_status(&written).await, 200, "it was acknowledged before the kill");
    let postmaster = scratch.postmaster();

    // Killed together with its PostgreSQL, and started again at once.
    assert!(Command::new("kill").args(["-KILL", &postmaster.to_string()]).status().unwrap().success());
    third.signal("-KILL");
    third.ended().await;
    let mut fourth = Stayzr::embedded(&scratch);
    fourth.ready().await;
    assert_eq!(fourth.guest_status(&written).await, 200);
    fourth.signal("-INT");
    assert_eq!(fourth.ended().await.code(), Some(0), "Ctrl-C is as good as SIGTERM");
    assert_eq!(processes_of(&scratch.data_dir()), [""; 0]);
    let secrets = fs::read_dir(scratch.data_dir().join("secrets")).unwrap().map(|entry| entry.unwrap().path());
    for secret in secrets.filter_map(|path| fs::read_to_string(path).ok()) {
        for stayzr in [&first, &second, &third, &fourth] {
            assert!(!stayzr.said().contains(secret.trim()), "a secret was said");
        }
    }
}

/// PostgreSQL that ends although nobody stopped it ends the server: a service manager restarts both.
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_its_postgres_and_says_why() {
    let scratch = Scratch::new();
    let mut stayzr = Stayzr::embedded(&scratch);
    stayzr.ready().await;
    assert!(Command::new("kill").args(["-KILL", &scratch.postmaster().to_string()]).status().unwrap().success());
    assert_eq!(stayzr.ended().await.code(), Some(2), "{}", stayzr.said());
    assert!(stayzr.said().contains("postgres.log"), "{}", stayzr.said());
}
