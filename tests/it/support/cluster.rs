//! One PostgreSQL for the whole run. It starts when the first test asks and goes, data
//! and all, when the process ends, however it ends.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, migrate};
use stayzr::tenancy::SealKey;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config};

/// The key the test databases are sealed with.
pub const SEAL_KEY: [u8; 32] = [7; 32];

/// Statements that weaken every database of this run: see `isolation_mutants`.
pub const MUTANT: &str = "STAYZR_TEST_MUTANT";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The PostgreSQL of the tests.
pub struct Cluster {
    embedded: Embedded,
}

impl Cluster {
    /// The one of this run.
    pub fn get() -> &'static Cluster {
        &CLUSTER
    }

    /// Another one, for tests that change roles, which a whole cluster shares.
    ///
    /// Starts on a thread of its own: each test has a runtime that ends with it, and the
    /// server has to outlive them all.
    pub fn start() -> Cluster {
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let directory =
                    std::env::temp_dir().join(format!("stayzr-test-{}-{}", std::process::id(), fresh_name()));
                let mut options = Options::new(directory);
                options.path = std::env::var_os("PATH");
                options.postgres_bin = std::env::var_os("STAYZR_POSTGRES_BIN").map(Into::into);
                options.durable = false;
                options.ephemeral = true;
                send.send(Embedded::start(options).await.expect("PostgreSQL starts")).unwrap();
                std::future::pending::<()>().await;
            });
        });
        Cluster { embedded: receive.recv().expect("the cluster thread reports") }
    }

    /// How to connect to a database as one of the login roles, with its real password.
    pub fn config(&self, role: &str, database: &str) -> Config {
        self.embedded.config(role, database)
    }

    /// How to connect as the administrator.
    pub fn superuser(&self, database: &str) -> Config {
        self.embedded.superuser(database)
    }

    /// An empty database; its administrator's address.
    pub async fn empty_database(&self) -> Config {
        let name = fresh_name();
        self.embedded.create_database(&name).await.unwrap();
        self.superuser(&name)
    }

    /// The name of a new database with the schema of this release and no rows.
    pub async fn migrated_database(&self) -> String {
        let template = TEMPLATE.get_or_init(|| self.make_template()).await;
        let name = fresh_name();
        let client = db::connect(&self.superuser("postgres").into()).await.unwrap();
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

    /// The one migrated database of a cluster of one's own.
    pub async fn first_database(&self) -> String {
        self.make_template().await
    }

    async fn make_template(&self) -> String {
        let sources = migrate::Sources::embedded().unwrap();
        let hash = Sha256::digest(sources.fingerprint());
        let name = format!("template_{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]);
        self.embedded.create_database(&name).await.unwrap();
        let mut client = db::connect(&self.superuser(&name).into()).await.unwrap();
        let key = SealKey::new("test", SEAL_KEY.to_vec()).unwrap();
        migrate::run(&mut client, &sources, &[(key.id().to_owned(), key.material().to_vec())]).await.unwrap();
        self.embedded.set_role_passwords().await.unwrap();
        if let Ok(mutant) = std::env::var(MUTANT) {
            client.batch_execute(&mutant).await.expect("the mutant");
        }
        name
    }
}

fn fresh_name() -> String {
    format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Connects.
pub async fn connect(config: &Config) -> Client {
    db::connect(&config.clone().into()).await.expect("a connection")
}
