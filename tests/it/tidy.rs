//! The rules of the repository that no compiler holds.

mod source;

use std::collections::BTreeSet;

use source::{compares_the_organization, query_paths, sql_in_literals};

use crate::openapi::operations;
use crate::support::repository::{files_below, files_in, path, read, stem};

const LINES_MAX: usize = 400;

fn rust_files(folders: &[&str]) -> Vec<String> {
    let files = folders.iter().flat_map(|folder| files_below(folder));
    let files: Vec<String> = files.filter(|file| file.ends_with(".rs")).collect();
    assert!(!files.is_empty(), "{folders:?} hold code");
    files
}

/// No line of these files, comments aside, holds any of these words.
#[track_caller]
fn assert_absent(files: impl IntoIterator<Item = String>, words: &[&str]) {
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for file in files {
        looked_at += 1;
        for (number, line) in read(&file).lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && words.iter().any(|word| code.contains(word)) {
                faults.push(format!("{file}:{}: {code}", number + 1));
            }
        }
    }
    assert!(looked_at > 0, "there are files to look at");
    assert!(faults.is_empty(), "{words:?} must not be here:\n{}", faults.join("\n"));
}

#[test]
fn no_file_is_longer_than_one_sitting() {
    let long =
        rust_files(&["src", "tests", "benches"]).into_iter().filter(|file| read(file).lines().count() > LINES_MAX);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<String>::new(), "files of more than {LINES_MAX} lines");
}

#[test]
fn stores_and_the_database_know_nothing_of_http() {
    let files = rust_files(&["src"]);
    let inner = files.into_iter().filter(|file| file.ends_with("/store.rs") || file.starts_with("src/db/"));
    assert_absent(inner, &["poem"]);
}

#[test]
fn handlers_know_nothing_of_postgresql() {
    let files = rust_files(&["src"]).into_iter().filter(|file| file.ends_with("/api.rs"));
    assert_absent(files, &["tokio_postgres", "postgres_types"]);
}

/// Who holds the database can make a scope of any hotel: the authentication layer may, and
/// what puts the application together. Handlers and stores get a scope, or one question.
#[test]
fn scopes_are_made_by_the_authentication_layer_only() {
    let makers = ["src/app.rs", "src/serve.rs", "src/http/authenticate.rs"];
    let files = rust_files(&["src"]).into_iter();
    let files = files.filter(|file| !file.starts_with("src/db/") && !makers.contains(&&**file));
    assert_absent(files, &["Database,", "Database>", "Database)", "tenant_scope("]);
    // The scopes of one's own and of an inviter are for proving who one is, and nothing else.
    let files = rust_files(&["src"]).into_iter();
    let files = files.filter(|file| !file.starts_with("src/db/") && !file.starts_with("src/auth/"));
    assert_absent(files, &["own_scope(", "inviter_scope(", "try_as("]);
    // What somebody else would see is for explaining it.
    let files = rust_files(&["src"]).into_iter();
    let files = files.filter(|file| !file.starts_with("src/auth/") && !file.starts_with("src/access/"));
    assert_absent(files, &[".trial("]);
}

#[test]
fn pools_stay_in_db() {
    let files = rust_files(&["src"]).into_iter().filter(|file| !file.starts_with("src/db/"));
    assert_absent(files, &["deadpool"]);
}

#[test]
fn the_environment_is_read_in_config_only() {
    let readers = ["src/config.rs", "src/main.rs", "src/build.rs"];
    let files = rust_files(&["src"]).into_iter().filter(|file| !readers.contains(&&**file));
    // Finding out about the system (std::env::temp_dir, consts) is not reading the environment.
    assert_absent(files, &["env::var", "env::set_var", "env::remove_var", "env::args", "option_env!"]);
}

#[test]
fn the_library_logs_and_does_not_print() {
    let commands = [
        "src/main.rs",
        "src/auditing.rs",
        "src/auditing/live.rs",
        "src/serve.rs",
        "src/keys.rs",
        "src/partitioning.rs",
        "src/build.rs",
    ];
    let files = rust_files(&["src"]).into_iter().filter(|file| !commands.contains(&&**file));
    assert_absent(files, &["println!(", "print!(", "dbg!("]);
}

#[test]
fn sql_is_in_files_of_its_own() {
    let files = rust_files(&["src"]).into_iter().filter(|file| !file.starts_with("src/db/"));
    let faults = files.flat_map(|file| {
        let literals = sql_in_literals(&read(&file));
        literals.into_iter().map(move |literal| format!("{file}: {literal}"))
    });
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new(), "SQL belongs into sql/queries");
}

#[test]
fn every_query_has_a_caller_and_every_caller_a_query() {
    let mut called = BTreeSet::new();
    for file in rust_files(&["src"]) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        called.extend(query_paths(&folder, &read(&file)));
    }
    let mut there: BTreeSet<String> = files_below("sql/queries").into_iter().collect();
    assert!(!there.is_empty());
    // What the owner runs by command.
    there.extend(files_below("sql/partitions"));
    let idle: Vec<_> = there.difference(&called).collect();
    assert!(idle.is_empty(), "no caller in src: {idle:?}");
    let missing: Vec<_> = called.iter().filter(|query| !path(query).is_file()).collect();
    assert!(missing.is_empty(), "called and not there: {missing:?}");
}

