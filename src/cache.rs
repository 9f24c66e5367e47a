//! What is kept in memory between requests.
//!
//! Invariant: every key begins with the organization, so nothing that is one hotel's can
//! be found under another's, and a hotel is forgotten as a whole.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

/// Hotels remembered at the same time.
const ORGANIZATIONS_MAX: u64 = 50_000;
/// A hotel nobody asks about is forgotten after that long.
const IDLE: Duration = Duration::from_secs(900);

/// One `T` an organization.
///
/// Whoever fills it in takes the `T` first and asks the database then. When the hotel is
/// forgotten in between, what was asked lands in a `T` that is in no cache any more: an
/// answer from before a change is never found after it.
pub struct PerOrganization<T>(Cache<i32, Arc<T>>);

impl<T: Default + Send + Sync + 'static> PerOrganization<T> {
    /// Empty.
    pub fn new() -> Self {
        PerOrganization(Cache::builder().max_capacity(ORGANIZATIONS_MAX).time_to_idle(IDLE).build())
    }

    /// What is known of a hotel; empty when nothing is.
    pub fn get(&self, organization_id: i32) -> Arc<T> {
        self.0.get_with(organization_id, Arc::default)
    }

    /// Whether anything is known of a hotel.
    pub fn knows(&self, organization_id: i32) -> bool {
        self.0.contains_key(&organization_id)
    }

    /// What is known of all of them.
    pub fn all(&self) -> Vec<Arc<T>> {
        self.0.iter().map(|(_, known)| known).collect()
    }

    /// Forgets one hotel.
    pub fn forget(&self, organization_id: i32) {
        self.0.invalidate(&organization_id);
    }

    /// Forgets all of them.
    pub fn forget_all(&self) {
        self.0.invalidate_all();
    }
}

impl<T: Default + Send + Sync + 'static> Default for PerOrganization<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::PerOrganization;

    #[test]
    fn what_was_asked_before_a_change_is_not_found_after_it() {
        let cache = PerOrganization::<Mutex<Option<&str>>>::new();
        let asking = cache.get(1);
        *cache.get(2).lock().unwrap() = Some("another hotel's");
        cache.forget(1);
        *asking.lock().unwrap() = Some("from before");
        assert_eq!(*cache.get(1).lock().unwrap(), None);
        assert_eq!(*cache.get(2).lock().unwrap(), Some("another hotel's"));
        cache.forget_all();
        assert_eq!(*cache.get(2).lock().unwrap(), None);
    }
}
