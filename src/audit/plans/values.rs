//! Parameters for statements that are only measured: what a column holds in the hotel, where a parameter is compared
//! with one, else something of its type.

use std::collections::BTreeMap;

use tokio_postgres::types::{Kind, Oid, Type};
use tokio_postgres::{Client, Error};

/// Values of one hotel, as literals.
pub(super) struct Values<'a> {
    client: &'a Client,
    organization_id: i32,
    known: BTreeMap<(Vec<String>, String, Oid), Option<String>>,
}

impl<'a> Values<'a> {
    pub(super) fn of(client: &'a Client, organization_id: i32) -> Self {
        Values { client, organization_id, known: BTreeMap::new() }
    }

    /// A literal for each parameter of a statement.
    pub(super) async fn of_statement(&mut self, path: &str, sql: &str, types: &[Type]) -> Result<Vec<String>, Error> {
        let code = without_comments(sql);
        let mut tables = tables(&code);
        // The noun of the file, for columns that no name leads to.
        tables.extend(path.rsplit('/').nth(1).map(str::to_owned));
        let mut literals = Vec::new();
        for (number, kind) in types.iter().enumerate() {
            let place = Place::of(&code, number + 1);
            let held = match &place.column {
                Some(column) if place.operator == "=" => self.held(&tables, column, element(kind).oid()).await?,
                _ => None,
            };
            literals.push(match (held, kind.kind()) {
                (Some(value), Kind::Array(_)) => quoted(&format!("{{{value}}}")),
                (Some(value), _) => quoted(&value),
                (None, _) => made_up(kind, &place),
            });
        }
        Ok(literals)
    }

    /// What that column of the first of the tables that has it, of that type, holds most often in the hotel.
    async fn held(&mut self, tables: &[String], column: &str, kind: Oid) -> Result<Option<String>, Error> {
        let key = (tables.to_vec(), column.to_owned(), kind);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let find = include_str!("../../../sql/checks/plans/held.sql");
        let query = self.client.query_opt(find, &[&tables, &column, &self.organization_id, &kind]).await?;
        let held = match query {
            Some(query) => {
                let rows = self.client.query(&query.try_get::<_, String>("query")?, &[]).await?;
                rows.first().map(|row| row.try_get(0)).transpose()?
            }
            None => None,
        };
        self.known.insert(key, held.clone());
        Ok(held)
    }
}

/// What an array is of, or the type itself.
fn element(kind: &Type) -> &Type {
    match kind.kind() {
        Kind::Array(element) => element,
        _ => kind,
    }
}

/// Where a parameter stands.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    /// What it is compared by: `=`, `<`, `>`, or nothing.
    operator: String,
    /// With which column.
    column: Option<String>,
    /// Whether it is in a row of several, as the place to go on after is.
    in_row: bool,
    /// Whether the statement asks if it is null.
    may_be_null: bool,
}

impl Place {
    fn of(code: &str, number: usize) -> Place {
        let name = format!("${number}");
        let mut place = Place::default();
        for (at, _) in code.match_indices(&name) {
            let after = &code[at + name.len()..];
            if after.starts_with(|letter: char| letter.is_ascii_digit()) {
                continue;
            }
            let after = after.trim_start_matches(|letter: char| ":[]_".contains(letter) || letter.is_alphanumeric());
            let before = code[..at].trim_end();
            place.may_be_null |= after.trim_start().starts_with("is null")
                || after.trim_start().starts_with("is not null")
                || before.ends_with("distinct from")
                || before.ends_with("coalesce(");
            let (bare, in_row) = before_row(before);
            let bare = bare.strip_suffix("any").map_or(bare, str::trim_end);
            let operand = bare.trim_end_matches(['=', '<', '>', '!']);
            let operator = &bare[operand.len()..];
            if place.operator.is_empty() && !operator.is_empty() {
                place.operator = operator.to_owned();
                place.in_row = in_row;
                place.column = word_before(operand);
            }
        }
        place
    }
}

/// What stands before the row or the brackets that a parameter is in, and whether others stand there before it.
fn before_row(text: &str) -> (&str, bool) {
    let bare = text
        .trim_end_matches(|letter: char| "(,$".contains(letter) || letter.is_whitespace() || letter.is_ascii_digit());
    let between = &text[bare.len()..];
    // `in ($1` and `limit 5 + $1` are not rows; what has an operator before it and a bracket or a comma is.
    (bare, between.contains('(') || between.contains(','))
}

