//! The tests, in one binary: one PostgreSQL, started once.
#![allow(clippy::print_stderr)] // Some print what they measured.

mod embedded;
mod guests;
mod migrate;
mod support;
