//! The tests, in one binary: one PostgreSQL, started once.
#![allow(clippy::print_stderr)] // Some print what they measured.

mod auth;
mod bad_input;
mod conversation_shares;
mod conversations;
mod data_scope;
mod dropped;
mod embedded;
mod faults;
mod forged;
mod fuzz;
mod guest_shares;
mod guests;
mod health;
mod isolation;
mod messages;
mod migrate;
mod observability;
mod openapi;
mod organizations;
mod policies;
mod process;
mod round_trip;
mod support;
mod tidy;
mod tokens;
mod users;
