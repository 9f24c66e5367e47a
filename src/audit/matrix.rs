//! Who may do what, as the live catalogs have it: `stayzr audit matrix`, and `policies/MATRIX.md`.

use std::fmt::Write;

use serde::Serialize;
use tokio_postgres::{Client, Error};

/// Each section, with the query it is the answer of.
const SECTIONS: [(&str, &str); 4] = [
    ("Tables", include_str!("../../sql/checks/matrix/access.sql")),
    ("Conditions", include_str!("../../sql/checks/matrix/conditions.sql")),
    ("Functions", include_str!("../../sql/checks/matrix/functions.sql")),
    ("Roles", include_str!("../../sql/checks/matrix/roles.sql")),
];

/// A part of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its lines, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
}

/// Reads the catalogs, as whoever is connected: `stayzr_auditor` sees all of it.
///
/// # Errors
/// When the catalogs cannot be read.
pub async fn read(client: &Client) -> Result<Vec<Section>, Error> {
    let mut sections = Vec::new();
    for (title, query) in SECTIONS {
        let statement = client.prepare(query).await?;
        let columns: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let mut rows = Vec::new();
        for row in client.query(&statement, &[]).await? {
            rows.push((0..row.len()).map(|index| row.try_get(index)).collect::<Result<_, _>>()?);
        }
        sections.push(Section { title, columns, rows });
    }
    Ok(sections)
}

/// The tables of the sections, in Markdown.
#[must_use]
pub fn to_markdown(sections: &[Section]) -> String {
    let mut text = String::new();
    for Section { title, columns, rows } in sections {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n## {title}\n\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    text
}
