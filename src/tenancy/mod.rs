//! Whose data a request is about, and the proof of it that PostgreSQL checks.

mod context;
mod seal;

pub use context::{SealedContext, TenantContext, Via};
pub use seal::{SealKey, SealKeyError, Sealer};
