//! Mutants of the source: each `tests/mutants/<name>.patch` weakens the server by one thing. Under a line that says how,
//! a line `Killed by:` names the tests, by the words that choose them. The source itself has no switches.
//!
//! Each is built, so they are tried by hand:
//!
//! ```text
//! cargo test isolation_mutants::patches -- --ignored --nocapture                          every one: some two hours
//! STAYZR_MUTANTS=cursor cargo test isolation_mutants::patches -- --ignored --nocapture    those called so
//! ```

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use crate::support::repository::{files_in, path, read, stem};

struct Patch {
    name: String,
    file: PathBuf,
    weakens: String,
    tests: Vec<String>,
}

fn patches() -> Vec<Patch> {
    let files = files_in("tests/mutants").into_iter().filter(|file| file.ends_with(".patch"));
    files
        .map(|file| {
            let text = read(&file);
            let line = |key: &str| {
                let found = text.lines().find_map(|line| line.strip_prefix(key));
                found.unwrap_or_else(|| panic!("{file} has no line \"{key}\"")).trim().to_owned()
            };
            Patch {
                name: stem(&file).to_owned(),
                weakens: line("Weakens:"),
                tests: line("Killed by:").split(' ').map(ToOwned::to_owned).collect(),
                file: path(&file),
            }
        })
        .collect()
}

/// In that folder, whatever repository it lies in.
fn apply(folder: &Path, patch: &Path, check: bool) -> Output {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap()).arg("apply");
    command.args(check.then_some("--check")).arg(patch).output().expect("git")
}

/// The parts of the repository that are built and tested, where they may be changed. What has not changed since the last
/// time is not written, so that it is not built again.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        fs::read_dir(from).unwrap().for_each(|entry| {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        });
    } else {
        let text = fs::read(from).unwrap();
        if fs::read(to).ok().as_ref() != Some(&text) {
            fs::write(to, text).unwrap();
        }
    }
}

fn copy_repository(to: &Path) {
    let left = [".git", "target"].map(OsStr::new);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(path(".")).unwrap() {
        let name = entry.unwrap().file_name();
        if !left.contains(&&*name) {
            copy(&path(".").join(&name), &to.join(&name));
        }
    }
}

fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder).env("CARGO_TARGET_DIR", folder.with_file_name("target"));
    command.env_remove("UPDATE").args(["test", "--quiet", "--lib", "--test", "it"]).args(arguments);
    command.stderr(Stdio::null());
    command
}

/// The first test of these that fails in that folder.
fn first_failure(folder: &Path, tests: &[String]) -> Option<String> {
    let mut command = cargo(folder, &["--no-fail-fast", "--", "--format=pretty"]);
    command.args(["--include-ignored", "--skip", "isolation_mutants::"]).args(tests);
    let out = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let failed = out.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    failed.map(ToOwned::to_owned)
}

#[test]
fn every_patch_applies_and_names_its_tests() {
    let modules: BTreeSet<String> = files_in("tests/it").iter().map(|file| stem(file).to_owned()).collect();
    let mut faults = Vec::new();
    for Patch { name, file, tests, .. } in &patches() {
        let checked = apply(&path("."), file, true);
        if !checked.status.success() {
            faults.push(format!("{name}: {}", String::from_utf8_lossy(&checked.stderr)));
        }
        let unknown =
            tests.iter().filter(|test| test.split("::").next().is_none_or(|module| !modules.contains(module)));
        faults.extend(unknown.map(|test| format!("{name}: there are no tests {test}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[ignore = "builds the project once for each mutant: run it by name, with --ignored"]
#[test]
fn every_patched_server_is_noticed() {
    let wanted = std::env::var("STAYZR_MUTANTS").unwrap_or_default();
    let folder = path("target/mutants/tree");
    let mut faults = Vec::new();
    let chosen: Vec<Patch> = patches().into_iter().filter(|patch| patch.name.contains(&wanted)).collect();
    for Patch { name, file, weakens, tests } in &chosen {
        let began = Instant::now();
        copy_repository(&folder);
        let applied = apply(&folder, file, false);
        assert!(applied.status.success(), "{name}: {}", String::from_utf8_lossy(&applied.stderr));
        assert!(cargo(&folder, &["--no-run"]).status().unwrap().success(), "{name} does not build");
        let killer = first_failure(&folder, tests);
        let told = killer.as_deref().unwrap_or("SURVIVED");
        eprintln!("{name}: {told} ({} s)", began.elapsed().as_secs());
        if killer.is_none() {
            faults.push(format!("{name} survives {}: {weakens}", tests.join(" ")));
        }
    }
    eprintln!("{} patches tried, {} killed", chosen.len(), chosen.len() - faults.len());
    assert!(!chosen.is_empty() && faults.is_empty(), "\n{}", faults.join("\n"));
}
