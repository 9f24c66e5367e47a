//! Guests shown to a user or a team beyond their data scope; see `shares`.

mod api;

pub use api::GuestSharesApi;
