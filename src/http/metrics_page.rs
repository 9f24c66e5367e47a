//! The page that Prometheus reads. It is on no route of the API: it has a listener of its own.

use poem::endpoint::make_sync;
use poem::{Endpoint, Response};

use crate::db::PoolProbe;
use crate::metrics::Metrics;

/// The version of the text format (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What is counted there, and how the pools are.
pub fn metrics_page(metrics: Metrics, pools: PoolProbe) -> impl Endpoint<Output = Response> + 'static {
    make_sync(move |_| {
        pools.gauge();
        Response::builder().content_type(CONTENT_TYPE).body(metrics.render())
    })
}