/// I3: row security supplies the predicate, so that a missing policy shows.
#[test]
fn no_query_compares_the_organization_with_a_value() {
    let queries = files_below("sql/queries");
    let faults: Vec<_> = queries.into_iter().filter(|query| compares_the_organization(&read(query))).collect();
    assert!(faults.is_empty(), "leave the hotel to the policies: {faults:?}");
}

#[test]
fn every_table_has_its_policies_and_every_policy_file_a_table() {
    let mut tables = BTreeSet::new();
    for migration in files_in("migrations") {
        for line in read(&migration).lines() {
            // A view has grants of its own, and so a file.
            let line = line.trim_start();
            let made = line.strip_prefix("create table public.").or_else(|| line.strip_prefix("create view public."));
            tables.extend(made.and_then(|rest| rest.split([' ', '(']).next()).map(str::to_owned));
        }
    }
    // The roles themselves, and what `stayzr migrate` keeps in the schema app.
    let others = [
        "applied_files",
        "applied_objects",
        "audit_heads",
        "database_roles",
        "invoice_numbers",
        "partition_moves",
        "release",
        "schema_history",
    ];
    let policies = files_in("policies").into_iter().filter(|file| file.ends_with(".sql"));
    let policies: BTreeSet<String> = policies.map(|file| stem(&file).to_owned()).collect();
    let policies = policies.into_iter().filter(|name| !others.contains(&&**name)).collect();
    assert_eq!(tables, policies, "tables of the migrations, and files in policies/");
}

#[test]
fn every_migration_has_a_number_of_its_own_and_a_name() {
    let mut versions = BTreeSet::new();
    for file in files_in("migrations") {
        let name = file.trim_start_matches("migrations/").trim_end_matches(".sql");
        let parts = name.strip_prefix('V').and_then(|rest| rest.split_once("__"));
        let (version, words) = parts.unwrap_or_else(|| panic!("{file} is V<number>__<name>.sql"));
        assert!(version.len() == 3 && version.chars().all(|digit| digit.is_ascii_digit()), "{file}: three digits");
        assert!(words.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{file}: snake case");
        assert!(versions.insert(version.to_owned()), "{file}: the number is taken");
    }
    let numbers: Vec<usize> = versions.iter().map(|version| version.parse().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "no number is left out");
}

#[test]
fn every_noun_of_the_document_has_its_folder_and_its_tests() {
    // A verb may have two words (`auth_logout_all`): the noun is the longest beginning with a folder.
    let noun = |operation: &str| {
        let ends = operation.rmatch_indices('_').map(|(end, _)| operation[..end].to_owned());
        let nouns: Vec<String> = ends.collect();
        nouns.iter().find(|noun| path(&format!("src/{noun}")).is_dir()).or(nouns.first()).unwrap().clone()
    };
    let nouns: BTreeSet<String> = operations().iter().map(|operation| noun(&operation.id)).collect();
    for noun in nouns {
        // The probes belong to no data and live with the layers.
        let source = if noun == "health" { "src/http/health.rs".into() } else { format!("src/{noun}/api.rs") };
        for file in [source, format!("tests/it/{noun}.rs")] {
            assert!(path(&file).is_file(), "{file} is missing; the noun spells the path");
        }
    }
}

#[test]
fn every_path_the_readme_names_exists() {
    let readme = read("README.md");
    let mut named = 0;
    for word in readme.split('`').skip(1).step_by(2) {
        let folder = word.split('/').next().unwrap_or_default();
        let ours = word.contains('/') && path(folder).exists() && !word.starts_with('/');
        // The noun that "add a table" makes up.
        let made_up = word.contains("things");
        let plain = word.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
        if ours && plain && !made_up && folder != "target" {
            named += 1;
            assert!(path(word).exists(), "README.md names `{word}`, which is not there");
        }
    }
    assert!(named > 5, "README.md maps the repository");
}

#[test]
fn the_top_of_the_repository_holds_what_it_always_held() {
    let known = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "benches",
        "migrations",
        "openapi",
        "policies",
        "sql",
        "src",
        "tests",
    ];
    // What git does not track is nobody's business; without git, what a build leaves is known.
    let git = std::process::Command::new("git").arg("-C").arg(path(".")).arg("ls-files").output();
    let mut top: BTreeSet<String> = match git {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|file| file.split('/').next().unwrap().to_owned())
            .collect(),
        _ => std::fs::read_dir(path(".")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect(),
    };
    top.retain(|name| !name.starts_with('.') && name != "target" && !known.contains(&&**name));
    assert!(top.is_empty(), "put these where they belong: {top:?}");
}
