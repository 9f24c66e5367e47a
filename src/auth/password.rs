//! Passwords: Argon2id (RFC 9106), away from the threads that serve requests.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::error::{ApiError, Code};

/// Hashes and verifies passwords, a few at a time: each takes 19 MiB and tens of
/// milliseconds of a core, so a flood of sign-ins queues here and nowhere else.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    /// Compared with when there is no such account, so that its absence takes as long
    /// as a wrong password.
    decoy: Arc<str>,
}

impl Passwords {
    /// With that many hashes at a time.
    ///
    /// # Errors
    /// When the operating system gives no random salt.
    pub fn new(at_a_time: usize) -> Result<Self, String> {
        Ok(Passwords { slots: Arc::new(Semaphore::new(at_a_time)), decoy: hash("a password nobody has")?.into() })
    }

    /// The hash to keep for a new password.
    ///
    /// # Errors
    /// 500 when hashing fails.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let password = password.to_owned();
        self.work(move || hash(&password).map_err(ApiError::internal)).await?
    }

    /// Whether the password fits. Takes the same time when there is no hash.
    ///
    /// # Errors
    /// 500 when the hash cannot be read.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, ApiError> {
        let (password, exists) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let fits = self.work(move || verify(&password, &hash)).await??;
        Ok(fits && exists)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| ApiError::new(Code::Overloaded))?;
        tokio::task::spawn_blocking(move || {
            // The slot is held by the work itself: a caller that hangs up does not free it early.
            let _slot = slot;
            job()
        })
        .await
        .map_err(ApiError::internal)
    }
}

/// The PHC string of a new password, with a fresh salt.
///
/// # Errors
/// When the operating system gives no random salt.
pub fn hash(password: &str) -> Result<String, String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, ApiError> {
    let hash =
        PasswordHash::new(hash).map_err(|error| ApiError::internal(format!("unreadable password hash: {error}")))?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(ApiError::internal(error)),
    }
}
