//! The mail of one test's world, as its readers get it.

use std::time::Duration;

use stayzr::config::Settings;
use stayzr::mail::{Mail, Mailer};
use tokio::sync::{Mutex, mpsc};

/// How long a mail may take. A safety net, not a measurement.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for a mail that is not to come.
const SILENCE: Duration = Duration::from_millis(500);

/// What is sent, in order.
pub struct Mails {
    mailer: Mailer,
    mails: Mutex<mpsc::UnboundedReceiver<Mail>>,
}

impl Mails {
    pub(super) fn new(settings: &Settings) -> Mails {
        let (send, receive) = mpsc::unbounded_channel();
        Mails { mailer: Mailer::to_channel(settings, send), mails: Mutex::new(receive) }
    }

    pub(super) fn mailer(&self) -> Mailer {
        self.mailer.clone()
    }

    /// The next mail.
    pub async fn next(&self) -> Mail {
        let mail = tokio::time::timeout(PATIENCE, async { self.mails.lock().await.recv().await }).await;
        mail.expect("a mail comes").expect("the world is there")
    }

    /// The token in the next mail, which has to go to that address.
    pub async fn token_for(&self, to: &str) -> String {
        let mail = self.next().await;
        assert_eq!(mail.to, to);
        Self::token_in(&mail)
    }

    /// The token in the next mail to that address, past those to others.
    pub async fn later_token_for(&self, to: &str) -> String {
        loop {
            let mail = self.next().await;
            if mail.to == to {
                return Self::token_in(&mail);
            }
        }
    }

    fn token_in(mail: &Mail) -> String {
        let (_, token) = mail.link.split_once("?token=").expect("a token in the link");
        assert!(mail.body.contains(&mail.link), "the link is in the mail");
        token.to_owned()
    }

    /// No mail comes.
    #[track_caller]
    pub fn assert_none(&self) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let mail = tokio::time::timeout(SILENCE, async { self.mails.lock().await.recv().await }).await;
            let told = mail.ok().flatten().map(|mail| format!("{} to {}", mail.kind, mail.to));
            assert_eq!(told, None, "{caller}: a mail came");
        }
    }
}
