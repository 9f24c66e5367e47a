//! Reading the files of `sql/attacks`; `sql/attacks/README.md` says what is in them.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::audit::Severity;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sql/attacks");

/// What should come of an attempt: any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expectation {
    /// An error with one of these SQLSTATEs.
    Refused(Vec<String>),
    /// Nothing read or touched.
    ZeroRows,
    /// At least one row, so that it is known to work, and nothing foreign.
    OwnRows,
    /// Whatever it does, nothing foreign comes of it.
    NothingForeign,
    /// It works, for this reason.
    Accepted(String),
}

/// One block of a file.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) what: String,
    pub(super) expected: Vec<Expectation>,
    /// The attempt; or where `makes_attempts`, a query for attempts.
    pub(super) statement: String,
    pub(super) makes_attempts: bool,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) what: String,
    pub(super) why: String,
    pub(super) expected: String,
    pub(super) severity: Severity,
    pub(super) roles: Vec<String>,
    /// By the roles' own logins, without the two hotels.
    pub(super) by_login: bool,
    pub(super) blocks: Vec<Block>,
}

/// Every drill of this release, by id.
pub(super) fn scripts() -> Result<Vec<Script>, String> {
    let mut scripts = Vec::new();
    for file in FILES.files() {
        let Some(name) = file.path().to_str().and_then(|path| path.strip_suffix(".sql")) else { continue };
        let text = file.contents_utf8().unwrap_or_default();
        scripts.push(parse(name, text).map_err(|fault| format!("sql/attacks/{name}.sql {fault}"))?);
    }
    scripts.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(scripts)
}

/// A file of `sql/attacks/scene`, without what only psql understands.
pub(super) fn scene(name: &str) -> &'static str {
    let text = FILES.get_file(format!("scene/{name}.sql")).and_then(|file| file.contents_utf8()).unwrap_or_default();
    without_psql(text)
}

fn without_psql(text: &str) -> &str {
    let text = text.trim_end();
    text.strip_suffix("\\gset").or(text.strip_suffix("\\gexec")).unwrap_or(text).trim_end()
}

fn parse(name: &str, text: &str) -> Result<Script, String> {
    let begin = ["-- attempt: ", "-- attempts: "];
    let starts = |line: &str| begin.iter().any(|word| line.starts_with(word));
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| starts(line)).ok_or("tries nothing")?;
    let (head, mut rest) = lines.split_at(first);

    let (title, head) = head.split_first().ok_or("has no title")?;
    let (id, title) = title.strip_prefix("-- ").and_then(|line| line.split_once(' ')).ok_or("has no id")?;
    let head = directives(head).0;
    let field = |key: &str| head.get(key).cloned().ok_or_else(|| format!("says no {key}"));

    let mut blocks = Vec::new();
    while let Some((line, after)) = rest.split_first() {
        let end = after.iter().position(|line| starts(line)).unwrap_or(after.len());
        blocks.push(block(line, &after[..end])?);
        rest = &after[end..];
    }
    Ok(Script {
        id: id.to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        what: field("What")?,
        why: field("Why")?,
        expected: field("Expected")?,
        severity: match field("Severity")?.as_str() {
            "low" => Severity::Low,
            "medium" => Severity::Medium,
            "high" => Severity::High,
            "critical" => Severity::Critical,
            other => return Err(format!("has the severity {other}")),
        },
        roles: field("Role")?.split(", ").map(str::to_owned).collect(),
        by_login: match field("In")?.as_str() {
            "a session of its own" => true,
            "one of two hotels" => false,
            other => return Err(format!("is in {other}")),
        },
        blocks,
    })
}

fn block(line: &str, rest: &[&str]) -> Result<Block, String> {
    let (kind, what) = line.split_once(": ").unwrap_or((line, ""));
    let (said, length) = directives(rest);
    let mut expected = Vec::new();
    if let Some(reason) = said.get("accept") {
        expected.push(Expectation::Accepted(reason.clone()));
    }
    for words in said.get("expect").iter().flat_map(|words| words.split(" or ")) {
        expected.push(match words.split_once(' ').unwrap_or((words, "")) {
            ("refused", states) if !states.is_empty() => {
                Expectation::Refused(states.split(' ').map(str::to_owned).collect())
            }
            ("zero", "rows") => Expectation::ZeroRows,
            ("own", "rows") => Expectation::OwnRows,
            ("nothing", "foreign") => Expectation::NothingForeign,
            _ => return Err(format!("expects {words:?} of {what:?}")),
        });
    }
    if expected.is_empty() {
        return Err(format!("expects nothing of {what:?}"));
    }
    let statement = rest[length..].join("\n");
    let makes_attempts = kind == "-- attempts";
    // Or psql would not know where it ends.
    if !statement.trim_end().ends_with(if makes_attempts { "\\gexec" } else { ";" }) {
        return Err(format!("does not end {what:?}"));
    }
    Ok(Block { what: what.to_owned(), expected, statement: without_psql(&statement).trim().to_owned(), makes_attempts })
}

