//! The tests, in one binary: one PostgreSQL, started once.
#![allow(clippy::print_stderr)] // Some print what they measured.

mod auth;
mod bad_input;
mod conversations;
mod dropped;
mod embedded;
mod faults;
mod forged;
mod fuzz;
mod guests;
mod health;
mod invitations;
mod isolation;
mod mail;
mod messages;
mod migrate;
mod observability;
mod openapi;
mod organizations;
mod policies;
mod process;
mod round_trip;
mod sessions;
mod support;
mod tidy;
mod tokens;
mod users;
