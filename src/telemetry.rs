//! Where log lines go.
//!
//! To standard error, so that standard output stays what a command prints. Never
//! logged: bodies, passwords, tokens, keys, query strings, what guests wrote.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogFormat;

/// Starts logging. Done once, by the command.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter cannot be read: {error}"))?;
    let registry = tracing_subscriber::registry().with(filter).with(filter_fn(is_harmless));
    let output =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Json => registry.with(output.json().flatten_event(true)).try_init(),
        LogFormat::Human => registry.with(output.with_target(false)).try_init(),
    }
    .map_err(|error| error.to_string())
}

/// What libraries say below `info` may quote what they handle: tokio-postgres the
/// parameters of a statement, h2 the headers of a request. No filter turns that on.
fn is_harmless(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || metadata.target().starts_with("stayzr")
}
