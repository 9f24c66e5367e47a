//! The queue between the requests and the SMTP server.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};

use super::smtp::SmtpServer;

/// How many letters wait at most; about 2 KiB each.
const QUEUE_MAX: usize = 1_000;

/// Letters under way at the same time. A letter that waits for its next attempt holds one of
/// these places, so that a server in trouble is not asked more often than a healthy one.
const UNDER_WAY_MAX: usize = 4;

/// How long to wait after each attempt that failed for a reason that may pass; after the
/// attempt that follows the last of them the letter is given up.
const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// A message ready to be handed over.
pub(super) struct Letter {
    pub kind: &'static str,
    pub id: String,
    pub email: lettre::Message,
}

/// What became of the messages since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Queued or under way.
    pub waiting: u64,
    /// Taken by the SMTP server.
    pub sent: u64,
    /// Refused for good, given up or not even an address.
    pub failed: u64,
    /// Not tried: the queue was full, or no server is configured.
    pub dropped: u64,
}

/// The way into the queue. The task at its other end runs until the last of these is gone
/// and the queue is empty.
pub(super) struct Queue {
    letters: mpsc::Sender<Letter>,
    counts: watch::Sender<Counts>,
}

impl Queue {
    pub fn start(server: SmtpServer, counts: watch::Sender<Counts>) -> Self {
        let (letters, receiver) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(drain(receiver, server, counts.clone()));
        Queue { letters, counts }
    }

    /// Never waits: a full queue drops the letter, so that a server that is away for long
    /// takes neither the requests nor the memory with it.
    pub fn push(&self, letter: Letter) {
        match self.letters.try_reserve() {
            Ok(place) => {
                self.counts.send_modify(|counts| counts.waiting += 1);
                place.send(letter);
            }
            Err(refused) => {
                self.counts.send_modify(|counts| counts.dropped += 1);
                let dropped = self.counts.borrow().dropped;
                tracing::warn!(kind = letter.kind, dropped, reason = %refused, "a mail is not sent: the queue takes no more");
            }
        }
    }
}

async fn drain(receiver: mpsc::Receiver<Letter>, server: SmtpServer, counts: watch::Sender<Counts>) {
    let letters = stream::unfold(receiver, |mut receiver| async {
        let letter = receiver.recv().await?;
        Some((letter, receiver))
    });
    let (server, counts) = (&server, &counts);
    letters
        .for_each_concurrent(UNDER_WAY_MAX, |letter| async move {
            let sent = deliver(server, letter).await;
            counts.send_modify(|counts| {
                counts.waiting -= 1;
                if sent {
                    counts.sent += 1;
                } else {
                    counts.failed += 1;
                }
            });
        })
        .await;
}

/// Tells whether it was taken in the end.
async fn deliver(server: &SmtpServer, letter: Letter) -> bool {
    let Letter { kind, id, email } = letter;
    let mut waits = WAITS.into_iter();
    for attempt in 1.. {
        let Err(failure) = server.send(&email).await else {
            tracing::info!(kind, message_id = id, attempt, "a mail was taken by the SMTP server");
            return true;
        };
        match waits.next() {
            Some(wait) if failure.may_pass => {
                tracing::warn!(kind, message_id = id, attempt, reason = failure.reason, "a mail is tried again later");
                tokio::time::sleep(wait).await;
            }
            _ => {
                tracing::error!(kind, message_id = id, attempt, reason = failure.reason, "a mail is given up");
                break;
            }
        }
    }
    false
}
