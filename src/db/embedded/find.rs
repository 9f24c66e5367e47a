//! Where PostgreSQL is on this machine, and whether its version does.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::Account;
use super::error::EmbeddedError;

/// The oldest major version Stayzr runs on.
pub const OLDEST_MAJOR: u32 = 15;

/// A usable set of PostgreSQL programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Installation {
    /// The directory that has `postgres` and `initdb`.
    pub(super) bin: PathBuf,
    pub(super) major: u32,
}

/// Where to look and what for.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// What STAYZR_POSTGRES_BIN says: the directory of the programs, or `postgres` itself.
    pub(super) explicit: Option<&'a Path>,
    /// The value of PATH.
    pub(super) path: Option<&'a OsStr>,
    /// Where earlier runs put downloaded versions.
    pub(super) data_dir: &'a Path,
    /// The root of the file system; another one in tests.
    pub(super) root: &'a Path,
    /// The major version of an existing cluster: only the same one can open it.
    pub(super) needed_major: Option<u32>,
    /// Who must be able to run it.
    pub(super) account: &'a Account,
}

impl Search<'_> {
    /// The first installation that does; without one, what was found and why it does not do.
    pub(super) fn run(&self) -> Result<Result<Installation, Vec<String>>, EmbeddedError> {
        if let Some(explicit) = self.explicit {
            // What someone pointed at is used or refused, never passed over in silence.
            let bin = if explicit.is_file() { explicit.parent().unwrap_or(explicit) } else { explicit };
            let unusable = |reason| EmbeddedError::UnusableBinary { bin: explicit.to_owned(), reason };
            return self.examine(bin).map(Ok).map_err(unusable);
        }

        let mut seen = Vec::new();
        let mut rejected = Vec::new();
        for bin in self.candidates() {
            if !bin.join("postgres").is_file() || seen.contains(&bin) {
                continue;
            }
            match self.examine(&bin) {
                Ok(installation) => return Ok(Ok(installation)),
                Err(reason) => rejected.push(format!("{}: {reason}", bin.display())),
            }
            seen.push(bin);
        }
        Ok(Err(rejected))
    }

    fn candidates(&self) -> Vec<PathBuf> {
        let path: Vec<PathBuf> = self.path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
        let mut candidates: Vec<PathBuf> = path
            .iter()
            // A link in PATH leads to the directory that has the rest of the programs.
            .filter_map(|dir| dir.join("postgres").canonicalize().ok())
            .filter_map(|postgres| postgres.parent().map(Path::to_owned))
            .collect();
        candidates.extend(path.iter().filter_map(|dir| bindir(&dir.join("pg_config"))));
        candidates.extend(usual_directories(self.root));
        candidates.extend(versions(self.data_dir, "postgresql-", "bin"));
        candidates
    }

    fn examine(&self, bin: &Path) -> Result<Installation, String> {
        // `postgres` answers this as root too; asked as the account, it shows whether that may run it.
        let mut command = Command::new(bin.join("postgres"));
        command.arg("--version").current_dir("/").stdin(Stdio::null());
        self.account.apply(&mut command);
        let output =
            command.output().map_err(|error| format!("`{}` cannot run `postgres`: {error}", self.account.name))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let major = parse_major(&text)
            .filter(|_| output.status.success())
            .ok_or_else(|| "`postgres --version` tells no version".to_owned())?;
        if let Some(needed) = self.needed_major
            && needed != major
        {
            return Err(format!("version {major}, needed is {needed}"));
        }
        if major < OLDEST_MAJOR {
            return Err(format!("version {major} is too old"));
        }
        if !bin.join("initdb").is_file() {
            return Err("`postgres` without `initdb`".to_owned());
        }
        Ok(Installation { bin: bin.to_owned(), major })
    }
}

/// Where packages put the programs, outside PATH; per system the newest version first.
fn usual_directories(root: &Path) -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for (parent, prefix, rest) in [
        // Debian and its children
        ("usr/lib/postgresql", "", "bin"),
        // the RPM packages of postgresql.org
        ("usr", "pgsql-", "bin"),
        // Alpine
        ("usr/libexec", "postgresql", ""),
        // Homebrew on Apple's processors, and on Intel's
        ("opt/homebrew/opt", "postgresql", "bin"),
        ("usr/local/opt", "postgresql", "bin"),
        ("Applications/Postgres.app/Contents/Versions", "", "bin"),
    ] {
        directories.extend(versions(&root.join(parent), prefix, rest));
    }
    directories
}

