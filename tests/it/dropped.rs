//! I6: a connection never goes back to its pool inside a transaction, also when the
//! client hangs up, the time is over or the handler panics midway.
//!
//! The pool has two connections, so that whatever one request leaves behind is what the
//! next one gets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, handler};
use serde_json::json;
use stayzr::admission::Admission;
use stayzr::app;
use stayzr::auth::UnknownKeys;
use stayzr::config::Settings;
use stayzr::db::TenantScope;
use stayzr::http::authenticate::Authenticate;
use stayzr::http::observe::Observe;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Chance, Hotel, World, eventually, listen, two_hotels};

/// Written in transactions that never end well. None of it may ever be seen.
const UNFINISHED: &str = "Unfinished business";
/// Names the moment, in microseconds, at which the server drops the request.
const DROP_AFTER: &str = "X-Drop-After";
/// What the server answers then.
const DROPPED: usize = 204;
const TASKS_PER_HOTEL: usize = 4;
const REQUESTS_PER_TASK: usize = 50;

/// Writes in a transaction and does not come to its end.
#[handler]
async fn interrupted(scope: TenantScope, Path(how): Path<String>) -> poem::Result<()> {
    let insert = "insert into guests (full_name, email)
                  values ($1, gen_random_uuid() || '@example.com') returning id";
    scope
        .transaction(async |scope| {
            scope.run(insert, &[&UNFINISHED]).await?;
            match how.as_str() {
                "panic" => panic!("a handler panics, as this test wants it to"),
                "sleep" => scope.run("select pg_sleep(0.2)", &[]).await.map(|_| ())?,
                _ => (),
            }
            std::future::pending::<()>().await;
            Ok(())
        })
        .await?;
    Ok(())
}

/// The API and the operation above, on one pool of two connections.
async fn serve(world: &World, settings: &Settings) -> SocketAddr {
    let database = world.pools(settings);
    let tokens = world.server_tokens();
    let (admission, unknown_keys) = (Admission::new(Duration::from_secs(1)), UnknownKeys::new(1.try_into().unwrap()));
    let layer = Authenticate::new(tokens.clone(), database.clone(), admission, unknown_keys, Vec::new());
    let api = app::endpoint(settings, database, tokens, world.mailer()).unwrap();
    let broken = poem::post(interrupted).with(layer).with(settings.limits()).with(Observe::default());
    listen(Route::new().at("/v1/interrupted/:how", broken).nest("/", api).around(drop_midway)).await
}

/// Drops the request's future when the time in its header is over, wherever it is by then.
///
/// Hanging up is not enough: poem goes on polling the handler of a client that is gone.
async fn drop_midway(api: Arc<impl Endpoint<Output = Response>>, request: Request) -> poem::Result<Response> {
    let Some(micros) = request.header(DROP_AFTER).and_then(|micros| micros.parse().ok()) else {
        return api.call(request).await;
    };
    tokio::time::timeout(Duration::from_micros(micros), api.call(request))
        .await
        .unwrap_or_else(|_| Ok(StatusCode::NO_CONTENT.into_response()))
}

fn two_connections(world: &World) -> Settings {
    Settings { app_connections: 2, pool_wait_ms: 500, ..world.settings.clone() }
}

/// One hotel's client, which hangs up whenever it likes.
struct Guestbook {
    hotel: Hotel,
    rival: String,
    base: String,
    client: reqwest::Client,
}

