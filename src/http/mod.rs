//! What every request passes through, outermost first: [`observe`] (request id, log
//! line, errors into problems, panics), [`limits`] (time and size), [`authenticate`]
//! (token into caller and tenant scope, and whether the hotel's share of the server has room for
//! the request: [`crate::admission`]), [`contract`] (no parameter the document does not know), then the routes.

pub mod address;
mod attended;
pub mod authenticate;
mod body;
pub mod conditional;
mod contract;
pub mod document;
pub mod health;
mod json;
pub mod limits;
pub mod metrics_page;
pub mod observe;
pub mod page;
mod parameter;
pub mod patch;
mod problem;
mod refused;
mod response;
mod scopes;
mod shape;

pub use body::Body;
pub use contract::Contract;
pub use page::Page;
pub use response::{
    Accepted, Acknowledge, Archive, Ask, Changed, Clear, Create, CreateUnder, Created, CreatedOrTried, Deleted, Done,
    Found, Get, Issued, Link, List, Listed, Prove, Recover, Redeem, Refusal, Remove, Removed, Resend, Resource, Revoke,
    SignIn, Transition, Unguarded, Update, Withdraw,
};
