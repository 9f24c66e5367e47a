//! What PostgreSQL said to an attempt, all of it.

use std::pin::pin;

use futures_util::StreamExt;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// Rows, or an error with every field it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Each row's cells.
    pub(super) rows: Vec<Vec<String>>,
    /// How many rows the last statement read or touched.
    pub(super) touched: u64,
    pub(super) error: Option<Refusal>,
    /// The server waits for rows to copy, and takes nothing else: the connection is of no more use.
    pub(super) copies_in: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) sqlstate: String,
    pub(super) message: String,
    /// The message and every other field, for who looks for something in it.
    pub(super) text: String,
}

impl Answer {
    /// Sends a statement, or several, and reads everything; an error that is not PostgreSQL's is the connection's.
    pub(super) async fn to(client: &Client, statement: &str) -> Result<Answer, Error> {
        let lower = statement.trim().to_lowercase();
        let answered = if lower.starts_with("copy ") && lower.ends_with(" to stdout") {
            copy_out(client, statement).await
        } else {
            client.simple_query(statement).await.map(read)
        };
        if lower.ends_with(" from stdin") && answered.as_ref().is_err_and(|error| error.as_db_error().is_none()) {
            return Ok(Answer { touched: 1, copies_in: true, ..Answer::default() });
        }
        answered.or_else(|error| {
            let refusal = Refusal::of(&error).ok_or(error)?;
            Ok(Answer { error: Some(refusal), ..Answer::default() })
        })
    }

    /// All of it, as text.
    pub(super) fn text(&self) -> String {
        let rows = self.rows.iter().map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n");
        self.error.as_ref().map_or(rows, |error| error.text.clone())
    }

    /// The beginning of it, on one line.
    pub(super) fn summary(&self) -> String {
        if let Some(error) = &self.error {
            return format!("{}: {}", error.sqlstate, shortened(&error.message));
        }
        if self.copies_in {
            return "the copy was let begin".to_owned();
        }
        match (self.touched, self.text()) {
            (0, text) if text.is_empty() => "done".to_owned(),
            (touched, text) if text.is_empty() => format!("rows touched: {touched}"),
            (_, text) => shortened(&text),
        }
    }
}

impl Refusal {
    fn of(error: &Error) -> Option<Refusal> {
        let refusal = error.as_db_error()?;
        let fields = [
            Some(refusal.message()),
            refusal.detail(),
            refusal.hint(),
            refusal.where_(),
            refusal.schema(),
            refusal.table(),
            refusal.column(),
            refusal.datatype(),
            refusal.constraint(),
        ];
        Some(Refusal {
            sqlstate: refusal.code().code().to_owned(),
            message: refusal.message().to_owned(),
            // Where in the statement it went wrong follows from the statement; it may quote one that runs inside.
            text: format!("{}\n{:?}", fields.map(Option::unwrap_or_default).join("\n"), refusal.position()),
        })
    }
}

fn read(messages: Vec<SimpleQueryMessage>) -> Answer {
    let mut answer = Answer::default();
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => {
                let cell = |at| row.get(at).unwrap_or("null").to_owned();
                answer.rows.push((0..row.len()).map(cell).collect());
            }
            SimpleQueryMessage::CommandComplete(touched) => answer.touched = touched,
            _ => (),
        }
    }
    answer
}

async fn copy_out(client: &Client, statement: &str) -> Result<Answer, Error> {
    let mut chunks = pin!(client.copy_out(statement).await?);
    let mut rows = Vec::new();
    while let Some(chunk) = chunks.next().await {
        rows.push(vec![String::from_utf8_lossy(&chunk?).trim_end().to_owned()]);
    }
    Ok(Answer { touched: rows.len() as u64, rows, ..Answer::default() })
}

fn shortened(text: &str) -> String {
    const CHARACTERS_MAX: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
