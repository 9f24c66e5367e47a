//! What a client without [`stayzr::db::TenantScope`] sends first.

/// Sets the context, as `src/db` does where a request has several statements.
pub const SET_CONTEXT: &str = include_str!("../../sql/queries/context/set.sql");
