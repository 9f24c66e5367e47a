//! The tests, in one binary: one PostgreSQL, started once.
#![allow(clippy::print_stderr)] // Some print what they measured.

mod api_keys;
mod audit_log;
mod auth;
mod bad_input;
mod conversations;
mod departments;
mod dropped;
mod embedded;
mod faults;
mod forged;
mod fuzz;
mod grant_limits;
mod guests;
mod health;
mod isolation;
mod last_admin;
mod mail;
mod messages;
mod migrate;
mod observability;
mod openapi;
mod organizations;
mod platform_grants;
mod policies;
mod process;
mod refused;
mod roles;
mod round_trip;
mod sessions;
mod support;
mod team_members;
mod teams;
mod tidy;
mod tokens;
mod users;
