//! Who is calling: passwords, tokens, permissions.

mod api;
mod attempts;
mod caller;
mod password;
mod permission;
mod store;
mod token;

pub use api::AuthApi;
pub use attempts::Attempts;
pub use caller::{Caller, Identity};
pub use password::{Passwords, hash as hash_password};
pub use permission::{Permission, Permissions};
pub use token::{AUDIENCE, Claims, ISSUER, TokenError, TokenKey, Tokens};
