//! Reading source text just closely enough to hold rules about it.

/// The string literals of Rust code that look like SQL.
pub fn sql_in_literals(code: &str) -> Vec<String> {
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    literals(&code).into_iter().filter(|literal| is_sql(literal)).collect()
}

fn is_sql(literal: &str) -> bool {
    let words: Vec<String> = literal.split_whitespace().map(str::to_lowercase).collect();
    let at = |index: usize| words.get(index).map_or("", String::as_str);
    match at(0) {
        "select" => words.len() > 1,
        "insert" => at(1) == "into",
        "delete" => at(1) == "from",
        "update" => words.iter().any(|word| word == "set"),
        "with" => words.iter().any(|word| word == "as") && literal.contains('('),
        _ => false,
    }
}

fn literals(code: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut open: Option<String> = None;
    let mut letters = code.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match (&mut open, letter) {
            // The character '"' opens nothing.
            (None, '"') if before == '\'' && letters.peek() == Some(&'\'') => (),
            (None, '"') => open = Some(String::new()),
            (Some(_), '"') => literals.extend(open.take()),
            (Some(literal), '\\') => literal.extend(letters.next()),
            (Some(literal), other) => literal.push(other),
            (None, _) => (),
        }
        before = letter;
    }
    literals
}

/// The query files that Rust code in that folder includes, by their paths in the repository.
pub fn query_paths(folder: &str, code: &str) -> Vec<String> {
    let included = code.split("include_str!(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let resolved = included.map(|relative| {
        let mut path: Vec<&str> = folder.split('/').collect();
        for part in relative.split('/') {
            match part {
                ".." => drop(path.pop()),
                "." => (),
                part => path.push(part),
            }
        }
        path.join("/")
    });
    resolved.filter(|path| path.starts_with("sql/")).collect()
}

/// Whether a statement compares an organization_id with a parameter or a literal.
pub fn compares_the_organization(sql: &str) -> bool {
    let code: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default().to_lowercase() + "\n").collect();
    let spaced: String = code
        .chars()
        .flat_map(|letter| match letter {
            '=' | '<' | '>' | '!' => vec![' ', letter, ' '],
            '(' | ')' => vec![' '],
            other => vec![other],
        })
        .collect();
    let filler = ["any", "all", "not", "is", "distinct", "from", "some"];
    let tokens: Vec<&str> = spaced.split_whitespace().filter(|token| !filler.contains(token)).collect();
    let is_organization = |token: &str| token == "organization_id" || token.ends_with(".organization_id");
    let is_value =
        |token: &str| token.starts_with(['$', '\'']) || token.starts_with(|letter: char| letter.is_ascii_digit());
    let is_operator = |token: &str| ["=", "<", ">", "!", "in", "between"].contains(&token);
    tokens.iter().enumerate().any(|(index, token)| {
        let forward = tokens[index + 1..].iter().copied().find(|token| !is_operator(token));
        let backward = tokens[..index].iter().rev().copied().find(|token| !is_operator(token));
        // With nothing between, `is` or `is distinct from` was: they compare as well.
        is_organization(token) && (forward.is_some_and(is_value) || backward.is_some_and(is_value))
    })
}

#[test]
fn sql_in_a_literal_is_seen_and_english_is_not() {
    for sql in
        ["select 1", "INSERT into guests", "update guests\n set x = 1", "delete from guests", "with a as (select 1)"]
    {
        assert_eq!(sql_in_literals(&format!("let quote = '\"'; scope.run(\"{sql}\", &[])")).len(), 1, "{sql}");
    }
    let prose =
        "Err(\"Select\") // \"select 1\"\n// \"delete from guests\"\n\"update the guest\" \"with care (as ever)\"";
    assert_eq!(sql_in_literals(&prose.replace("// \"select 1\"", "")), Vec::<String>::new());
}

#[test]
fn a_comparison_of_the_organization_with_a_value_is_seen_and_a_join_is_not() {
    for sql in [
        "where organization_id = $1",
        "where g.organization_id=($1::integer)",
        "where $1 = g.organization_id",
        "where organization_id in (1, 2)",
        "where organization_id = any ($1)",
        "where organization_id is not distinct from $2",
        "where organization_id <> '3'",
    ] {
        assert!(compares_the_organization(sql), "{sql}");
    }
    for sql in [
        "join guests g on g.organization_id = c.organization_id and g.id = $1",
        "select organization_id, $1",
        "select set_config('attack.organization_id', $1, true)",
        "-- organization_id = $1\nselect 1",
        "where id = $1 and organization_id = c.organization_id",
    ] {
        assert!(!compares_the_organization(sql), "{sql}");
    }
}

#[test]
fn an_included_query_is_found_from_its_folder() {
    let code = "include_str!(\"../../sql/queries/guests/get.sql\"), include_str!(\"script.sh\")";
    assert_eq!(query_paths("src/guests", code), ["sql/queries/guests/get.sql"]);
}
