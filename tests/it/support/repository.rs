//! The files of the repository, for tests about them.

use std::path::{Path, PathBuf};

/// A path of the repository.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The text of a file of the repository.
#[track_caller]
pub fn read(relative: &str) -> String {
    std::fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// Every file below a folder, by its path in the repository, in order.
pub fn files_below(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    for name in files_and_folders(folder) {
        let relative = format!("{folder}/{name}");
        if path(&relative).is_dir() {
            files.extend(files_below(&relative));
        } else {
            files.push(relative);
        }
    }
    files
}

/// Every file in a folder and not below it, by its path in the repository, in order.
pub fn files_in(folder: &str) -> Vec<String> {
    let files = files_and_folders(folder).into_iter().map(|name| format!("{folder}/{name}"));
    files.filter(|relative| path(relative).is_file()).collect()
}

fn files_and_folders(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(path(folder)) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The name of a file without its folder and its ending.
pub fn stem(relative: &str) -> &str {
    relative.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default()
}

/// A generated file is what its test makes of it. With `UPDATE=1` it becomes that.
#[track_caller]
pub fn assert_generated(relative: &str, made: &str, command: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(path(relative), made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path(relative)).unwrap_or_default();
    let differing = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    let line = differing.unwrap_or_else(|| kept.lines().count().min(made.lines().count()));
    let (old, new) = (kept.lines().nth(line).unwrap_or("(the end)"), made.lines().nth(line).unwrap_or("(the end)"));
    let same = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let near = |line: &str| line.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
    assert!(
        kept == made,
        "{relative} is not what the code makes, first in line {}:\n- {}\n+ {}\nIf that is what you want, run `{command}` \
         and review the change.",
        line + 1,
        near(old),
        near(new),
    );
}
