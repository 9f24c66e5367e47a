//! The log of the real command: what is in a line, and what never is.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio_postgres::config::Host;

use crate::support::{Cluster, PASSWORD, SEAL_KEY, World};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// `stayzr serve` on the database of a world. It logs to a file: a pipe that nobody
/// reads meanwhile would stop it when it is full.
struct Server {
    child: Option<Child>,
    log: File,
    base: String,
    client: reqwest::Client,
}

impl Server {
    async fn start(world: &World, format: &str, filter: &str) -> Server {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = std::env::temp_dir().join(format!("stayzr-log-{}-{port}", std::process::id()));
        let log = File::options().create_new(true).read(true).write(true).open(&path).unwrap();
        std::fs::remove_file(&path).unwrap(); // It goes with its last user.
        let pem = BASE64_STANDARD.encode(world.token_pkcs8());
        let child = Command::new(env!("CARGO_BIN_EXE_stayzr"))
            .env("STAYZR_APP_DATABASE_URL", url("stayzr_app", &world.database))
            .env("STAYZR_PLATFORM_DATABASE_URL", url("stayzr_platform", &world.database))
            .env("STAYZR_SEAL_KEYS", format!("test:{}", BASE64_STANDARD.encode(SEAL_KEY)))
            .env("STAYZR_TOKEN_KEY", format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n"))
            .env("STAYZR_LISTEN", format!("127.0.0.1:{port}"))
            .env("STAYZR_LOG_FORMAT", format)
            .env("STAYZR_LOG", filter)
            .stdout(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .spawn()
            .unwrap();
        let server = Server {
            child: Some(child),
            log,
            base: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::new(),
        };
        for _ in 0..200 {
            if server.client.get(format!("{}/healthz", server.base)).send().await.is_ok() {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not come up");
    }

    fn request(&self, method: &str, path: &str, id: &str, token: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.base));
        let request =
            request.header("X-Request-Id", id).header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// Stops it, as an operator would; what it wrote.
    fn stop(mut self) -> String {
        let mut child = self.child.take().unwrap();
        let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        let status = child.wait().unwrap();
        let mut log = String::new();
        self.log.rewind().unwrap();
        self.log.read_to_string(&mut log).unwrap();
        assert!(status.success(), "{log}");
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// How that login reaches a database, for the environment of a command.
pub fn url(role: &str, database: &str) -> String {
    let config = Cluster::get().config(role, database);
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let [Host::Unix(socket)] = config.get_hosts() else { panic!("the test cluster listens on a socket only") };
    let password = String::from_utf8(config.get_password().unwrap().to_vec()).unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let (socket, password) = (encode(socket.to_str().unwrap()), encode(&password));
    format!("postgresql:///{database}?user={role}&password={password}&host={socket}&port={port}")
}

/// The lines of a JSON log that name this request.
fn lines(log: &str, request_id: &str) -> Vec<Value> {
    let all =
        log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    all.filter(|line| line["request_id"] == request_id).collect()
}

/// A working day at the hotel; what came in with it that must not be in the log.
async fn work(server: &Server, world: &Arc<World>) -> Vec<String> {
    let hotel = world.hotel("grand-plaza").await;
    let token = hotel.admin_token.as_str();
    let login = json!({"organization": "grand-plaza", "email": "admin@grand-plaza.example", "password": PASSWORD});
    let answer = server.request("POST", "/v1/auth/login", "login-good", "").json(&login).send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "login-good");
    let signed = answer.json::<Value>().await.unwrap()["accessToken"].as_str().unwrap().to_owned();
    let wrong =
        json!({"organization": "grand-plaza", "email": "admin@grand-plaza.example", "password": "wr0ng-secret"});
    let post = async |path: &str, id: &str, body: Value| {
        server.request("POST", path, id, token).json(&body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    post("/v1/auth/login", "login-wrong", wrong).await;
    let body = json!({"fullName": "Ada Hush", "email": "ada.hush@example.com", "notes": "whispers at night"});
    let guest = post("/v1/guests", "guest-create", body.clone()).await;
    post("/v1/guests", "guest-taken", body).await;
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    server.request("GET", &path, "guest-get", token).send().await.unwrap();
    server.request("GET", "/v1/guests?search=ada+hush", "guest-search", token).send().await.unwrap();
    for _ in 0..5 {
        let talk = post("/v1/conversations", "talk-create", json!({"guestId": guest["id"], "channel": "sms"})).await;
        let path = format!("/v1/conversations/{}/messages", talk["id"].as_str().unwrap());
        post(&path, "message-create", json!({"content": "a whispered secret"})).await;
    }
    server.request("GET", "/v1/conversations", "talk-list", token).send().await.unwrap();
    let user = json!({"email": "n@example.com", "fullName": "N", "password": "correct horse battery"});
    post("/v1/users", "user-create", user).await;
    server.request("POST", "/v1/guests", "body-bad", token).body("{\"notes\": \"a half secret").send().await.unwrap();
    server.request("GET", "/v1/nothing", "path-bad", token).send().await.unwrap();
    server.request("GET", "/v1/guests", "token-bad", "e30.forged-token.e30").send().await.unwrap();
    [
        "ada.hush",
        "Ada Hush",
        "ada+hush",
        "ada hush",
        "whispers at night",
        "whispered secret",
        "half secret",
        "forged-token",
        "wr0ng-secret",
        "correct horse",
        "argon2",
        PASSWORD,
        "admin@grand-plaza",
        "PRIVATE KEY",
        token,
        &signed,
    ]
    .map(str::to_owned)
    .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_one_line_each_and_no_secret_is_in_any() {
    let world = World::new().await;
    let server = Server::start(&world, "json", "info").await;
    let secrets = work(&server, &world).await;
    let log = server.stop();
    for (id, operation, status, organization, statements) in [
        ("login-good", Some("auth_login"), 200, false, None),
        ("login-wrong", Some("auth_login"), 401, false, None),
        ("guest-create", Some("guests_create"), 201, true, Some(1)),
        ("guest-taken", Some("guests_create"), 409, true, Some(1)),
        ("guest-get", Some("guests_get"), 200, true, Some(1)),
        ("guest-search", Some("guests_list"), 200, true, Some(1)),
        // Five rows with their guests and last messages: one statement, not one for each.
        ("talk-list", Some("conversations_list"), 200, true, Some(1)),
        ("user-create", Some("users_create"), 201, true, Some(1)),
        ("body-bad", Some("guests_create"), 415, true, Some(0)),
        ("path-bad", None, 404, true, Some(0)),
        ("token-bad", None, 401, false, Some(0)),
    ] {
        let lines = lines(&log, id);
        assert_eq!(lines.len(), 1, "{id}: {lines:?}");
        let line = &lines[0];
        assert_eq!(line["operation"], operation.map_or(Value::Null, |name| json!(name)), "{line}");
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["organization"].is_i64(), organization, "{line}");
        assert_eq!(line["trace_id"], TRACE, "{line}");
        assert!(line["duration_ms"].as_f64().is_some_and(|duration| duration > 0.0), "{line}");
        if let Some(statements) = statements {
            assert_eq!(line["statements"], statements, "{line}");
        }
    }
    assert_eq!(lines(&log, "message-create").len(), 5);
    // A hit asks for no standing, and so for no plan.
    let misses = ["guest-create", "guest-get"].map(|id| lines(&log, id)[0]["cache_misses"].clone());
    assert_eq!(misses, [json!(1), json!(0)]);
    for secret in &secrets {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Whoever turns the log up to find a fault does not find passwords.
#[tokio::test(flavor = "multi_thread")]
async fn requests_leave_no_secret_in_the_log_at_its_loudest() {
    let world = World::new().await;
    let server = Server::start(&world, "json", "trace").await;
    let secrets = work(&server, &world).await;
    let log = server.stop();
    assert!(log.contains("DEBUG"), "it is loud");
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_logged_as_the_configuration_says() {
    let world = World::new().await;
    for (format, filter, expected) in [("human", "info", true), ("human", "warn", false), ("json", "stayzr=info", true)]
    {
        let server = Server::start(&world, format, filter).await;
        server.request("GET", "/readyz", "ready-0001", "").send().await.unwrap();
        let log = server.stop();
        assert_eq!(log.contains("ready-0001"), expected, "{format} {filter}: {log}");
        assert_eq!(log.lines().any(|line| line.starts_with('{')), expected && format == "json", "{log}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_stayzr")).arg("openapi").env("STAYZR_LOG", "=/=").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("log filter"));
}
