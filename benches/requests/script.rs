//! Statements of the service as pgbench can run them: with expressions in place of their parameters.

/// The statement with those values. pgbench has no variables for null, and no comments between statements of a pipeline.
pub fn with_values(sql: &str, values: &[String]) -> String {
    let lines: Vec<&str> = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let placed = |sql: String, (index, value): (usize, &String)| sql.replace(&format!("${}", index + 1), value);
    values.iter().enumerate().rev().fold(lines.join("\n"), placed)
}

/// As a literal of SQL.
pub fn literal(value: impl ToString) -> String {
    format!("'{}'", value.to_string().replace('\'', "''"))
}
