//! The two hotels of a drill, and how to tell the rival's from what is nobody's.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use super::answer::Answer;
use super::script::scene;

/// Two hotels that only this transaction sees.
pub(super) struct Scene {
    /// What the attempts call things.
    pub(super) values: BTreeMap<String, String>,
    /// Every row of the rival's, and how to ask for them again.
    rows: Vec<String>,
    ask: tokio_postgres::Statement,
    /// What is the rival's alone: its marker, its number, its ids.
    secrets: BTreeSet<String>,
    /// What stands for the rival, and what stands for nobody in its place.
    twins: Vec<(String, String)>,
}

impl Scene {
    /// Makes them, in the transaction that is open. The connection is an administrator's.
    pub(super) async fn make(client: &Client) -> Result<Scene, tokio_postgres::Error> {
        client.batch_execute(scene("hotels")).await?;
        let values = one_row(client, scene("variables")).await?;
        let statement = one_row(client, scene("rows")).await?.remove("statement").unwrap_or_default();
        let ask = client.prepare(&statement).await?;
        let rows = rows_of_rival(client, &ask).await?;

        let value = |name: &str| values.get(name).cloned().unwrap_or_default();
        let (marker, rival) = (value("marker"), value("rival"));
        let hexadecimal = marker.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut secrets = BTreeSet::from([rival.clone(), marker.clone(), hexadecimal]);
        secrets.extend(rows.iter().flat_map(|row| uuids(row)));

        let ids = values.iter().filter(|(name, value)| name.starts_with("rival_") && Uuid::parse_str(value).is_ok());
        let mut twins: Vec<(String, String)> = ids.map(|(_, id)| (id.clone(), Uuid::new_v4().to_string())).collect();
        twins.extend([(marker, value("nobody_marker")), (rival, value("nobody"))]);
        Ok(Scene { values, rows, ask, secrets, twins })
    }

    /// What in an answer is the rival's, and was not said in the question.
    pub(super) fn told<'a>(&'a self, statement: &str, answer: &Answer) -> Option<&'a str> {
        let (asked, answered) = (statement.to_lowercase(), answer.text().to_lowercase());
        let told = self.secrets.iter().find(|secret| answered.contains(*secret) && !asked.contains(*secret));
        told.map(String::as_str)
    }

    /// Which row of the rival's is not as it was. For the administrator.
    pub(super) async fn changed(&self, client: &Client) -> Result<Option<String>, tokio_postgres::Error> {
        let rows = rows_of_rival(client, &self.ask).await?;
        if rows == self.rows {
            return Ok(None);
        }
        let gone = self.rows.iter().find(|row| !rows.contains(row));
        Ok(gone.or(rows.iter().find(|row| !self.rows.contains(row))).cloned())
    }

    /// The same statement about nobody, where it is about the rival.
    pub(super) fn twin(&self, statement: &str) -> Option<String> {
        let twin = self.about_nobody(statement);
        (twin != statement).then_some(twin)
    }

    /// The same text, as it would be of nobody.
    pub(super) fn about_nobody(&self, text: &str) -> String {
        self.twins.iter().fold(text.to_owned(), |text, (rival, nobody)| text.replace(rival, nobody))
    }
}

async fn rows_of_rival(client: &Client, ask: &tokio_postgres::Statement) -> Result<Vec<String>, tokio_postgres::Error> {
    client.query(ask, &[]).await?.iter().map(|row| row.try_get(0)).collect()
}

async fn one_row(client: &Client, sql: &str) -> Result<BTreeMap<String, String>, tokio_postgres::Error> {
    let mut values = BTreeMap::new();
    for message in client.simple_query(sql).await? {
        if let SimpleQueryMessage::Row(row) = message {
            for (at, column) in row.columns().iter().enumerate() {
                values.insert(column.name().to_owned(), row.get(at).unwrap_or_default().to_owned());
            }
        }
    }
    Ok(values)
}

fn uuids(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-');
    words.filter(|word| word.len() == 36 && Uuid::parse_str(word).is_ok()).map(str::to_lowercase)
}
