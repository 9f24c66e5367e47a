//! A PostgreSQL of one test's own, which may stop, start and crash.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use stayzr::config::Settings;
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, migrate};

use crate::support::{Roles, SEAL_KEY, World};

const DATABASE: &str = "hotels";

pub struct Server {
    data_dir: PathBuf,
    running: Option<Embedded>,
    roles: Roles,
}

impl Server {
    /// A new one, migrated. It is durable: what a crash may lose is what is asked here.
    pub async fn start() -> Server {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let data_dir = std::env::temp_dir().join(format!("stayzr-faults-{}-{number}", std::process::id()));
        let running = Embedded::start(options(&data_dir)).await.unwrap();
        running.create_database(DATABASE).await.unwrap();
        let mut client = db::connect(&running.superuser(DATABASE).into()).await.unwrap();
        let keys = [("test".to_owned(), SEAL_KEY.to_vec())];
        migrate::run(&mut client, &migrate::Sources::embedded().unwrap(), &keys).await.unwrap();
        running.set_role_passwords().await.unwrap();
        let roles = Roles {
            admin: running.superuser(DATABASE).into(),
            app: running.config("stayzr_app", DATABASE).into(),
            platform: running.config("stayzr_platform", DATABASE).into(),
        };
        Server { data_dir, running: Some(running), roles }
    }

    /// The API on it.
    pub fn world(&self, change: impl FnOnce(&mut Settings)) -> Arc<World> {
        World::reached_by(DATABASE.into(), self.roles.clone(), change)
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
    }

    pub async fn start_again(&mut self) {
        self.running = Some(Embedded::start(options(&self.data_dir)).await.unwrap());
    }

    /// Kills a backend in a way that lets PostgreSQL trust nothing it has in memory.
    pub async fn crash(&self) {
        let client = db::connect(&self.roles.admin).await.unwrap();
        let pid: i32 = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running = None;
        let _ = std::fs::remove_dir_all(&self.data_dir);
    }
}

fn options(data_dir: &std::path::Path) -> Options {
    let mut options = Options::new(data_dir);
    options.path = std::env::var_os("PATH");
    options.postgres_bin = std::env::var_os("STAYZR_POSTGRES_BIN").map(Into::into);
    options.download = false;
    options
}
