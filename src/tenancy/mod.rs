//! Whose data a request is about, and the proof of it that PostgreSQL checks.

mod context;
mod seal;

pub(crate) use context::ContextFields;
pub use context::{TenantContext, Via};
pub use seal::{SealKey, SealKeyError, Sealer};
