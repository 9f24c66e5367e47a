//! An SMTP server that keeps what it is given, and as unhelpful as a test wants it.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How a server behaves.
#[derive(Clone, Default)]
pub struct Manner {
    /// What it answers to the first MAILs instead of taking them.
    pub refusals: Vec<&'static str>,
    /// What it wants to hear of AUTH PLAIN, in base64; it offers no AUTH without.
    pub credentials: Option<&'static str>,
    /// Takes connections and never says a word.
    pub silent: bool,
}

/// A message, as it was handed over.
#[derive(Clone, Default)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    /// Without the dots that SMTP adds; lines end in CRLF.
    pub data: String,
}

#[derive(Default)]
struct State {
    refusals: VecDeque<&'static str>,
    commands: Vec<String>,
    received: Vec<Received>,
    connections: usize,
}

pub struct MailServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub async fn start(manner: Manner) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { refusals: manner.refusals.clone().into(), ..State::default() }));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                shared.lock().unwrap().connections += 1;
                let (manner, shared) = (manner.clone(), shared.clone());
                tokio::spawn(async move {
                    // A client that hangs up midway is the client's affair.
                    let _ = converse(socket, &manner, &shared).await;
                });
            }
        });
        MailServer { port, state, task }
    }

    /// What came since the last time.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state.lock().unwrap().received)
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// Every line it was told, but for the messages themselves.
    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(socket: TcpStream, manner: &Manner, state: &Mutex<State>) -> io::Result<()> {
    if manner.silent {
        return std::future::pending().await;
    }
    let mut stream = BufReader::new(socket);
    stream.write_all(b"220 test ESMTP\r\n").await?;
    let mut letter = Received::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_owned();
        state.lock().unwrap().commands.push(command.clone());
        let answer = match command.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
            "EHLO" if manner.credentials.is_some() => "250-test\r\n250 AUTH PLAIN".into(),
            "EHLO" => "250 test".into(),
            "AUTH" if command.strip_prefix("AUTH PLAIN ") == manner.credentials => "235 welcome".into(),
            "AUTH" => format!("535 these are no credentials: {command}"),
            "MAIL" => {
                letter = Received { from: command.clone(), ..Received::default() };
                let refusal = state.lock().unwrap().refusals.pop_front();
                refusal.unwrap_or("250 go on").into()
            }
            "RCPT" => {
                letter.to.push(command);
                "250 go on".into()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                letter.data = read_data(&mut stream).await?;
                state.lock().unwrap().received.push(letter.clone());
                "250 taken".into()
            }
            "QUIT" => "221 bye".into(),
            _ => "500 pardon?".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

async fn read_data(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