/// The comments at the beginning, `-- Key: value` each, and how many lines they are. A line that is indented further
/// goes on with the one before it.
fn directives(lines: &[&str]) -> (BTreeMap<String, String>, usize) {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut last = None;
    for (number, line) in lines.iter().enumerate() {
        let Some(comment) = line.strip_prefix("-- ") else { return (found, number) };
        if let Some(more) = comment.strip_prefix("    ") {
            let value: Option<&mut String> = last.as_ref().and_then(|key: &String| found.get_mut(key));
            value.into_iter().for_each(|value| value.extend([" ", more.trim()]));
        } else if let Some((key, value)) = comment.split_once(": ") {
            found.insert(key.to_owned(), value.trim().to_owned());
            last = Some(key.to_owned());
        }
    }
    (found, lines.len())
}

/// Puts in values as psql does: `:name` as it is, `:'name'` quoted; nothing in quotes and comments, and no casts.
pub(super) fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '\'', '$', '-']) {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let (value, length) = variable(rest, values).unwrap_or_else(|| {
            let length = verbatim(rest);
            (rest[..length].to_owned(), length)
        });
        filled.push_str(&value);
        rest = &rest[length..];
    }
    filled + rest
}

/// What stands for a variable at the beginning of a text, and how long its name is.
fn variable(text: &str, values: &BTreeMap<String, String>) -> Option<(String, usize)> {
    let name = text.strip_prefix(":'").or(text.strip_prefix(':'))?;
    let length = name.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(name.len());
    let value = values.get(&name[..length])?;
    if text.starts_with(":'") {
        return Some((format!("'{}'", value.replace('\'', "''")), length + 3));
    }
    Some((value.clone(), length + 1))
}

/// How much of the beginning of a text is a comment, a quotation or a cast, or else one letter.
fn verbatim(text: &str) -> usize {
    let to = |mark: &str, end: &str| {
        let inside = text.strip_prefix(mark)?;
        Some(inside.find(end).map_or(text.len(), |at| mark.len() + at + end.len()))
    };
    let quoted = to("--", "\n").or_else(|| to("$$", "$$")).or_else(|| to("'", "'"));
    quoted.or_else(|| text.starts_with("::").then_some(2)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_drill_with_an_id_of_its_own() {
        let scripts = scripts().unwrap();
        assert!(scripts.len() > 10);
        let ids: Vec<String> = (1..=scripts.len()).map(|number| format!("ATK{number:03}")).collect();
        assert_eq!(scripts.iter().map(|script| script.id.clone()).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn every_file_of_the_scene_is_there() {
        for name in ["hotels", "variables", "rows", "limits"] {
            let text = scene(name);
            assert!(!text.is_empty() && text.lines().all(|line| !line.starts_with('\\')), "{name}");
        }
    }

    #[test]
    fn values_are_put_in_as_psql_does_it() {
        let values = BTreeMap::from([("own".to_owned(), "7".to_owned()), ("name".to_owned(), "it's".to_owned())]);
        for (text, filled) in [
            ("values :own, :'name'", "values 7, 'it''s'"),
            ("values x::own, ':own', $$:own$$, :other -- :own", "values x::own, ':own', $$:own$$, :other -- :own"),
            ("values '12:00', 'a' || :'own' - :own", "values '12:00', 'a' || '7' - 7"),
        ] {
            assert_eq!(fill(text, &values), filled);
        }
    }

    #[test]
    fn a_file_that_is_not_a_drill_says_why() {
        let head = "-- ATK001 t\n-- What: w\n-- Why: y\n--     more\n-- Expected: e\n-- Severity: low\n-- Role: r\n";
        let script =
            parse("x", &format!("{head}-- In: one of two hotels\n\n-- attempt: a\n-- expect: zero rows\nselect 1;\n"));
        assert_eq!(script.map(|script| script.why), Ok("y more".to_owned()));
        for (rest, fault) in [
            ("", "tries nothing"),
            ("-- attempt: a\n-- expect: zero rows\nselect 1;\n", "says no In"),
            ("-- In: one of two hotels\n-- attempt: a\n-- expect: zero rows\nselect 1\n", "does not end \"a\""),
            ("-- In: one of two hotels\n-- attempts: a\n-- expect: zero rows\nselect 1;\n", "does not end \"a\""),
            ("-- In: one of two hotels\n-- attempt: a\nselect 1;\n", "expects nothing of \"a\""),
            (
                "-- In: one of two hotels\n-- attempt: a\n-- expect: refused\nselect 1;\n",
                "expects \"refused\" of \"a\"",
            ),
        ] {
            assert_eq!(parse("x", &format!("{head}{rest}")).err().as_deref(), Some(fault));
        }
    }
}
