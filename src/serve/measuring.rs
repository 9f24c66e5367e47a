//! `/metrics`, on a listener of its own where one is asked for. Nobody is asked there who they are, so it is never that of
//! the API.

use std::time::Duration;

use poem::listener::TcpAcceptor;
use poem::{Endpoint, Server};
use stayzr::config::Settings;
use stayzr::metrics::Metrics;
use tokio::task::JoinSet;

use super::bind;
use crate::Failure;

/// How often times are sorted into their buckets, so that they do not fill the memory where nobody reads them.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// What is counted, and where it will be read.
pub(super) struct Measuring {
    pub(super) metrics: Metrics,
    acceptor: Option<TcpAcceptor>,
}

impl Measuring {
    /// Takes the port. Without one nothing is counted.
    pub(super) async fn listen(settings: &Settings) -> Result<Self, Failure> {
        Ok(match settings.metrics_listen {
            None => Measuring { metrics: Metrics::off(), acceptor: None },
            Some(address) => {
                let acceptor = Some(bind(address, "STAYZR_METRICS_LISTEN").await?);
                Measuring { metrics: Metrics::on(), acceptor }
            }
        })
    }

    /// Serves that, until what this returns is dropped.
    pub(super) fn serve(self, endpoint: impl Endpoint + 'static) -> JoinSet<()> {
        let mut serving = JoinSet::new();
        let Some(acceptor) = self.acceptor else { return serving };
        serving.spawn(async move {
            if let Err(error) = Server::new_with_acceptor(acceptor).run(endpoint).await {
                tracing::error!(%error, "the metrics are not served any more");
            }
        });
        serving.spawn(async move {
            let mut upkeep = tokio::time::interval(UPKEEP_EVERY);
            loop {
                upkeep.tick().await;
                self.metrics.upkeep();
            }
        });
        serving
    }
}