fn word_before(text: &str) -> Option<String> {
    let text = text.trim_end();
    let word = text.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
    (!word.is_empty()).then(|| word.to_owned())
}

fn without_comments(sql: &str) -> String {
    sql.lines().map(|line| line.split("--").next().unwrap_or_default().to_lowercase() + "\n").collect()
}

/// The tables that a statement names, in its order.
fn tables(code: &str) -> Vec<String> {
    let words: Vec<&str> = code.split_whitespace().collect();
    let follows = |pair: &[&str]| ["from", "join", "update", "into"].contains(&pair[0]).then(|| pair[1].to_owned());
    let clean = |word: String| word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '_').to_owned();
    words
        .windows(2)
        .filter_map(follows)
        .map(clean)
        .filter(|word| word.starts_with(|letter: char| letter.is_alphabetic()))
        .collect()
}

/// Something of that type, as a request without filters asks for it.
fn made_up(kind: &Type, place: &Place) -> String {
    if place.may_be_null && !place.in_row {
        return "null".to_owned();
    }
    // A list from its beginning: after the greatest where it descends, after the least where it ascends.
    let descends = place.operator.starts_with('<');
    let literal = match (*kind == Type::UUID, place.in_row && !place.operator.is_empty()) {
        (true, true) if descends => "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        (true, true) => "'00000000-0000-0000-0000-000000000000'",
        (true, false) => "gen_random_uuid()",
        (false, is_row) => match kind.kind() {
            Kind::Array(_) => "'{}'",
            _ => match *kind {
                Type::BOOL => "false",
                Type::INT8 if is_row && descends => "9223372036854775807",
                Type::INT2 | Type::INT4 | Type::INT8 => "50",
                Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8 => "0",
                Type::TIMESTAMPTZ | Type::TIMESTAMP if is_row && descends => "'9999-12-31 23:59:59'",
                Type::TIMESTAMPTZ | Type::TIMESTAMP if is_row => "'0001-01-01'",
                Type::TIMESTAMPTZ | Type::TIMESTAMP | Type::DATE if descends => "now() + interval '1 day'",
                Type::TIMESTAMPTZ | Type::TIMESTAMP | Type::DATE => "now() - interval '30 days'",
                Type::INTERVAL => "interval '1 day'",
                Type::JSON | Type::JSONB => "'{}'",
                Type::BYTEA => "'\\x00'",
                Type::TEXT | Type::VARCHAR if is_row => "''",
                Type::TEXT | Type::VARCHAR => "'scratch'",
                _ => "null",
            },
        },
    };
    literal.to_owned()
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(sql: &str, number: usize) -> (String, Option<String>, bool, bool) {
        let Place { operator, column, in_row, may_be_null } = Place::of(&without_comments(sql), number);
        (operator, column, in_row, may_be_null)
    }

    #[test]
    fn a_parameter_is_known_by_where_it_stands() {
        let column = |name: &str| Some(name.to_owned());
        let list = "-- $1 limit\nselect 1 from guests g where g.owner_id = $4 and (created_at, id) < ($2, $3) limit $1";
        assert_eq!(place(list, 4), ("=".into(), column("owner_id"), false, false));
        assert_eq!((place(list, 2).0, place(list, 2).2), ("<".into(), true));
        assert_eq!((place(list, 3).0, place(list, 3).2), ("<".into(), true));
        assert_eq!(place(list, 1), (String::new(), None, false, false));
        let update = "-- $1 what stays\nupdate sessions set end_reason = $2 where id is distinct from $1 and ($12::text is null or a = $12)";
        assert_eq!(place(update, 2), ("=".into(), column("end_reason"), false, false));
        assert_eq!(place(update, 1), (String::new(), None, false, true));
        assert_eq!(place(update, 12), ("=".into(), column("a"), false, true));
        assert_eq!(place("-- $1 ids\nselect 1 from guests where id = any ($1)", 1).1, column("id"));
        assert_eq!(tables(&without_comments(update)), ["sessions"]);
    }
}
