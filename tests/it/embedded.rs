//! The embedded PostgreSQL, really started: it keeps data, excludes others, and leaves nothing behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use stayzr::db::embedded::{Embedded, EmbeddedError, LOGIN_ROLES, Options};
use tokio_postgres::{Client, NoTls};

/// Names the data directory to the test binary that plays the parent process.
const PARENT_DATA_DIR: &str = "STAYZR_TEST_PARENT_DATA_DIR";
const GONE_WITHIN: Duration = Duration::from_secs(15);

/// A data directory that goes with the test, also when a server could not remove it.
struct DataDir(PathBuf);

impl DataDir {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("stayzr-it-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn kept(&self) -> Options {
        let mut options = Options::new(&self.0);
        options.path = std::env::var_os("PATH");
        options.durable = false;
        options.download = false;
        options
    }

    fn ephemeral(&self) -> Options {
        let mut options = self.kept();
        options.ephemeral = true;
        options
    }

    fn postmaster(&self) -> Option<u32> {
        let text = fs::read_to_string(self.0.join("cluster/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn connect(config: tokio_postgres::Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn show(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

fn alive(pid: u32) -> bool {
    // A process that ended and that nobody waited for is not alive.
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + GONE_WITHIN;
    while !condition() {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn kill(pid: u32) {
    let status = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(status.unwrap().success());
}

fn parent_of(pid: u32) -> u32 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    rest.split(' ').nth(1).unwrap().parse().unwrap()
}

fn children_of(pid: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter(|child| {
            fs::exists(format!("/proc/{child}")).unwrap_or(false) && alive(*child) && parent_of(*child) == pid
        })
        .collect()
}

#[tokio::test]
async fn a_second_start_reuses_the_data() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    assert!(server.create_database("stay\"zr").await.unwrap());
    assert!(!server.create_database("stay\"zr").await.unwrap());
    let client = connect(server.superuser("stay\"zr")).await.unwrap();
    client.batch_execute("create table kept as select 'a guest' as name").await.unwrap();
    server.stop().await.unwrap();
    assert!(client.simple_query("select 1").await.is_err(), "stop ends open connections");

    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    let client = connect(server.superuser("stay\"zr")).await.unwrap();
    assert_eq!(show(&client, "select name from kept").await, "a guest");
    server.stop().await.unwrap();
    assert!(!dir.0.exists(), "an ephemeral server removes its directory");
}

#[tokio::test]
async fn only_the_socket_and_a_password_let_in() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    let client = connect(server.superuser("postgres")).await.unwrap();
    for (setting, value) in [
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
        ("password_encryption", "scram-sha-256"),
        ("fsync", "off"),
    ] {
        assert_eq!(show(&client, &format!("show {setting}")).await, value, "{setting}");
    }
    assert_eq!(show(&client, "select upper('ä') || lower('É')").await, "Äé");

    let mut wrong = server.superuser("postgres");
    wrong.password("wrong");
    assert!(connect(wrong).await.is_err());

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(server.socket_dir()), 0o700);
    for private in ["secrets", "cluster"] {
        assert_eq!(mode(&dir.0.join(private)), 0o700, "{private}");
    }
    for private in ["secrets/postgres", "secrets/stayzr_app", "postgres.log"] {
        assert_eq!(mode(&dir.0.join(private)), 0o600, "{private}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_roles_log_in_with_their_generated_passwords() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    let client = connect(server.superuser("postgres")).await.unwrap();
    let missing = server.set_role_passwords().await.unwrap_err().to_string();
    assert!(missing.contains("role \"stayzr_app\" does not exist"), "{missing}");
    for role in LOGIN_ROLES {
        client.batch_execute(&format!("create role {role} login")).await.unwrap();
        assert!(connect(server.config(role, "postgres")).await.is_err(), "not before it is set");
    }
    server.set_role_passwords().await.unwrap();
    for role in LOGIN_ROLES {
        let client = connect(server.config(role, "postgres")).await.unwrap();
        assert_eq!(show(&client, "select current_user::text").await, role);
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_data_directory_serves_one_process() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    let error = Embedded::start(dir.ephemeral()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::InUse { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains(dir.0.to_str().unwrap()), "{message}");
    assert!(message.contains(&std::process::id().to_string()), "{message}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_server_stops_and_the_next_start_waits_for_it() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    let first = dir.postmaster().unwrap();
    drop(server);
    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    assert!(!alive(first));
    server.stop().await.unwrap();
}

/// Not a test by itself: the process that `a_killed_parent_takes_the_server_with_it` kills.
#[tokio::test]
#[ignore = "run by a_killed_parent_takes_the_server_with_it"]
async fn play_the_parent() {
    let Some(data_dir) = std::env::var_os(PARENT_DATA_DIR) else {
        return;
    };
    let dir = std::mem::ManuallyDrop::new(DataDir(PathBuf::from(data_dir)));
    let _server = Embedded::start(dir.ephemeral()).await.unwrap();
    // The harness writes to standard error only what is captured, so a file says that it is ready.
    fs::write(dir.0.join("ready"), "").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_parent_takes_the_server_with_it() {
    let dir = DataDir::new();
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "embedded::play_the_parent", "--ignored"])
        .env(PARENT_DATA_DIR, &dir.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the parent is ready", || dir.0.join("ready").exists()).await;
    let postmaster = dir.postmaster().unwrap();
    assert!(alive(postmaster));
    let supervisor = parent_of(postmaster);

    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("the server stops", || !alive(postmaster)).await;
    eventually("its supervisor ends", || !alive(supervisor)).await;
    // Its parent directory may belong to root, and then an empty directory stays.
    eventually("the data goes", || !dir.0.join("cluster").exists() && !dir.0.join("secrets").exists()).await;
}

#[tokio::test]
async fn an_orphaned_server_is_stopped_by_the_next_start() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    let orphan = dir.postmaster().unwrap();
    let supervisor = parent_of(orphan);
    for child in children_of(supervisor) {
        if child != orphan {
            kill(child);
        }
    }
    kill(supervisor);
    drop(server);
    assert!(alive(orphan), "nobody is left to stop it");

    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    assert!(!alive(orphan));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_is_noticed_and_recovers() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    kill(dir.postmaster().unwrap());
    let ended = tokio::time::timeout(GONE_WITHIN, server.ended()).await.unwrap();
    assert!(matches!(ended, EmbeddedError::Ended { .. }), "{ended}");
    drop(server);

    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    connect(server.superuser("postgres")).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_process_that_has_the_old_number_is_left_alone() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    let file = dir.0.join("cluster/postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    server.stop().await.unwrap();

    // As after a crash of a container: the number now belongs to some process of the same user.
    let mut bystander = Command::new("sleep");
    bystander.arg("60");
    {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        let cluster = fs::metadata(dir.0.join("cluster")).unwrap();
        bystander.uid(cluster.uid()).gid(cluster.gid());
    }
    let mut bystander = bystander.spawn().unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&file, format!("{}\n{rest}", bystander.id())).unwrap();

    let server = Embedded::start(dir.ephemeral()).await;
    assert!(bystander.try_wait().unwrap().is_none(), "it was not ours to stop");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    server.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn an_initdb_cut_short_is_done_again() {
    let dir = DataDir::new();
    let half = dir.0.join("initdb-1/cluster");
    fs::create_dir_all(&half).unwrap();
    fs::set_permissions(&dir.0, fs::Permissions::from_mode(0o711)).unwrap();
    fs::write(half.join("PG_VERSION"), "15\n").unwrap();
    let server = Embedded::start(dir.ephemeral()).await.unwrap();
    assert!(!dir.0.join("initdb-1").exists());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_start_shows_its_log() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    server.stop().await.unwrap();
    fs::write(dir.0.join("cluster/postgresql.conf"), "no_such_setting = 1\n").unwrap();
    let message = Embedded::start(dir.kept()).await.unwrap_err().to_string();
    assert!(message.contains("no_such_setting"), "{message}");
    assert!(message.contains("postgres.log"), "{message}");
}

#[tokio::test]
async fn foreign_files_are_not_overwritten() {
    let dir = DataDir::new();
    fs::create_dir_all(dir.0.join("cluster")).unwrap();
    fs::write(dir.0.join("cluster/mine"), "").unwrap();
    let error = Embedded::start(dir.kept()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::NotACluster { .. }), "{error}");
    assert!(dir.0.join("cluster/mine").exists());
}

#[tokio::test]
async fn a_lost_secret_is_named() {
    let dir = DataDir::new();
    let server = Embedded::start(dir.kept()).await.unwrap();
    server.stop().await.unwrap();
    fs::remove_file(dir.0.join("secrets/postgres")).unwrap();
    let error = Embedded::start(dir.ephemeral()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::PasswordRefused { .. }), "{error}");
    assert!(error.to_string().contains("secrets/postgres"), "{error}");
}

#[tokio::test]
async fn a_long_data_directory_works() {
    let dir = DataDir::new();
    let long = DataDir(dir.0.join("x".repeat(120)));
    let server = Embedded::start(long.ephemeral()).await.unwrap();
    let socket_dir = server.socket_dir().to_owned();
    assert!(socket_dir.starts_with("/tmp"), "{}", socket_dir.display());
    connect(server.superuser("postgres")).await.unwrap();
    server.stop().await.unwrap();
    assert!(!socket_dir.exists());
}

#[tokio::test]
async fn a_binary_that_was_pointed_at_is_used_or_refused() {
    let dir = DataDir::new();
    let mut options = dir.ephemeral();
    options.postgres_bin = Some("/nowhere/bin".into());
    let message = Embedded::start(options).await.unwrap_err().to_string();
    assert!(message.contains("STAYZR_POSTGRES_BIN") && message.contains("/nowhere/bin"), "{message}");
}