impl Guestbook {
    fn new(hotel: &Hotel, rival: &Hotel, address: SocketAddr) -> Self {
        let client = reqwest::Client::new();
        Guestbook { hotel: hotel.clone(), rival: rival.slug.clone(), base: format!("http://{address}"), client }
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.hotel.admin_token)
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.hotel.admin_token).json(body)
    }

    fn interrupted(&self, how: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}/v1/interrupted/{how}", self.base)).bearer_auth(&self.hotel.admin_token)
    }

    /// Sends it and reads all of the answer, which may speak of this hotel only. Its status.
    async fn ask(&self, request: reqwest::RequestBuilder) -> u16 {
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let body = response.text().await.expect("a whole answer");
        assert!(!body.contains(&self.rival), "{} was told of {}: {body}", self.hotel.slug, self.rival);
        assert!(!body.contains(UNFINISHED), "what was rolled back is visible: {body}");
        if status == 200 {
            assert!(body.contains(&self.hotel.slug), "not a word of {}: {body}", self.hotel.slug);
        }
        status
    }

    /// Sends half of a request, or all of it, and does not wait for an answer.
    async fn hang_up(&self, whole: bool) {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://")).await.unwrap();
        let body = json!({"fullName": format!("Gone of {}", self.hotel.slug), "phone": "+4930123456"}).to_string();
        let request = format!(
            "POST /v1/guests HTTP/1.1\r\nHost: stayzr\r\nAuthorization: Bearer {}\r\nContent-Type: \
             application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.hotel.admin_token,
            body.len()
        );
        let end = if whole { request.len() } else { request.len() - 10 };
        let _ = stream.write_all(&request.as_bytes()[..end]).await;
    }

    /// One request, given up at a random moment or not at all.
    async fn one(&self, chance: &mut Chance, patience: u64, statuses: &[AtomicUsize; 600]) {
        let guest = json!({"fullName": format!("Guest of {}", self.hotel.slug), "email": format!("{}@{}.example", chance.below(u64::MAX), self.hotel.slug)});
        let drop_after = chance.below(patience * 1000).to_string();
        let request = match chance.below(10) {
            0 => return self.hang_up(true).await,
            1 => return self.hang_up(false).await,
            2 => self.interrupted("panic"),
            3 => self.interrupted("sleep").header(DROP_AFTER, drop_after),
            4 => self.interrupted("wait").header(DROP_AFTER, drop_after),
            5 => self.post("/v1/guests", &guest),
            6 => self.post("/v1/guests", &guest).header(DROP_AFTER, drop_after),
            7 => self.get("/v1/guests?limit=200"),
            _ => self.get("/v1/guests?limit=200").header(DROP_AFTER, drop_after),
        };
        let asked = match chance.below(3) {
            0 => tokio::time::timeout(Duration::from_millis(chance.below(patience)), self.ask(request)).await,
            _ => Ok(self.ask(request).await),
        };
        if let Ok(status) = asked {
            statuses[usize::from(status)].fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Both hotels at once, many requests each; then nothing may be left of them.
async fn storm(plaza: &Hotel, breeze: &Hotel, settings: Settings, patience: u64) -> Arc<[AtomicUsize; 600]> {
    let address = serve(&plaza.world, &settings).await;
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    for (hotel, rival) in [(plaza, breeze), (breeze, plaza)] {
        let book = Guestbook::new(hotel, rival, address);
        let first =
            json!({"fullName": format!("First of {}", hotel.slug), "email": format!("first@{}.example", hotel.slug)});
        // Where time is short the first ones, which have to connect, may run out of it.
        eventually("the first guest is there", async || {
            matches!(book.ask(book.post("/v1/guests", &first)).await, 201 | 409)
        })
        .await;
    }
    let statuses = Arc::new(std::array::from_fn(|_| AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..TASKS_PER_HOTEL as u64 {
        for (hotel, rival) in [(plaza, breeze), (breeze, plaza)] {
            let (book, statuses) = (Guestbook::new(hotel, rival, address), statuses.clone());
            let mut chance = Chance::new(seed ^ (number << 32) ^ hotel.id as u64);
            tasks.spawn(async move {
                for _ in 0..REQUESTS_PER_TASK {
                    book.one(&mut chance, patience, &statuses).await;
                }
            });
        }
    }
    while let Some(finished) = tasks.join_next().await {
        finished.unwrap();
    }
    for (status, count) in statuses.iter().enumerate().filter(|(_, count)| count.load(Ordering::Relaxed) > 0) {
        eprintln!("{} answers of {status}", count.load(Ordering::Relaxed));
    }
    nothing_is_left_open(&plaza.world).await;

    // The pool has not run dry, and nobody's connection is still another's.
    for _ in 0..10 {
        for (hotel, rival) in [(plaza, breeze), (breeze, plaza)] {
            let book = Guestbook::new(hotel, rival, address);
            // Connections that were closed are opened again; where time is short that may take a try.
            eventually("the pool serves", async || book.ask(book.get("/v1/guests?limit=1")).await == 200).await;
        }
    }
    let admin = plaza.world.admin().await;
    let committed: i64 =
        admin.query_one("select count(*) from guests where full_name = $1", &[&UNFINISHED]).await.unwrap().get(0);
    assert_eq!(committed, 0, "somebody's COMMIT ended somebody else's transaction");
    statuses
}

/// The context lives as long as its transaction, so a connection without one has none.
async fn nothing_is_left_open(world: &World) {
    let admin = world.admin().await;
    let open = "select count(*) from pg_stat_activity
                where datname = current_database() and usename = 'stayzr_app' and state <> 'idle'";
    // Less than the ten seconds after which PostgreSQL itself would end them.
    for _ in 0..80 {
        if admin.query_one(open, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("connections of stayzr_app are left inside a transaction");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_dropped_midway_leave_nothing_behind() {
    let (plaza, breeze) = two_hotels().await;
    let statuses = storm(&plaza, &breeze, two_connections(&plaza.world), 30).await;
    let seen = |status: usize| statuses[status].load(Ordering::Relaxed);
    assert!(seen(DROPPED) > 0, "no request was dropped");
    assert!(seen(200) > 0 && seen(201) > 0, "nothing got through, so nothing was tested");
    assert!(seen(500) > 0, "no handler panicked");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_whose_time_is_over_leave_nothing_behind() {
    let (plaza, breeze) = two_hotels().await;
    let settings = Settings { request_timeout_ms: 250, ..two_connections(&plaza.world) };
    // Here the clients wait longer than the server does.
    let statuses = storm(&plaza, &breeze, settings, 600).await;
    let seen = |status: usize| statuses[status].load(Ordering::Relaxed);
    assert!(seen(503) > 0, "nothing was cut short");
}

/// The storm in slow motion: one transaction is given up, and the rival's request, which
/// finds its connection first in the pool, must not be what commits it.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_given_up_is_not_committed_by_the_next_request() {
    let (plaza, breeze) = two_hotels().await;
    let settings = Settings { app_connections: 1, ..two_connections(&plaza.world) };
    let address = serve(&plaza.world, &settings).await;
    let (plaza_book, breeze_book) =
        (Guestbook::new(&plaza, &breeze, address), Guestbook::new(&breeze, &plaza, address));
    let admin = plaza.world.admin().await;
    let waiting = "select exists (select from pg_stat_activity where datname = current_database()
                   and usename = 'stayzr_app' and state = 'idle in transaction')";

    // Long enough to be inside the transaction, which the question below makes sure of.
    let request = plaza_book.interrupted("wait").header(DROP_AFTER, "2000000");
    let given_up = tokio::spawn(async move { plaza_book.ask(request).await });
    eventually("the transaction is open", async || admin.query_one(waiting, &[]).await.unwrap().get(0)).await;
    assert_eq!(usize::from(given_up.await.unwrap()), DROPPED);

    let guest = json!({"fullName": "Guest of sea-breeze", "email": "guest@sea-breeze.example"});
    assert_eq!(breeze_book.ask(breeze_book.post("/v1/guests", &guest)).await, 201);
    let names: Vec<String> =
        admin.query("select full_name from guests", &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(names, ["Guest of sea-breeze"]);
    nothing_is_left_open(&plaza.world).await;
}
