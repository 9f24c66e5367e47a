//! Secrets that Stayzr makes for itself and keeps in files that only its user may read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::num::NonZeroU32;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::{digest, hmac, pbkdf2, rand};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use super::error::EmbeddedError;

/// PostgreSQL's own default; the passwords are random, so more rounds would protect nothing.
const SCRAM_ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("4096 is not zero");

/// The secret in the file `name` of `dir`; where there is none yet, `make`s and keeps one.
///
/// The directory gets mode 0700 and the file 0600. The file appears whole or not at all, and when
/// two processes make the same secret at once, both return the one that was kept.
pub fn load_or_create(dir: &Path, name: &str, make: impl FnOnce() -> Vec<u8>) -> io::Result<Vec<u8>> {
    let path = dir.join(name);
    match fs::read(&path) {
        // An empty file can only come from a disk that was full or a machine that lost power.
        Ok(secret) if !secret.is_empty() => return Ok(secret),
        Ok(_) => fs::remove_file(&path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;

    let secret = make();
    let staged = stage(dir, name, &secret)?;
    // A hard link, unlike a rename, does not replace what another process kept in the meantime.
    let kept = fs::hard_link(&staged, &path);
    fs::remove_file(&staged)?;
    match kept {
        Ok(()) => {
            File::open(dir)?.sync_all()?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::read(&path),
        Err(error) => Err(error),
    }
}

/// Puts another secret into a file that there is, of mode 0600. Whoever reads it meanwhile
/// gets the one or the other, whole.
pub fn replace(path: &Path, secret: &[u8]) -> io::Result<()> {
    // What a link leads to is replaced, and not the link.
    let path = fs::canonicalize(path)?;
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::InvalidFilename.into());
    };
    let staged = stage(dir, &name.to_string_lossy(), secret)?;
    if let Err(error) = fs::rename(&staged, &path) {
        fs::remove_file(&staged)?;
        return Err(error);
    }
    File::open(dir)?.sync_all()
}

/// A file of that directory, on the disk, that only its owner reads.
fn stage(dir: &Path, name: &str, secret: &[u8]) -> io::Result<PathBuf> {
    let staged = dir.join(format!(".{name}.{:016x}", random_number()?));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staged)?;
    file.write_all(secret)?;
    file.sync_all()?;
    Ok(staged)
}

/// The password kept under `name`, made at the first call.
pub(super) fn password(dir: &Path, name: &str) -> Result<String, EmbeddedError> {
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).map_err(|_| EmbeddedError::Random)?;
    let path = dir.join(name);
    let kept = load_or_create(dir, name, || BASE64_URL_SAFE_NO_PAD.encode(bytes).into_bytes())
        .map_err(EmbeddedError::io("cannot keep a secret in", &path))?;
    // A file that was restored by hand often ends with a newline.
    Ok(String::from_utf8_lossy(&kept).trim_end().to_owned())
}

/// What PostgreSQL stores for a password (RFC 5803). The server is given this instead of the
/// password, so that the password stands in no statement, log or `pg_stat_activity`.
pub(super) fn scram_verifier(password: &str) -> Result<String, EmbeddedError> {
    let mut salt = [0; 16];
    rand::fill(&mut salt).map_err(|_| EmbeddedError::Random)?;
    Ok(scram_verifier_with(password, &salt))
}

fn scram_verifier_with(password: &str, salt: &[u8]) -> String {
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, SCRAM_ITERATIONS, salt, password.as_bytes(), &mut salted);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let client_key = hmac::sign(&key, b"Client Key");
    let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
    let server_key = hmac::sign(&key, b"Server Key");
    format!(
        "SCRAM-SHA-256${SCRAM_ITERATIONS}:{}${}:{}",
        BASE64_STANDARD.encode(salt),
        BASE64_STANDARD.encode(stored_key.as_ref()),
        BASE64_STANDARD.encode(server_key.as_ref()),
    )
}

fn random_number() -> io::Result<u64> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).map_err(|_| io::Error::other("no random numbers"))?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("stayzr-secrets-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        dir
    }

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_reads_it() {
        let dir = scratch("once");
        assert_eq!(load_or_create(&dir, "key", || vec![1, 2]).unwrap(), [1, 2]);
        assert_eq!(load_or_create(&dir, "key", || vec![3]).unwrap(), [1, 2]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&dir.join("key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "no staged file stays");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn an_empty_secret_is_made_again() {
        let dir = scratch("empty");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("key"), "").unwrap();
        assert_eq!(load_or_create(&dir, "key", || vec![9]).unwrap(), [9]);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn racing_makers_agree() {
        let dir = scratch("race");
        // All are started before the first is waited for.
        let threads: Vec<_> = (0..8_u8)
            .map(|number| {
                let dir = dir.clone();
                std::thread::spawn(move || load_or_create(&dir, "key", || vec![number]).unwrap())
            })
            .collect();
        let secrets: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
        fs::remove_dir_all(dir).unwrap();
    }
}
