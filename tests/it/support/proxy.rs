//! What may lie between the server and its database: distance, silence, a closed door.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use stayzr::db::Address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// It arrives, after the delay.
    Open,
    /// It is taken and kept: nobody refuses, nobody answers. What was kept arrives when
    /// the path opens again, as with a network that comes back.
    Silent,
    /// Connections are closed, old and new.
    Closed,
}

/// A socket in a directory of its own that leads to the real one.
pub struct Proxy {
    directory: PathBuf,
    config: Config,
    path: watch::Sender<Path>,
    counter: Arc<Counter>,
}

/// Counts trips: bursts of the client's, each after an answer of the server's.
#[derive(Default)]
struct Counter {
    trips: AtomicUsize,
    answered: AtomicBool,
}

impl Proxy {
    /// In front of that address; what is sent takes `delay` in each direction.
    pub fn start(target: &Config, delay: Duration) -> Proxy {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("stayzr-proxy-{}-{number}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        let listener = UnixListener::bind(directory.join(SOCKET_NAME)).unwrap();
        let Some(Host::Unix(target_directory)) = target.get_hosts().first() else { panic!("not a unix socket") };
        let target_socket = target_directory.join(SOCKET_NAME);

        let mut config = Config::new();
        config.host_path(&directory).port(5432).ssl_mode(SslMode::Disable);
        config.user(target.get_user().unwrap()).password(target.get_password().unwrap());
        config.dbname(target.get_dbname().unwrap());

        let (path, watched) = watch::channel(Path::Open);
        let counter = Arc::new(Counter { trips: AtomicUsize::new(0), answered: AtomicBool::new(true) });
        let counting = counter.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target_socket, watched, counter) = (target_socket.clone(), watched.clone(), counting.clone());
                tokio::spawn(async move { lead(client, target_socket, delay, watched, counter).await });
            }
        });
        Proxy { directory, config, path, counter }
    }

    /// How `stayzr_app`, or whoever the target was made for, connects through it.
    pub fn address(&self) -> Address {
        self.config.clone().into()
    }

    /// Changes what becomes of what is sent from now on.
    pub fn set(&self, path: Path) {
        self.path.send_replace(path);
    }

    /// How many round trips there were so far, over all connections.
    pub fn trips(&self) -> usize {
        self.counter.trips.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

async fn lead(
    client: UnixStream,
    target: PathBuf,
    delay: Duration,
    mut path: watch::Receiver<Path>,
    counter: Arc<Counter>,
) {
    match path.wait_for(|path| *path != Path::Silent).await.map(|path| *path) {
        Ok(Path::Open) => {}
        _ => return,
    }
    let Ok(server) = UnixStream::connect(target).await else { return };
    let ((client_read, client_write), (server_read, server_write)) = (client.into_split(), server.into_split());
    let asked = counter.clone();
    let forth = carry(
        client_read,
        server_write,
        delay,
        path.clone(),
        move || {
            if asked.answered.swap(false, Ordering::SeqCst) {
                asked.trips.fetch_add(1, Ordering::SeqCst);
            }
        },
        || (),
    );
    let back = carry(
        server_read,
        client_write,
        delay,
        path.clone(),
        || (),
        move || {
            counter.answered.store(true, Ordering::SeqCst);
        },
    );
    tokio::select! {
        () = forth => {},
        () = back => {},
        _ = path.wait_for(|path| *path == Path::Closed) => {},
    }
}

/// Carries bytes one way. They keep their distances in time: a pipeline that is sent at
/// once arrives at once.
async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    delay: Duration,
    mut path: watch::Receiver<Path>,
    taken: impl Fn(),
    delivered: impl Fn(),
) {
    let (send, mut receive) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let read = async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            taken();
            let _ = send.send((Instant::now() + delay, buffer[..length].to_vec()));
        }
    };
    let write = async move {
        while let Some((due, bytes)) = receive.recv().await {
            tokio::time::sleep_until(due).await;
            let open = path.wait_for(|path| *path != Path::Silent).await.is_ok();
            delivered();
            if !open || to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(read, write);
}
