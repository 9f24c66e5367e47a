//! HTTP/1.1 over a kept connection, one request at a time. It shares the processors with what is measured, so it reads
//! a status and a length and nothing else.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failure;

const ANSWER_BYTES_MAX: usize = 1 << 20;

/// One connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer<'a> {
    pub status: u16,
    /// The lines before the body.
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: Vec::with_capacity(1 << 16) })
    }

    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
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
        let (head, body) = self.buffer.split_at(head);
        Ok(Answer { status, head, body })
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
