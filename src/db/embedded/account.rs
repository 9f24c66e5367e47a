//! Who runs PostgreSQL. It refuses to run as root, so root hands it to an unprivileged user.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::EmbeddedError;

/// The user of the server process, and what to do to files and processes to make them theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    gid: u32,
    /// Whether this is someone else than the user of our own process.
    other: bool,
}

impl Account {
    /// Ourselves, or when that is root: the owner of an existing cluster, else `postgres`, else `nobody`.
    pub(super) fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        let own = effective_user_id().map_err(EmbeddedError::io("cannot run", Path::new("id")))?;
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        if own != 0 {
            return Ok(Self { name: named(&passwd, own), uid: own, gid: 0, other: false });
        }
        // A `postgres` user that was installed after the first start must not lock us out of our data.
        if let Ok(metadata) = fs::metadata(cluster)
            && metadata.uid() != 0
        {
            return Ok(Self {
                name: named(&passwd, metadata.uid()),
                uid: metadata.uid(),
                gid: metadata.gid(),
                other: true,
            });
        }
        ["postgres", "nobody"].iter().find_map(|name| lookup(&passwd, name)).ok_or(EmbeddedError::NoUnprivilegedUser)
    }

    /// Lets the command run as this user. The standard library drops root's supplementary groups with it.
    pub(super) fn apply(&self, command: &mut Command) {
        if self.other {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Gives a file or directory to this user.
    pub(super) fn own(&self, path: &Path) -> io::Result<()> {
        if self.other {
            chown(path, Some(self.uid), Some(self.gid))?;
        }
        Ok(())
    }

    /// Whether this user passes `test <flag> <path>`. Asked of a process of that user, because
    /// access depends on every directory on the way, on groups and on access lists.
    pub(super) fn can(&self, flag: &str, path: &Path) -> bool {
        if !self.other {
            return true;
        }
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "test \"$1\" \"$2\"", "sh", flag])
            .arg(path)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.apply(&mut command);
        command.status().is_ok_and(|status| status.success())
    }
}

/// Whether this process runs as root.
pub fn running_as_root() -> io::Result<bool> {
    Ok(effective_user_id()? == 0)
}

/// The effective user id. The standard library has no call for it, and this crate forbids `unsafe`.
fn effective_user_id() -> io::Result<u32> {
    let output = ["/usr/bin/id", "/bin/id", "id"]
        .iter()
        .find_map(|program| Command::new(program).arg("-u").output().ok())
        .ok_or(io::ErrorKind::NotFound)?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| io::Error::other("`id -u` did not print a number"))
}

/// The entry of `name` in the text of /etc/passwd.
fn lookup(passwd: &str, name: &str) -> Option<Account> {
    entries(passwd).find(|(entry, uid, _)| *entry == name && *uid != 0).map(|(_, uid, gid)| Account {
        name: name.to_owned(),
        uid,
        gid,
        other: true,
    })
}

fn named(passwd: &str, wanted: u32) -> String {
    entries(passwd)
        .find(|(_, uid, _)| *uid == wanted)
        .map_or_else(|| wanted.to_string(), |(name, _, _)| name.to_owned())
}

fn entries(passwd: &str) -> impl Iterator<Item = (&str, u32, u32)> {
    passwd.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        Some((*fields.first()?, id(fields.get(2)?)?, id(fields.get(3)?)?))
    })
}

/// macOS writes its `nobody` as -2, which the kernel knows as the same 32 bits without a sign.
fn id(field: &str) -> Option<u32> {
    field.parse::<u32>().ok().or_else(|| field.parse::<i32>().ok().map(i32::cast_unsigned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n# a comment\n\
        postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\nnobody:*:-2:-2::/:/bin/false\n";

    #[test]
    fn passwd_entries_are_read() {
        let postgres = lookup(PASSWD, "postgres").unwrap();
        assert_eq!((postgres.uid, postgres.gid), (101, 104));
        assert_eq!(lookup(PASSWD, "nobody").unwrap().uid, 4_294_967_294);
        assert_eq!(lookup(PASSWD, "someone"), None);
        assert_eq!(named(PASSWD, 101), "postgres");
        assert_eq!(named(PASSWD, 7), "7");
    }

    #[test]
    fn a_user_with_roots_id_is_not_unprivileged() {
        assert_eq!(lookup("postgres:x:0:0::/:/bin/sh", "postgres"), None);
    }
}
