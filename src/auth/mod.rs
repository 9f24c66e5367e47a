//! Who is calling: passwords, tokens, keys, standings, permissions.

mod acceptance;
mod api;
mod attempts;
mod caller;
mod grant;
mod key_use;
mod member;
mod network;
mod password;
mod permission;
mod recovery;
mod secret;
mod standing;
mod standings;
mod store;
mod token;
mod token_key;
mod unknown_keys;

pub use acceptance::AcceptanceApi;
pub use api::AuthApi;
pub use attempts::Attempts;
pub use caller::{Caller, Identity};
pub use grant::TokenGrant;
pub use key_use::KeyUse;
pub use member::{Member, Members};
pub use network::network;
pub use password::{Passwords, hash as hash_password};
pub use permission::{Permission, Permissions};
pub use recovery::RecoveryApi;
pub use secret::{ApiKeySecret, InvitationSecret, RefreshSecret, ResetSecret, Secret};
pub use standing::{Standing, Subject};
pub use standings::Standings;
pub use token::{AUDIENCE, Actor, Claims, ISSUER, TokenError, Tokens};
pub use token_key::{Rotation, TokenKey, TokenKeyError};
pub use unknown_keys::UnknownKeys;
