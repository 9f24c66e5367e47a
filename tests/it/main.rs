//! The tests, in one binary: one PostgreSQL, started once.
#![allow(clippy::print_stderr)] // Some print what they measured.

mod dropped;
mod embedded;
mod faults;
mod forged;
mod guests;
mod isolation;
mod migrate;
mod openapi;
mod policies;
mod process;
mod round_trip;
mod support;
mod tidy;
