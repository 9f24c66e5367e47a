//! Gets hold of PostgreSQL: one that is on the machine, else a downloaded one.

use std::path::Path;

use super::account::{Account, running_as_root};
use super::error::{EmbeddedError, NotFound};
use super::find::{Installation, Search};
use super::options::Options;
use super::{download, install};

/// The installation to use. `root` is the root of the file system, and another one in tests.
pub(super) async fn find_or_download(
    options: &Options,
    account: &Account,
    needed_major: Option<u32>,
    root: &Path,
) -> Result<Installation, EmbeddedError> {
    let search = Search {
        explicit: options.postgres_bin.as_deref(),
        path: options.path.as_deref(),
        data_dir: &options.data_dir,
        root,
        needed_major,
        account,
    };
    let rejected = match search.run()? {
        Ok(installation) => return Ok(installation),
        Err(rejected) => rejected,
    };
    let download = if options.download {
        match download::download(&options.data_dir, needed_major).await {
            // Found again by the search, which also sees whether it runs on this system.
            Ok(()) => match search.run()? {
                Ok(installation) => return Ok(installation),
                Err(_) => "the downloaded one does not run on this system".to_owned(),
            },
            Err(reason) => reason,
        }
    } else {
        "downloading one is switched off".to_owned()
    };
    Err(EmbeddedError::NotFound(Box::new(NotFound {
        needed: needed_major.map(|major| (major, options.cluster())),
        rejected,
        download,
        install: install::command(needed_major, running_as_root().unwrap_or(false)),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a machine that has nothing but what `setup` puts there.
    async fn refusal(name: &str, needed_major: Option<u32>, setup: impl FnOnce(&Path)) -> String {
        let root = std::env::temp_dir().join(format!("stayzr-obtain-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        setup(&root);
        let mut options = Options::new(root.join("data"));
        options.path = Some(root.join("empty").into());
        options.download = false;
        let account = Account::choose(&options.cluster()).unwrap();
        let result = find_or_download(&options, &account, needed_major, &root).await;
        std::fs::remove_dir_all(&root).unwrap();
        result.unwrap_err().to_string()
    }

    /// A `postgres` that says it is of this version, where Debian would put it.
    fn pretend(root: &Path, version: &str) {
        use std::os::unix::fs::PermissionsExt;
        let bin = root.join("usr/lib/postgresql").join(version).join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        for program in ["postgres", "initdb"] {
            let script = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}.1'\n");
            std::fs::write(bin.join(program), script).unwrap();
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(bin.join(program), mode).unwrap();
        }
    }

    #[tokio::test]
    async fn a_machine_without_postgresql_gets_the_whole_advice_in_one_message() {
        let message = refusal("none", None, |_| ()).await;
        for part in
            ["PostgreSQL 15 or newer", "switched off", "Install it", "STAYZR_POSTGRES_BIN", "STAYZR_DATABASE_URL"]
        {
            assert!(message.contains(part), "`{part}` is missing in: {message}");
        }
    }

    #[tokio::test]
    async fn what_is_too_old_is_named() {
        let message = refusal("old", None, |root| pretend(root, "14")).await;
        assert!(message.contains("14/bin: version 14 is too old"), "{message}");
    }

    #[tokio::test]
    async fn a_cluster_of_another_version_names_the_version_it_needs() {
        let message = refusal("other", Some(16), |root| pretend(root, "17")).await;
        assert!(message.contains("needs PostgreSQL 16"), "{message}");
        assert!(message.contains("version 17, needed is 16"), "{message}");
    }

    #[tokio::test]
    async fn the_version_of_the_cluster_is_taken_although_a_newer_one_is_there() {
        let root = std::env::temp_dir().join(format!("stayzr-obtain-match-{}", std::process::id()));
        for version in ["15", "16", "17"] {
            pretend(&root, version);
        }
        let options = Options::new(root.join("data"));
        let account = Account::choose(&options.cluster()).unwrap();
        let found = async |needed| {
            let found = find_or_download(&options, &account, needed, &root).await;
            found.unwrap().major
        };
        assert_eq!((found(Some(16)).await, found(None).await), (16, 17));
        std::fs::remove_dir_all(&root).unwrap();
    }
}
