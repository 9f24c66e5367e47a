//! The mail of a run: each letter speaks of one hotel, and the tokens in it are used.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::run::Run;
use super::watch::Word;
use crate::mail::server::{MailServer, Manner, Received};

const EVERY: Duration = Duration::from_millis(100);
/// Tokens that wait to be used, of all hotels.
const WAITING_MAX: usize = 200;

/// Whom the servers hand their mail to.
pub struct Post {
    server: MailServer,
    tokens: Mutex<VecDeque<(usize, String)>>,
}

impl Post {
    pub async fn open() -> Post {
        Post { server: MailServer::start(Manner::default()).await, tokens: Mutex::default() }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.server.port)
    }

    /// A token of that hotel that begins like this, once.
    pub fn token(&self, hotel: usize, prefix: &str) -> Option<String> {
        let mut tokens = self.tokens.lock().unwrap();
        let at = tokens.iter().position(|(of, token)| *of == hotel && token.starts_with(prefix))?;
        tokens.remove(at).map(|(_, token)| token)
    }

    /// Reads what comes, until the run is over.
    pub async fn read(&self, run: &Run) {
        while !run.tally.is_over() {
            tokio::time::sleep(EVERY).await;
            for letter in self.server.take() {
                self.read_one(run, &letter);
            }
        }
    }

    fn read_one(&self, run: &Run, letter: &Received) {
        run.tally.beside("letters read");
        let text = format!("{} {} {}", letter.to.join(" "), letter.subject(), letter.text());
        let sight = run.markers.look(text.as_bytes());
        // A house that super admins have made meanwhile, of which nobody knows a word.
        if sight.words.is_empty() && letter.to.iter().all(|to| to.contains("@new-")) {
            return;
        }
        let hotels: Vec<Option<usize>> = sight
            .words
            .iter()
            .map(|word| match word {
                Word::House(hotel) => Some(*hotel),
                Word::Guests(_) | Word::Cut => None,
            })
            .collect();
        let [Some(hotel)] = hotels[..] else {
            return run.tally.found(format!("a letter with the words {:?}: {text}", sight.words));
        };
        if sight.organizations.iter().any(|number| *number != i64::from(run.hotels[hotel].id)) {
            run.tally.found(format!("a letter of hotel {hotel} with the numbers {:?}: {text}", sight.organizations));
        }
        let token = text.split_once("?token=").and_then(|(_, rest)| rest.split_whitespace().next());
        let mut tokens = self.tokens.lock().unwrap();
        tokens.extend(token.map(|token| (hotel, token.to_owned())));
        while tokens.len() > WAITING_MAX {
            tokens.pop_front();
        }
    }
}
