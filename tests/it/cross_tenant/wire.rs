//! HTTP/1.1 by hand: the bytes of an answer as they came, and a hang-up at any moment.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Call;

/// What no answer may take; far above the timeout of a request.
const HANGS: Duration = Duration::from_secs(15);

/// A connection to one server, which is opened when it is needed.
pub struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
    epoch: u64,
}

/// An answer, byte for byte.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// The status line and the headers.
    pub head: Vec<u8>,
    /// The body, without the marks of its chunks.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// The connection could not be opened, or ended before the answer did.
    Cut(io::Error),
    /// Nothing came for far too long.
    Hangs,
}

/// When a client goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HangUp {
    /// Before all of the request is sent.
    Midway,
    /// When the request is sent.
    Sent,
    /// With the first bytes of the answer.
    Answering,
}

impl Reply {
    /// A header, or the empty string.
    pub fn header(&self, name: &str) -> &str {
        header(&self.head, name)
    }
}

impl Wire {
    pub fn to(address: SocketAddr) -> Wire {
        Wire { address, stream: None, epoch: 0 }
    }

    /// What is open since before that restart of the server is closed.
    pub fn since(&mut self, epoch: u64) {
        if std::mem::replace(&mut self.epoch, epoch) != epoch {
            self.stream = None;
        }
    }

    /// Asks, and reads all of the answer.
    pub async fn ask(&mut self, call: &Call) -> Result<Reply, Unanswered> {
        let asked = tokio::time::timeout(HANGS, async {
            let mut stream = self.open().await?;
            stream.write_all(&bytes_of(call)).await?;
            let reply = read(&mut stream).await?;
            if !reply.header("connection").eq_ignore_ascii_case("close") {
                self.stream = Some(stream);
            }
            Ok(reply)
        });
        match asked.await {
            Ok(answer) => answer.map_err(Unanswered::Cut),
            Err(_) => Err(Unanswered::Hangs),
        }
    }

    /// Asks, and is gone.
    pub async fn hang_up(&mut self, call: &Call, when: HangUp) {
        let bytes = bytes_of(call);
        let Ok(mut stream) = self.open().await else { return };
        let length = if when == HangUp::Midway { bytes.len() - 1 - bytes.len() / 8 } else { bytes.len() };
        let sent = stream.write_all(&bytes[..length]).await;
        if when == HangUp::Answering && sent.is_ok() {
            let _ = tokio::time::timeout(HANGS, stream.read(&mut [0; 16])).await;
        }
    }

    async fn open(&mut self) -> io::Result<TcpStream> {
        match self.stream.take() {
            Some(stream) => Ok(stream),
            None => TcpStream::connect(self.address).await,
        }
    }
}

fn bytes_of(call: &Call) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\nHost: stayzr\r\n", call.method, call.path);
    for (name, value) in &call.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = call.body.as_deref().unwrap_or_default();
    if call.body.is_some() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

async fn read(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::with_capacity(4096);
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut bytes).await?;
    };
    let rest = bytes.split_off(end);
    let (head, mut body) = (bytes, rest);
    let status = std::str::from_utf8(&head[9..12]).ok().and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or(io::ErrorKind::InvalidData)?;
    if header(&head, "transfer-encoding").eq_ignore_ascii_case("chunked") {
        body = chunks(stream, body).await?;
    } else {
        let length: usize = header(&head, "content-length").parse().unwrap_or(0);
        while body.len() < length {
            more(stream, &mut body).await?;
        }
    }
    Ok(Reply { status, head, body })
}

async fn chunks(stream: &mut TcpStream, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Some(line) = find(&bytes, b"\r\n") else {
            more(stream, &mut bytes).await?;
            continue;
        };
        let length = std::str::from_utf8(&bytes[..line]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let length = length.ok_or(io::ErrorKind::InvalidData)?;
        while bytes.len() < line + 2 + length + 2 {
            more(stream, &mut bytes).await?;
        }
        body.extend_from_slice(&bytes[line + 2..line + 2 + length]);
        bytes.drain(..line + 2 + length + 2);
        if length == 0 {
            return Ok(body);
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    match stream.read_buf(bytes).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn header<'a>(head: &'a [u8], name: &str) -> &'a str {
    let lines = std::str::from_utf8(head).unwrap_or_default().lines();
    let mut fields = lines.filter_map(|line| line.split_once(": "));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).unwrap_or_default()
}
