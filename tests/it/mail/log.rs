//! The log of one test.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use base64::{Engine, prelude::BASE64_STANDARD};
use tracing::dispatcher::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber};

use super::PASSWORD;

/// While there is one subscriber only, tracing asks whichever thread comes to a line first
/// whether anybody wants it, and remembers a no for all threads. This is the second one.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// What is logged on this thread, at its loudest. The tests have one thread each, so the
/// task that sends logs here too.
pub struct Log(Arc<Mutex<Vec<u8>>>, #[allow(dead_code)] DefaultGuard);

#[derive(Clone)]
struct Writer(Arc<Mutex<Vec<u8>>>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn capture() -> Log {
        LazyLock::force(&ANOTHER);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Writer(lines.clone());
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone());
        Log(lines, tracing::subscriber::set_default(subscriber.finish()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Says this, and none of what is a person's or a secret.
    #[track_caller]
    pub fn assert_says(&self, words: &[&str]) {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "no word of {word}:\n{text}");
        }
        let credentials = BASE64_STANDARD.encode(format!("\0stayzr\0{PASSWORD}"));
        for secret in ["ada@", "guests.example", "t0ken", "Ada", "Grand Plaza", PASSWORD, credentials.as_str()] {
            assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
        }
    }
}
