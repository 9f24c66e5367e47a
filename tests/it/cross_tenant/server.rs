//! Servers as they run at a hotel group: the real command, two of them on one database, and
//! every line they log read as it is written.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::tally::Tally;
use super::watch::Markers;
use crate::cross_tenant::wire::Wire;
use crate::observability::url;
use crate::process::{Scratch, free_port, run, stayzr};
use crate::support::{Call, SEAL_KEY, World};

/// So that what waits for a lock is given up before PostgreSQL gives it up.
const REQUEST_TIMEOUT_MS: u64 = 1500;
/// What takes turns with the key of all tests.
const SECOND_SEAL_KEY: [u8; 32] = [8; 32];
/// Tokens expire while the run lasts.
const ACCESS_TOKEN_SECONDS: u64 = 120;

/// The servers, and what they all are told.
pub struct Servers {
    pub each: Vec<Server>,
    environment: Vec<(&'static str, String)>,
    scratch: Scratch,
    reading: Reading,
}

/// One of them.
pub struct Server {
    pub address: SocketAddr,
    child: Mutex<Option<Child>>,
    /// Raised before it is stopped and after it is back: odd while it is away.
    pub epoch: AtomicU64,
    /// Which of the two seal keys comes first. Both are always known.
    seals_with_second: AtomicBool,
}

/// Who reads what they log.
#[derive(Clone)]
struct Reading {
    markers: Arc<Markers>,
    tally: Arc<Tally>,
    /// The number of each hotel, by its place in the run.
    organizations: Vec<i32>,
}

impl Servers {
    /// Starts so many on the database of that world.
    pub async fn start(
        world: &World,
        count: usize,
        post: &str,
        markers: Arc<Markers>,
        tally: Arc<Tally>,
        organizations: Vec<i32>,
    ) -> Servers {
        let scratch = Scratch::new();
        store_second_key(world).await;
        let pem = BASE64_STANDARD.encode(world.token_pkcs8());
        let key_file = scratch.file("token_key");
        fs::write(&key_file, format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")).unwrap();
        let environment = vec![
            ("STAYZR_APP_DATABASE_URL", url("stayzr_app", &world.database)),
            ("STAYZR_PLATFORM_DATABASE_URL", url("stayzr_platform", &world.database)),
            ("STAYZR_SMTP_URL", post.to_owned()),
            ("STAYZR_TOKEN_KEY_FILE", key_file.display().to_string()),
            ("STAYZR_ACCESS_TOKEN_SECONDS", ACCESS_TOKEN_SECONDS.to_string()),
            ("STAYZR_REQUEST_TIMEOUT_MS", REQUEST_TIMEOUT_MS.to_string()),
            ("STAYZR_LOGIN_ATTEMPTS_PER_ACCOUNT", u32::MAX.to_string()),
            ("STAYZR_LOGIN_ATTEMPTS_PER_ADDRESS", u32::MAX.to_string()),
            ("STAYZR_APP_CONNECTIONS", "6".to_owned()),
            ("STAYZR_LOG_FORMAT", "json".to_owned()),
            ("STAYZR_LOG", "info,stayzr=trace".to_owned()),
        ];
        let each = (0..count).map(|_| Server {
            address: format!("127.0.0.1:{}", free_port()).parse().unwrap(),
            child: Mutex::new(None),
            epoch: AtomicU64::new(1),
            seals_with_second: AtomicBool::new(false),
        });
        let reading = Reading { markers, tally, organizations };
        let servers = Servers { each: each.collect(), environment, scratch, reading };
        for server in &servers.each {
            servers.bring_up(server).await;
        }
        servers
    }

    /// Ends one, by the signal of that name, and starts it again on the same address, with the
    /// other seal key first.
    pub async fn restart(&self, number: usize, signal: &str) {
        let server = &self.each[number];
        server.seals_with_second.fetch_xor(true, Ordering::SeqCst);
        server.epoch.fetch_add(1, Ordering::SeqCst);
        let mut child = server.child.lock().unwrap().take().unwrap();
        let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        self.bring_up(server).await;
    }

    async fn bring_up(&self, server: &Server) {
        let listen = server.address.to_string();
        let mut keys = [("test", SEAL_KEY), ("second", SECOND_SEAL_KEY)];
        if server.seals_with_second.load(Ordering::SeqCst) {
            keys.reverse();
        }
        let keys = keys.map(|(id, key)| format!("{id}:{}", BASE64_STANDARD.encode(key))).join(",");
        let environment = [&self.environment[..], &[("STAYZR_SEAL_KEYS", keys)]].concat();
        let mut command = stayzr(&["--listen", &listen], &environment);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (said, reading) = (child.stderr.take().unwrap(), self.reading.clone());
        std::thread::spawn(move || reading.read(said));
        *server.child.lock().unwrap() = Some(child);
        for _ in 0..400 {
            if Wire::to(server.address).ask(&Call::get("/healthz")).await.is_ok() {
                server.epoch.fetch_add(1, Ordering::SeqCst);
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the server does not come up: {:?}", self.reading.tally.findings());
    }

    /// Gives the servers a new key to sign with, as an operator would. Those before stay good, or none does.
    pub async fn rotate_keys(&self, forget_old: bool) {
        let how: &[&str] = if forget_old { &["--forget-old"] } else { &["--overlap-seconds", "0"] };
        let arguments = [&["keys", "rotate"], how].concat();
        let key_file = ("STAYZR_TOKEN_KEY_FILE", self.scratch.file("token_key").display().to_string());
        let (code, said) = tokio::task::block_in_place(|| run(&arguments, &[key_file]));
        assert_eq!(code, 0, "{said}");
    }
}

/// As `stayzr migrate` does for a second key in `STAYZR_SEAL_KEYS` (RFC 2104).
async fn store_second_key(world: &World) {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(SECOND_SEAL_KEY).for_each(|(byte, key)| *byte ^= key);
        block.to_vec()
    };
    let insert = "insert into app.seal_keys (id, inner_pad, outer_pad) values ('second', $1, $2)";
    world.admin().await.execute(insert, &[&pad(0x36), &pad(0x5c)]).await.unwrap();
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Reading {
    fn read(&self, said: ChildStderr) {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            self.tally.line();
            if let Some(fault) = self.fault(&line) {
                self.tally.found(format!("{fault}, in the log: {line}"));
            }
        }
    }

    fn fault(&self, line: &str) -> Option<&'static str> {
        if self.markers.any(line) {
            return Some("a hotel's word");
        }
        if line.contains("tenant_context_refused") {
            return Some("a context that PostgreSQL refused");
        }
        if line.contains("\"status\":500") {
            return Some("an internal error");
        }
        // The requests of the run are named after the hotel whose member sends them: `h2-…`.
        let of = |name: &str| line.split_once(&format!("\"{name}\":")).map(|(_, rest)| rest);
        let request = of("request_id")?.strip_prefix("\"h")?;
        let hotel: usize = request.split('-').next()?.parse().ok()?;
        let organization = of("organization")?.split([',', '}']).next()?;
        let theirs = organization == "null" || organization == self.organizations[hotel].to_string();
        (!theirs).then_some("a request as another hotel's")
    }
}
