//! Mail that goes out: by SMTP where a server is configured, into the log of the demo,
//! to whoever embeds the library and takes it, and otherwise nowhere.
//!
//! Invariant: an address, a name or a token is never in a log line or an error, but for
//! the one line of the demo, whose only readers are trying the program out.
//!
//! A request that sends mail never waits for the SMTP server: messages queue, and one task
//! hands them over. The queue is in memory, so a mail may be lost with the process; whoever
//! asked for a password asks again, an invitation can be sent again, and what a warning says
//! is in the list of alerts.

mod message;
mod queue;
mod smtp;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
pub use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use crate::config::{Secrets, Settings};
pub use message::{Invitation, Message, PasswordReset, UsageAlert};
pub use queue::Counts;
use queue::{Letter, Queue};
pub use smtp::{SmtpServer, SmtpUrlError};

/// Whether mail can be sent there at all.
pub fn is_address(text: &str) -> bool {
    message::address(text).is_some()
}

/// How long the end of the program waits for mail that is still queued.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// Sends messages. Cheap to clone; all clones share one queue.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    way: Way,
    from: Mailbox,
    public_url: String,
    counts: watch::Sender<Counts>,
}

enum Way {
    Smtp(Queue),
    Channel(mpsc::UnboundedSender<Mail>),
    Demo,
    Unconfigured,
}

/// A mail as whoever took the place of the SMTP server gets it.
// No Debug: there is a token in it.
pub struct Mail {
    /// What it is about: `password_reset`, `invitation` or `usage_alert`.
    pub kind: &'static str,
    /// Where it goes.
    pub to: String,
    /// What it is about, for its reader.
    pub subject: String,
    /// The link in it, which has the token where there is one.
    pub link: String,
    /// All of its text.
    pub body: String,
}

impl Mailer {
    /// By SMTP when a server is configured. Without one the embedded database, which only
    /// ever holds a demo, gets its mail logged; an existing one gets none.
    ///
    /// # Panics
    /// Outside of a Tokio runtime: the task that sends is started here.
    pub fn from_settings(settings: &Settings, secrets: &Secrets, embedded: bool) -> Self {
        let counts = watch::Sender::new(Counts::default());
        let way = match &secrets.smtp {
            Some(server) => {
                if !server.is_encrypted() {
                    tracing::warn!(
                        "STAYZR_SMTP_URL does not demand encryption: unless the server is on this machine, \
                         add ?tls=required or use smtps://"
                    );
                }
                Way::Smtp(Queue::start(server.clone(), counts.clone()))
            }
            None if embedded => Way::Demo,
            None => {
                tracing::warn!("STAYZR_SMTP_URL is not set: no mail goes out");
                Way::Unconfigured
            }
        };
        Mailer(Arc::new(Inner { way, from: settings.mail_from.clone(), public_url: settings.public_url(), counts }))
    }

    /// Into a channel, for a program that delivers mail in a way of its own; a mail whose
    /// receiver is gone counts as dropped.
    pub fn to_channel(settings: &Settings, mails: mpsc::UnboundedSender<Mail>) -> Self {
        let (from, public_url) = (settings.mail_from.clone(), settings.public_url());
        Mailer(Arc::new(Inner { way: Way::Channel(mails), from, public_url, counts: watch::Sender::default() }))
    }

    /// Sends a message, some time soon. Nobody learns whether it arrives; what goes wrong is
    /// logged and counted.
    pub fn send(&self, message: &Message) {
        let kind = message.kind();
        let Some(to) = message.address() else {
            // The address stays unsaid: it is a person's, however badly written.
            tracing::error!(kind, "a mail has an address that cannot be read and is not sent");
            self.0.counts.send_modify(|counts| counts.failed += 1);
            return;
        };
        match &self.0.way {
            Way::Smtp(queue) => match self.letter(message, to) {
                Ok(letter) => queue.push(letter),
                Err(error) => {
                    tracing::error!(kind, reason = %error, "a mail cannot be written");
                    self.0.counts.send_modify(|counts| counts.failed += 1);
                }
            },
            Way::Channel(mails) => {
                let link = message.link(&self.0.public_url);
                let (subject, body) = (message.subject().to_owned(), message.body(&link));
                let taken = mails.send(Mail { kind, to: to.to_string(), subject, link, body });
                self.0.counts.send_modify(|counts| match taken {
                    Ok(()) => counts.sent += 1,
                    Err(_) => counts.dropped += 1,
                });
            }
            Way::Demo => {
                let link = message.link(&self.0.public_url);
                let (subject, body) = (message.subject(), message.body(&link));
                tracing::info!(kind, %to, subject, link, "the demo sends no mail; this one says:\n\n{body}");
            }
            Way::Unconfigured => {
                tracing::warn!(kind, "a mail is not sent: STAYZR_SMTP_URL is not set");
                self.0.counts.send_modify(|counts| counts.dropped += 1);
            }
        }
    }

    /// Waits for what is queued, but not for long: the end of the program calls it.
    pub async fn flush(&self) {
        let mut counts = self.0.counts.subscribe();
        let empty = tokio::time::timeout(FLUSH_MAX, counts.wait_for(|counts| counts.waiting == 0)).await;
        if empty.is_err() {
            tracing::warn!(waiting = self.counts().waiting, "the program ends with mails that are not sent");
        }
    }

    /// What became of the messages so far.
    pub fn counts(&self) -> Counts {
        *self.0.counts.borrow()
    }

    fn letter(&self, message: &Message, to: Address) -> Result<Letter, lettre::error::Error> {
        let Inner { from, public_url, .. } = &*self.0;
        // The same for every attempt, so that a mail that was taken twice can be told to be one.
        let id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
        let mut email = lettre::Message::builder()
            .from(from.clone())
            .to(to.into())
            .subject(message.subject())
            .message_id(Some(id.clone()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(message.body(&message.link(public_url)))?;
        // RFC 3834: no out-of-office reply is wanted.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        email.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".into()));
        Ok(Letter { kind: message.kind(), id, email })
    }
}

impl fmt::Debug for Mailer {
    /// Nothing that is queued.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.0.way {
            Way::Smtp(_) => "Smtp",
            Way::Channel(_) => "Channel",
            Way::Demo => "Demo",
            Way::Unconfigured => "Unconfigured",
        };
        write!(formatter, "Mailer({way}, {:?})", self.counts())
    }
}
