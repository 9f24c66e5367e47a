//! One PostgreSQL for the whole run. It starts when the first test asks and goes, data
//! and all, when the process ends, however it ends.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};
use stayzr::db::embedded::{self, Embedded, Options};
use stayzr::db::{self, migrate};
use stayzr::tenancy::SealKey;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config};

/// The key the test databases are sealed with.
pub const SEAL_KEY: [u8; 32] = [7; 32];

/// Names the data directory of a PostgreSQL that another run has started, for a run that is to use that one.
pub const CLUSTER_OF: &str = "STAYZR_TEST_CLUSTER";
/// Names the database there that every database of this run is a copy of, in place of a healthy one: see
/// `isolation_mutants`.
pub const TEMPLATE_OF: &str = "STAYZR_TEST_TEMPLATE";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::of_this_run);
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The PostgreSQL of the tests.
pub struct Cluster {
    options: Options,
    /// None: another run's.
    embedded: Option<Embedded>,
}

impl Cluster {
    /// The one of this run.
    pub fn get() -> &'static Cluster {
        &CLUSTER
    }

    fn of_this_run() -> Cluster {
        match std::env::var_os(CLUSTER_OF) {
            Some(directory) => Cluster { options: options(directory.into()), embedded: None },
            None => Cluster::start(),
        }
    }

    /// Another one, for tests that change roles, which a whole cluster shares.
    ///
    /// Starts on a thread of its own: each test has a runtime that ends with it, and the
    /// server has to outlive them all.
    pub fn start() -> Cluster {
        let (send, receive) = std::sync::mpsc::channel();
        let options = options(std::env::temp_dir().join(format!("stayzr-{}", fresh_name())));
        let started = options.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                send.send(Embedded::start(started).await.expect("PostgreSQL starts")).unwrap();
                std::future::pending::<()>().await;
            });
        });
        Cluster { options, embedded: Some(receive.recv().expect("the cluster thread reports")) }
    }

    /// Where its data is.
    pub fn directory(&self) -> &Path {
        &self.options.data_dir
    }

    /// How to connect to a database as one of the login roles, with its real password.
    pub fn config(&self, role: &str, database: &str) -> Config {
        match &self.embedded {
            Some(embedded) => embedded.config(role, database),
            None => embedded::running(&self.options, role, database).unwrap().expect("the other run's PostgreSQL"),
        }
    }

    /// How to connect as the administrator.
    pub fn superuser(&self, database: &str) -> Config {
        self.config("postgres", database)
    }

    /// An empty database; its administrator's address.
    pub async fn empty_database(&self) -> Config {
        let name = fresh_name();
        let client = connect(&self.superuser("postgres")).await;
        client.batch_execute(&format!("create database {name}")).await.unwrap();
        self.superuser(&name)
    }

    /// The name of a new database with the schema of this release and no rows.
    pub async fn migrated_database(&self) -> String {
        let template = TEMPLATE.get_or_init(|| self.template()).await;
        self.copy_of(template).await
    }

    /// The name of a new database that is a copy of that one, to which nobody may be connected.
    pub async fn copy_of(&self, template: &str) -> String {
        let name = fresh_name();
        let client = connect(&self.superuser("postgres")).await;
        client.batch_execute(&format!("create database {name} template {template} strategy file_copy")).await.unwrap();
        // A clone has the template's rows and not its database-level grants.
        client
            .batch_execute(&format!(
                "revoke all on database {name} from public;
                 grant connect on database {name} to stayzr_app, stayzr_platform, stayzr_auditor"
            ))
            .await
            .unwrap();
        name
    }

    /// Drops that database, whoever is connected to it.
    pub async fn drop_database(&self, name: &str) {
        let client = connect(&self.superuser("postgres")).await;
        client.batch_execute(&format!("drop database {name} with (force)")).await.unwrap();
    }

    /// Drops what the run in that process has left.
    pub async fn drop_databases_of(&self, process: u32) {
        let client = connect(&self.superuser("postgres")).await;
        let sql = "select datname from pg_database where starts_with(datname, $1)";
        for row in client.query(sql, &[&format!("test_{process}_")]).await.unwrap() {
            self.drop_database(row.get(0)).await;
        }
    }

    /// The one migrated database of a cluster of one's own.
    pub async fn first_database(&self) -> String {
        self.make_template().await
    }

    async fn template(&self) -> String {
        match std::env::var(TEMPLATE_OF) {
            Ok(weakened) => weakened,
            Err(_) => self.make_template().await,
        }
    }

    async fn make_template(&self) -> String {
        let embedded = self.embedded.as_ref().expect("a PostgreSQL of this run");
        let sources = migrate::Sources::embedded().unwrap();
        let hash = Sha256::digest(sources.fingerprint());
        let name = format!("template_{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]);
        embedded.create_database(&name).await.unwrap();
        let mut client = db::connect(&self.superuser(&name).into()).await.unwrap();
        let key = SealKey::new("test", SEAL_KEY.to_vec()).unwrap();
        migrate::run(&mut client, &sources, &[(key.id().to_owned(), key.material().to_vec())]).await.unwrap();
        embedded.set_role_passwords().await.unwrap();
        name
    }
}

fn options(directory: PathBuf) -> Options {
    let mut options = Options::new(directory);
    options.path = std::env::var_os("PATH");
    options.postgres_bin = std::env::var_os("STAYZR_POSTGRES_BIN").map(Into::into);
    options.durable = false;
    options.ephemeral = true;
    options
}

/// No other run on the same PostgreSQL uses it.
fn fresh_name() -> String {
    format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Connects.
pub async fn connect(config: &Config) -> Client {
    db::connect(&config.clone().into()).await.expect("a connection")
}