/// The `<parent>/<prefix><version>/<rest>` that exist, the newest version first.
fn versions(parent: &Path, prefix: &str, rest: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            // `postgresql@17`, `16`, `17.6.0`, or Homebrew's plain `postgresql`, which sorts last.
            let numbers = version.trim_start_matches('@').split('.').filter_map(|number| number.parse().ok()).collect();
            let bin = if rest.is_empty() { entry.path() } else { entry.path().join(rest) };
            bin.is_dir().then_some((numbers, bin))
        })
        .collect();
    found.sort_by_key(|(numbers, _)| Reverse(numbers.clone()));
    found.into_iter().map(|(_, bin)| bin).collect()
}

fn bindir(pg_config: &Path) -> Option<PathBuf> {
    let output = Command::new(pg_config).arg("--bindir").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`, `… 18beta1`, `… 19devel`.
fn parse_major(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let digits = version.find(|c: char| !c.is_ascii_digit());
    version[..digits.unwrap_or(version.len())].parse().ok()
}

/// Which fixes of row-level security the server lacks, as a sentence for a warning.
///
/// `server_version_num` is PostgreSQL's setting of that name: 150018 for 15.18.
pub fn missing_security_fixes(server_version_num: i32) -> Option<String> {
    let (major, minor) = (server_version_num / 10_000, server_version_num % 10_000);
    let fixed = match major {
        ..15 => {
            return Some(format!("PostgreSQL {major} is older than the oldest supported version, {OLDEST_MAJOR}"));
        }
        15 => 14,
        16 => 10,
        17 => 6,
        _ => return None,
    };
    (minor < fixed).then(|| {
        format!(
            "PostgreSQL {major}.{minor} lacks security fixes of row-level security \
             (the last one, CVE-2025-8713, lets statistics show rows that policies hide): \
             update to {major}.{fixed} or newer"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (text, major) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres (PostgreSQL) 19devel\n", Some(19)),
            ("postgres (PostgreSQL) 17", Some(17)),
            ("something else", None),
        ] {
            assert_eq!(parse_major(text), major, "{text}");
        }
    }

    #[test]
    fn servers_without_the_fixes_are_named() {
        for (version, lacks) in [
            (140_020, true),
            (150_013, true),
            (150_014, false),
            (160_009, true),
            (160_010, false),
            (170_005, true),
            (170_006, false),
            (180_000, false),
        ] {
            assert_eq!(missing_security_fixes(version).is_some(), lacks, "{version}");
        }
        let warning = missing_security_fixes(150_013).unwrap();
        assert!(warning.contains("15.13") && warning.contains("15.14"), "{warning}");
    }

    #[test]
    fn usual_directories_come_newest_first() {
        let root = std::env::temp_dir().join(format!("stayzr-find-{}", std::process::id()));
        let debian = ["usr/lib/postgresql/16/bin", "usr/lib/postgresql/9.6/bin", "usr/lib/postgresql/15/bin"];
        let others = [
            "usr/pgsql-17/bin",
            "usr/libexec/postgresql16",
            "opt/homebrew/opt/postgresql@15/bin",
            "opt/homebrew/opt/postgresql@17/bin",
            "opt/homebrew/opt/postgresql/bin",
        ];
        for dir in debian.iter().chain(&others) {
            fs::create_dir_all(root.join(dir)).unwrap();
        }
        let found: Vec<_> = usual_directories(&root)
            .into_iter()
            .map(|dir| dir.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .collect();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(
            found,
            [
                "usr/lib/postgresql/16/bin",
                "usr/lib/postgresql/15/bin",
                "usr/lib/postgresql/9.6/bin",
                "usr/pgsql-17/bin",
                "usr/libexec/postgresql16",
                "opt/homebrew/opt/postgresql@17/bin",
                "opt/homebrew/opt/postgresql@15/bin",
                "opt/homebrew/opt/postgresql/bin",
            ]
        );
    }
}
