//! One turn: the quiet hotels ask at a steady pace, and at some time the noisy one begins. Nobody waits for an answer
//! before the next request is due, and an answer has taken its time from when its request was due: what was sent late
//! because the client or a connection was busy counts as slow.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::Failure;
use crate::asks::Noise;
use crate::clock::{Clock, Due, Queue, Times};
use crate::http::Client;
use crate::processors::{Processors, Used};
use crate::world::Hotels;

/// Before the noisy one begins: it may save up requests of five seconds, and does.
const CALM: Duration = Duration::from_secs(5);
/// In which it spends them.
const BURST: Duration = Duration::from_secs(2);
/// Answers that take this much longer than the turn never come.
const GRACE: Duration = Duration::from_secs(15);
/// As many as would keep the pace if each answer took 400 ms.
const QUIET_CONNECTIONS: u32 = 100;

/// What all turns have in common.
pub struct Stage<'a> {
    pub address: SocketAddr,
    pub hotels: &'a Hotels,
    pub clock: &'a Clock,
    pub processors: &'a Processors<'a>,
    /// The search that takes longest.
    pub search: &'a str,
    /// Requests of a quiet hotel a second.
    pub quiet_requests: u32,
    /// Requests of the noisy one a second.
    pub noisy_requests: u32,
    pub noisy_connections: u32,
    pub measured: Duration,
}

/// What came of a turn.
#[derive(Default)]
pub struct Turn {
    pub quiet: Quiet,
    pub noisy: Noisy,
    pub used: Option<Used>,
}

/// Times are in microseconds.
#[derive(Default)]
pub struct Quiet {
    /// From when each request was due to its answer.
    pub latencies: Vec<u32>,
    /// The same while the noisy one spent what it had saved up.
    pub burst: Vec<u32>,
    /// From when each request was due to when it was sent.
    pub late: Vec<u32>,
    /// From when each was sent to its answer: what is left of the latency without the client's own delay.
    pub from_sent: Vec<u32>,
    /// Requests of the whole turn that were not answered as they should be, by status; 0: not at all.
    pub errors: BTreeMap<u16, u64>,
}

#[derive(Default)]
pub struct Noisy {
    /// Requests that were due in the time that is measured, and those of them that were sent.
    pub due: u64,
    pub sent: u64,
    /// Answers in that time, by status.
    pub answers: BTreeMap<u16, u64>,
}

/// When what begins.
#[derive(Clone, Copy)]
struct Moments {
    begin: Instant,
    noisy: Instant,
    measured: Instant,
    end: Instant,
}

impl Stage<'_> {
    pub async fn turn(&self, noise: Noise) -> Result<Turn, Failure> {
        let quiet = self.connect(QUIET_CONNECTIONS).await?;
        let noisy = self.connect(if noise == Noise::Nothing { 0 } else { self.noisy_connections }).await?;
        let begin = Instant::now();
        let moments = Moments {
            begin,
            noisy: begin + CALM,
            measured: begin + CALM + BURST,
            end: begin + CALM + BURST + self.measured,
        };
        let [quiet_due, noisy_due] = self.clock.tell(self.times(noise, moments))?;
        let turn = RefCell::new(Turn::default());
        if noise != Noise::Nothing {
            turn.borrow_mut().noisy.due = (self.measured.as_secs_f64() * f64::from(self.noisy_requests)) as u64;
        }
        let quiet = quiet.into_iter().map(|client| self.be_quiet(client, &quiet_due, moments, &turn));
        let noisy = noisy.into_iter().map(|client| self.be_noisy(noise, client, &noisy_due, moments, &turn));
        let all = async {
            tokio::try_join!(
                try_join_all(quiet),
                try_join_all(noisy),
                self.processors.between(moments.measured, moments.end)
            )
        };
        let done = tokio::time::timeout(moments.end.duration_since(begin) + GRACE, all).await;
        let (_, _, used) = done.map_err(|_| "a request was not answered")??;
        let mut turn = turn.into_inner();
        turn.used = used;
        Ok(turn)
    }

    async fn connect(&self, number: u32) -> Result<Vec<Client>, Failure> {
        try_join_all((0..number).map(|_| Client::connect(self.address))).await
    }

    fn times(&self, noise: Noise, moments: Moments) -> [Times; 2] {
        let Moments { begin, noisy, end, .. } = moments;
        let noisy_until = if noise == Noise::Nothing { noisy } else { end };
        [
            Times { from: begin, until: end, per_second: self.hotels.quiet.len() as u32 * self.quiet_requests },
            Times { from: noisy, until: noisy_until, per_second: self.noisy_requests },
        ]
    }

    async fn be_quiet(
        &self,
        mut client: Client,
        queue: &Queue,
        moments: Moments,
        turn: &RefCell<Turn>,
    ) -> Result<(), Failure> {
        while let Some(due) = queue.next().await {
            let (request, right) = self.quiet_request(due.number);
            let sent = Instant::now();
            let status = client.ask(&request).await.map_or(0, |answer| answer.status);
            turn.borrow_mut().quiet.note(due, sent, status == right, moments);
            if status != right {
                *turn.borrow_mut().quiet.errors.entry(status).or_default() += 1;
            }
            if status == 0 {
                client = Client::connect(self.address).await?;
            }
        }
        Ok(())
    }

    /// The hotels take turns. Each is at another place of its ten requests, so that they do not all write at once.
    fn quiet_request(&self, number: u64) -> (Vec<u8>, u16) {
        let hotels = self.hotels.quiet.len() as u64;
        let hotel = number % hotels;
        self.hotels.quiet[hotel as usize].quiet_request(number / hotels + hotel * 3)
    }

    async fn be_noisy(
        &self,
        noise: Noise,
        mut client: Client,
        queue: &Queue,
        moments: Moments,
        turn: &RefCell<Turn>,
    ) -> Result<(), Failure> {
        let request = self.hotels.noisy.noisy_request(noise, self.search);
        let mut is_checked = false;
        while let Some(due) = queue.next().await
            && Instant::now() < moments.end
        {
            turn.borrow_mut().noisy.sent += u64::from(due.at >= moments.measured);
            let answer = client.ask(&request).await?;
            if answer.status == 429 && !is_checked {
                check_refusal(answer.head)?;
                is_checked = true;
            }
            if (moments.measured..moments.end).contains(&Instant::now()) {
                *turn.borrow_mut().noisy.answers.entry(answer.status).or_default() += 1;
            }
        }
        Ok(())
    }
}

impl Quiet {
    fn note(&mut self, due: Due, sent: Instant, is_right: bool, moments: Moments) {
        let micros = |from: Instant, to: Instant| to.duration_since(from).as_micros() as u32;
        let is_measured = due.at >= moments.measured;
        if is_measured {
            self.late.push(micros(due.at, sent));
        }
        // What was refused at once would make it look fast.
        if is_right && due.at >= moments.noisy {
            let latencies = if is_measured { &mut self.latencies } else { &mut self.burst };
            let answered = Instant::now();
            latencies.push(micros(due.at, answered));
            if is_measured {
                self.from_sent.push(micros(sent, answered));
            }
        }
    }
}

/// Who is refused is told when to come back, and what the plan says.
fn check_refusal(head: &[u8]) -> Result<(), Failure> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let is_there = |name: &str| head.contains(&format!("\r\n{name}: "));
    if ["retry-after", "ratelimit", "ratelimit-policy"].into_iter().all(is_there) {
        return Ok(());
    }
    Err(format!("a refusal without its headers: {head}").into())
}
