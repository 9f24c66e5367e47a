//! The load: as many connections as there shall be, on each of which the next request follows the answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::http::Client;
use crate::targets::{Random, Targets};
use crate::used::Used;
use crate::workload::Workload;

/// A round that takes this much longer than it should hangs.
const GRACE: Duration = Duration::from_secs(15);

/// What one way did in one round or several.
#[derive(Default)]
pub struct Measured {
    pub seconds: f64,
    pub requests: u64,
    /// Of each request, in microseconds; empty where they are not known.
    pub latencies: Vec<u32>,
    /// What server, client and PostgreSQL used, where it is known.
    pub used: Option<Used>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// Microseconds of the processors for one request.
    pub fn processor_micros(&self) -> Option<f64> {
        self.used.map(|used| used.all().as_secs_f64() * 1e6 / self.requests as f64)
    }

    pub fn add(&mut self, other: Measured) {
        self.used = match (self.requests, self.used) {
            (0, _) => other.used,
            (_, used) => used.and_then(|used| Some(used + other.used?)),
        };
        self.seconds += other.seconds;
        self.requests += other.requests;
        self.latencies.extend(other.latencies);
    }
}

/// Asks for that long over that many connections. Every status is checked, and on each connection the first body.
pub async fn round(
    address: SocketAddr,
    workload: Workload,
    targets: &Targets,
    connections: usize,
    duration: Duration,
    seed: u64,
) -> Result<Measured, Failure> {
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(Client::connect(address).await?);
    }
    let begin = Instant::now();
    let work = clients.into_iter().enumerate().map(|(number, mut client)| async move {
        let mut random = Random::new(seed * 1000 + number as u64);
        let (mut request, mut latencies) = (Vec::new(), Vec::new());
        while begin.elapsed() < duration {
            let workload = workload.drawn(&mut random);
            let asked_for = workload.write_request(targets, &mut random, &mut request);
            let sent = Instant::now();
            let answer = client.ask(&request).await?;
            let now = Instant::now();
            if answer.status != workload.status() {
                let text = String::from_utf8_lossy(&[answer.head, answer.body].concat()).into_owned();
                return Err(Failure::from(format!("{workload:?} was answered with {}: {text}", answer.status)));
            }
            if latencies.is_empty() {
                workload.check(answer.body, asked_for)?;
            }
            // A request under way at the end counts neither in time nor in number.
            if now.duration_since(begin) <= duration {
                latencies.push(now.duration_since(sent).as_micros() as u32);
            }
        }
        Ok(latencies)
    });
    let done = tokio::time::timeout(duration + GRACE, futures_util::future::try_join_all(work)).await;
    let latencies = done.map_err(|_| "a request was not answered")??.concat();
    Ok(Measured { seconds: duration.as_secs_f64(), requests: latencies.len() as u64, latencies, used: None })
}

/// The body of one answer.
pub async fn ask_once(address: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>), Failure> {
    let mut client = Client::connect(address).await?;
    let answer = tokio::time::timeout(GRACE, client.ask(request)).await.map_err(|_| "a request was not answered")??;
    Ok((answer.status, answer.body.to_vec()))
}
