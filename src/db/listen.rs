//! Hearing what other servers change: a connection of its own that listens.
//!
//! A connection can be dead for minutes before anybody notices, so the listener asks it
//! every second whether it still lives. What it hears goes to one function, in order: a
//! change that was committed before a question was asked is told before its answer.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

use super::connect::{Address, tls};
use super::{Database, DbError};

/// How often the connection is asked whether it lives, and how long it may take to say so.
const PING: Duration = Duration::from_secs(1);
/// How long to wait before connecting again.
const RETRY: Duration = Duration::from_millis(500);

/// What there is to hear, each on a connection of its own: nobody waits for another's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Whose standing changed: `sql/functions/notify_standing.sql`.
    Standing,
    /// Who has alerts: `sql/functions/usage_alerts.sql`.
    Alerts,
}

impl Channel {
    fn listen(self) -> &'static str {
        match self {
            Channel::Standing => "listen stayzr_standing",
            Channel::Alerts => "listen stayzr_alerts",
        }
    }

    /// What it means not to listen to it.
    fn without(self) -> &'static str {
        match self {
            Channel::Standing => "not listening for changes; cached standings are trusted for seconds only",
            Channel::Alerts => "not listening for alerts; those raised meanwhile are told later",
        }
    }
}

/// What the listener tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It listens from now on. What changed before is unknown.
    Listening,
    /// Something changed that is every hotel's.
    Everywhere,
    /// Something changed in that hotel.
    Changed(i32),
    /// Nothing that was committed before that moment is still unheard.
    Confirmed(Instant),
}

/// Listens until it is dropped.
pub struct Listener(JoinHandle<()>);

impl Listener {
    /// Begins to listen on a connection outside the pools. Must be called in a runtime.
    pub fn start(database: &Database, channel: Channel, hear: impl Fn(Heard) + Send + Sync + 'static) -> Self {
        let address = database.listener_address().clone();
        let hear = Arc::new(hear);
        Listener(tokio::spawn(async move {
            loop {
                if let Err(error) = listen(&address, channel, &*hear).await {
                    tracing::warn!(%error, "{}", channel.without());
                }
                tokio::time::sleep(RETRY).await;
            }
        }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens until the connection ends; always returns an error.
async fn listen(address: &Address, channel: Channel, hear: &(dyn Fn(Heard) + Send + Sync)) -> Result<(), DbError> {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let mut config = address.config.clone();
    config.connect_timeout(PING * 2);
    config.application_name("stayzr listener");
    let (client, _driver) = if super::connect::is_plain(address) {
        let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
        (client, Driver::of(connection, sender))
    } else {
        let tls = tls(address).map_err(|error| DbError::Unavailable(error.to_string()))?;
        let (client, connection) = config.connect(tls).await?;
        (client, Driver::of(connection, sender))
    };
    within(client.batch_execute(channel.listen())).await?;
    hear(Heard::Listening);
    let mut ping = tokio::time::interval(PING);
    loop {
        tokio::select! {
            change = heard.recv() => match change {
                Some(change) => hear(change),
                None => return Err(DbError::Unavailable("the listening connection ended".into())),
            },
            _ = ping.tick() => {
                let asked = Instant::now();
                within(client.batch_execute("")).await?;
                while let Ok(change) = heard.try_recv() {
                    hear(change);
                }
                hear(Heard::Confirmed(asked));
            }
        }
    }
}

async fn within<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, DbError> {
    match tokio::time::timeout(PING, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(DbError::Unavailable("the listening connection does not answer".into())),
    }
}

/// Moves the bytes of the connection and passes on what is told. Ends when dropped.
struct Driver(JoinHandle<()>);

impl Driver {
    fn of<S, T>(mut connection: tokio_postgres::Connection<S, T>, sender: mpsc::UnboundedSender<Heard>) -> Self
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        Driver(tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(notification) = message
                    && let Some(change) = change(notification.payload())
                    && sender.send(change).is_err()
                {
                    return;
                }
            }
        }))
    }
}

/// What a notification says: the number of a hotel, or `*`.
fn change(payload: &str) -> Option<Heard> {
    match payload {
        "*" => Some(Heard::Everywhere),
        number => number.parse().ok().map(Heard::Changed),
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}
