//! One SMTP server, by its URL.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// How long one attempt may take, from the connection to the last answer. The library
/// bounds the connecting only, and a server may fall silent at any line.
const ATTEMPT_MAX: Duration = Duration::from_secs(30);

/// Why an SMTP URL cannot be used. Never quotes it: there is a password in it.
#[derive(Debug, thiserror::Error)]
pub enum SmtpUrlError {
    /// It cannot be read.
    #[error(
        "expected smtps://user:password@host or smtp://user:password@host:587?tls=required, \
         special characters of user and password percent-encoded"
    )]
    Url,
    /// A name without a password, which the library would leave out without a word.
    #[error("it names a user and no password")]
    Password,
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up")]
    Tls,
}

/// Where mail is handed over, and as whom. Not `Debug`: the password is in it.
#[derive(Clone)]
pub struct SmtpServer {
    // Without the pool of the library: an attempt that takes too long is dropped midway, and its
    // connection must not be lent to the next letter.
    transport: AsyncSmtpTransport<Tokio1Executor>,
    encrypted: bool,
}

/// Why an attempt failed, in words that are fit for the log: what a server answers may
/// repeat the address, so of an answer only its number is told.
pub(super) struct Failure {
    pub reason: String,
    pub may_pass: bool,
}

impl SmtpServer {
    /// Reads an SMTP URL: `smtps://` encrypts from the start, `smtp://` with `?tls=required`
    /// upgrades before anything is said, with `?tls=opportunistic` if the server offers it, and
    /// without either not at all. A path is the name to greet the server with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn parse(url: &str) -> Result<Self, SmtpUrlError> {
        // Anything else in the query would be ignored, and a misspelt `tls` with it.
        let tls = match url.split_once('?') {
            Some((_, tls @ ("tls=required" | "tls=opportunistic"))) => Some(tls),
            Some(_) => return Err(SmtpUrlError::Url),
            None => None,
        };
        let (scheme, rest) = url.split_once("://").ok_or(SmtpUrlError::Url)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.rsplit_once('@').is_some_and(|(user, _)| !user.contains(':')) {
            return Err(SmtpUrlError::Password);
        }
        let explain = |error: Error| if error.is_tls() { SmtpUrlError::Tls } else { SmtpUrlError::Url };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(explain)?.build();
        let encrypted = scheme.eq_ignore_ascii_case("smtps") || tls == Some("tls=required");
        Ok(SmtpServer { transport, encrypted })
    }

    /// Whether nothing is ever said in the clear.
    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    pub(super) async fn send(&self, email: &Message) -> Result<(), Failure> {
        match tokio::time::timeout(ATTEMPT_MAX, self.transport.send(email.clone())).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Failure::from(&error)),
            Err(_) => Err(Failure { reason: format!("no answer within {ATTEMPT_MAX:?}"), may_pass: true }),
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let reason = match error.status() {
            Some(code) => format!("the server answered {code}"),
            None if error.is_response() => "the server's answer is not SMTP".into(),
            None if error.is_client() => "the server does not offer what it takes".into(),
            None => match connection_error(error) {
                Some(error) => format!("no connection: {error}"),
                None => "no connection".into(),
            },
        };
        Failure { reason, may_pass: !error.is_permanent() && !error.is_client() }
    }
}

/// What the operating system or TLS said; that is about the connection alone.
fn connection_error(error: &Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error);
        }
        source = error.source();
    }
    None
}
