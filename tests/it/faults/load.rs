//! Requests that go on and on, and what became of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{Hotel, World, eventually};

/// What no request may take, whatever happens; far above the timeout of a request.
const HANGS: Duration = Duration::from_secs(15);
const TASKS_PER_HOTEL: usize = 4;
/// So that a forgotten load ends by itself.
const REQUESTS_PER_TASK_MAX: usize = 20_000;

/// An answer, as far as these tests ask.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub code: String,
    pub retry_after: Option<u64>,
    pub request_id: String,
    pub instance: String,
    pub content_type: String,
    pub body: String,
}

impl Reply {
    async fn of(request: reqwest::RequestBuilder) -> Reply {
        let response = tokio::time::timeout(HANGS, request.send()).await.expect("nothing hangs").expect("an answer");
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (retry_after, request_id) = (header("retry-after").parse().ok(), header("x-request-id"));
        let (status, content_type) = (response.status().as_u16(), header("content-type"));
        let body = tokio::time::timeout(HANGS, response.text()).await.expect("nothing hangs").expect("a body");
        let json: Value = serde_json::from_str(&body).unwrap_or_default();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Reply { status, code: text("code"), retry_after, request_id, instance: text("instance"), content_type, body }
    }

    /// A whole problem that says when to try again.
    #[track_caller]
    pub fn assert_try_again(&self) {
        assert_eq!(self.status, 503, "{self:?}");
        assert_eq!(self.content_type, "application/problem+json", "{self:?}");
        let codes = ["database_unavailable", "overloaded", "timeout", "not_ready"];
        assert!(codes.contains(&self.code.as_str()), "{self:?}");
        assert!(matches!(self.retry_after, Some(1..=30)), "{self:?}");
        assert_eq!(self.instance, format!("urn:stayzr:request:{}", self.request_id), "{self:?}");
    }
}

/// Gets it without a token.
pub async fn ask(base: &str, path: &str) -> Reply {
    Reply::of(reqwest::Client::new().get(format!("{base}{path}"))).await
}

#[derive(Default)]
struct Seen {
    /// How many answers of each status and code.
    counts: BTreeMap<(u16, String), usize>,
    /// Everything that was neither 200 nor 201.
    others: Vec<Reply>,
    /// The guests that a 201 promised.
    created: Vec<(i32, Uuid)>,
}

impl Seen {
    /// Tells whether the request was served.
    fn note(&mut self, hotel: &Hotel, reply: Reply) -> bool {
        *self.counts.entry((reply.status, reply.code.clone())).or_default() += 1;
        if reply.status == 201 {
            let guest: Value = serde_json::from_str(&reply.body).unwrap();
            self.created.push((hotel.id, guest["id"].as_str().unwrap().parse().unwrap()));
        } else if reply.status != 200 {
            self.others.push(reply);
            return false;
        }
        true
    }
}

pub struct Load {
    tasks: JoinSet<()>,
    over: Arc<AtomicBool>,
    seen: Arc<Mutex<Seen>>,
}

impl Load {
    /// Each hotel registers guests and lists them, from several clients at once.
    pub fn start(base: &str, hotels: &[&Hotel]) -> Load {
        let mut load = Load { tasks: JoinSet::new(), over: Arc::default(), seen: Arc::default() };
        for hotel in hotels {
            for _ in 0..TASKS_PER_HOTEL {
                let (over, seen) = (load.over.clone(), load.seen.clone());
                let (hotel, url) = (Hotel::clone(hotel), format!("{base}/v1/guests"));
                load.tasks.spawn(async move { go_on(&hotel, &url, &over, &seen).await });
            }
        }
        load
    }

    /// How many requests were not served so far.
    pub fn refused(&self) -> usize {
        self.seen.lock().unwrap().others.len()
    }

    /// Waits for a few more requests that are served.
    pub async fn runs_well(&self) {
        let served = || {
            let seen = self.seen.lock().unwrap();
            seen.counts.iter().filter(|((status, _), _)| *status < 300).map(|(_, count)| *count).sum::<usize>()
        };
        let before = served();
        eventually("requests are served", async || served() >= before + 20).await;
    }

    pub async fn stop(mut self) -> Report {
        self.over.store(true, Ordering::SeqCst);
        while let Some(finished) = self.tasks.join_next().await {
            finished.expect("every request was answered");
        }
        Report(std::mem::take(&mut self.seen.lock().unwrap()))
    }
}

async fn go_on(hotel: &Hotel, url: &str, over: &AtomicBool, seen: &Mutex<Seen>) {
    let client = reqwest::Client::new();
    for number in 0..REQUESTS_PER_TASK_MAX {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let request = if number % 2 == 0 {
            let email = format!("{}@example.com", Uuid::new_v4());
            client.post(url).json(&json!({"fullName": format!("Guest of {}", hotel.slug), "email": email}))
        } else {
            client.get(url)
        };
        let reply = Reply::of(request.bearer_auth(&hotel.admin_token)).await;
        if seen.lock().unwrap().note(hotel, reply) {
            continue;
        }
        // What a client does that is told to try again, only sooner.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What became of all of them.
pub struct Report(Seen);

impl Report {
    /// How many were not served.
    pub fn refused(&self) -> usize {
        self.0.others.len()
    }

    /// Whatever was not served was told when to try again.
    #[track_caller]
    pub fn assert_only_try_again(&self) {
        for reply in &self.0.others {
            reply.assert_try_again();
        }
    }

    /// Every guest that was promised is there.
    pub async fn assert_nothing_lost(&self, world: &World) {
        assert!(!self.0.created.is_empty());
        let admin = world.admin().await;
        let rows = admin.query("select organization_id, id from guests", &[]).await.unwrap();
        let there: std::collections::BTreeSet<(i32, Uuid)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let lost: Vec<_> = self.0.created.iter().filter(|guest| !there.contains(guest)).collect();
        assert!(lost.is_empty(), "{} of {} guests are lost", lost.len(), self.0.created.len());
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> =
            self.0.counts.iter().map(|((status, code), count)| format!("{count} × {status} {code}")).collect();
        formatter.write_str(&counts.join(", "))
    }
}
