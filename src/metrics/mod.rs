//! What the server counts of itself, as Prometheus reads it.
//!
//! Invariant: no label holds what a guest, a token or a path says. Every label is from a list that is closed when the
//! server starts, but for the number of a hotel, and of those `organizations.rs` lets in a hundred.
//!
//! There are two kinds. What a request was is counted once, at its end, under one lock (`requests.rs`), and told as of one
//! moment: whoever adds the series up, in the middle of load too, finds sums that agree. The others (times, pools, refused
//! seals) are handles that were made at the start; using one is a few atomic operations and looks nothing up. In the
//! middle of load the times may be a request or two ahead.

mod organizations;
mod requests;
pub mod series;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

pub use requests::{Ended, Requests};
use series::Series;

/// How often it is decided anew which hotels are the busiest.
const ELECT_EVERY: Duration = Duration::from_secs(10 * 60);

const METADATA: Metadata<'static> = Metadata::new("stayzr", Level::INFO, None);

/// Where the parts of one server count. A server has its own, so that two in one process do not mix.
#[derive(Clone)]
pub struct Metrics(Option<Arc<Counted>>);

struct Counted {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    elect_every: Duration,
    requests: OnceLock<Arc<Requests>>,
}

impl Metrics {
    /// Counts nothing: every handle does nothing.
    pub fn off() -> Self {
        Metrics(None)
    }

    /// Counts.
    pub fn on() -> Self {
        Metrics::electing_every(ELECT_EVERY)
    }

    /// Counts, and decides that often which hotels are the busiest.
    pub fn electing_every(elect_every: Duration) -> Self {
        let mut builder = PrometheusBuilder::new();
        for series in series::HISTOGRAMS {
            let name = Matcher::Full(series.name.to_owned());
            builder = builder.set_buckets_for_metric(name, series.buckets).expect("a histogram has buckets");
        }
        let recorder = builder.build_recorder();
        for series in series::HISTOGRAMS {
            recorder.describe_histogram(series.name.into(), None, series.help.into());
        }
        let handle = recorder.handle();
        Metrics(Some(Arc::new(Counted { recorder, handle, elect_every, requests: OnceLock::new() })))
    }

    /// A handle that counts up.
    pub(crate) fn counter(&self, series: &Series, labels: &[(&'static str, &str)]) -> Counter {
        self.0.as_ref().map_or_else(Counter::noop, |counted| counter(&counted.recorder, series, labels))
    }

    /// A handle that is set to what is so.
    pub(crate) fn gauge(&self, series: &Series, labels: &[(&'static str, &str)]) -> Gauge {
        let Some(counted) = &self.0 else { return Gauge::noop() };
        counted.recorder.describe_gauge(series.name.into(), None, series.help.into());
        counted.recorder.register_gauge(&key(series, labels), &METADATA)
    }

    /// A handle that takes times, in seconds.
    pub(crate) fn histogram(&self, series: &Series, labels: &[(&'static str, &str)]) -> Histogram {
        let Some(counted) = &self.0 else { return Histogram::noop() };
        counted.recorder.register_histogram(&key(series, labels), &METADATA)
    }

    /// What counts requests to these operations; the first call says which there are. None where nothing is counted.
    pub(crate) fn requests(&self, operations: impl IntoIterator<Item = String>) -> Option<Arc<Requests>> {
        let counted = self.0.as_ref()?;
        let make = || Arc::new(Requests::new(self, operations, counted.elect_every));
        Some(counted.requests.get_or_init(make).clone())
    }

    /// The page: every series as it is now, in the text format of Prometheus.
    pub(crate) fn render(&self) -> String {
        let Some(counted) = &self.0 else { return String::new() };
        // What is told of one moment goes into a recorder of this page alone: a hotel that is among the busiest no
        // more takes its series with it, which the other recorder would keep for ever.
        let moment = PrometheusBuilder::new().build_recorder();
        if let Some(requests) = counted.requests.get() {
            requests.write(&moment);
        }
        moment.handle().render() + &counted.handle.render()
    }

    /// Sorts the times into their buckets. They wait in memory until then, so it is done also where nobody asks.
    pub fn upkeep(&self) {
        if let Some(counted) = &self.0 {
            counted.handle.run_upkeep();
        }
    }
}

fn counter(recorder: &PrometheusRecorder, series: &Series, labels: &[(&'static str, &str)]) -> Counter {
    recorder.describe_counter(series.name.into(), None, series.help.into());
    recorder.register_counter(&key(series, labels), &METADATA)
}

fn key(series: &Series, labels: &[(&'static str, &str)]) -> Key {
    let labels: Vec<Label> = labels.iter().map(|(name, value)| Label::new(*name, (*value).to_owned())).collect();
    Key::from_parts(series.name, labels)
}
