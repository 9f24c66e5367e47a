//! The load: HTTP/1.1 over kept connections, one request at a time on each. It shares the processors with what it
//! measures, so it reads a status and a length and nothing else.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failure;
use crate::workload::{Random, Target, Workload};

/// A round that takes this much longer than it should hangs.
const GRACE: Duration = Duration::from_secs(15);
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// What one way did in one round or several.
#[derive(Default)]
pub struct Measured {
    pub seconds: f64,
    pub requests: u64,
    /// Of each request, in microseconds; empty where they are not known.
    pub latencies: Vec<u32>,
    /// Of server, client and PostgreSQL together, where it is known.
    pub processor: Option<Duration>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// Microseconds of the processors for one request.
    pub fn processor_micros(&self) -> Option<f64> {
        self.processor.map(|used| used.as_secs_f64() * 1e6 / self.requests as f64)
    }

    pub fn add(&mut self, other: Measured) {
        self.processor = match (self.requests, self.processor) {
            (0, _) => other.processor,
            (_, used) => used.and_then(|used| Some(used + other.processor?)),
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
    targets: &[Target],
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
            let asked_for = workload.write_request(targets, &mut random, &mut request);
            let sent = Instant::now();
            let answer = client.ask(&request).await?;
            let now = Instant::now();
            if answer.status != workload.status() {
                let text = String::from_utf8_lossy(answer.body).into_owned();
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
    Ok(Measured { seconds: duration.as_secs_f64(), requests: latencies.len() as u64, latencies, processor: None })
}

/// The body of one answer.
pub async fn ask_once(address: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>), Failure> {
    let mut client = Client::connect(address).await?;
    let answer = tokio::time::timeout(GRACE, client.ask(request)).await.map_err(|_| "a request was not answered")??;
    Ok((answer.status, answer.body.to_vec()))
}

struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Answer<'a> {
    status: u16,
    body: &'a [u8],
}

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: Vec::with_capacity(1 << 16) })
    }

    async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (mut head, mut length) = (0, 0);
        while head == 0 || self.buffer.len() < head + length {
            if self.buffer.len() > ANSWER_BYTES_MAX || self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection or does not come to an end".into());
            }
            if head == 0
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                head = end + 4;
                length = content_length(&self.buffer[..end])?;
            }
        }
        // HTTP/1.1 200 OK
        let status = std::str::from_utf8(&self.buffer[9..12])?.parse()?;
        Ok(Answer { status, body: &self.buffer[head..] })
    }
}

fn content_length(head: &[u8]) -> Result<usize, Failure> {
    const NAME: &[u8] = b"content-length:";
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)));
    let line = line.ok_or("an answer without a length")?;
    Ok(std::str::from_utf8(&line[NAME.len()..])?.trim().parse()?)
}
