//! A server that counts, with its two listeners.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};
use serde_json::Value;
use stayzr::app;
use stayzr::config::Settings;
use stayzr::db::Database;
use stayzr::metrics::Metrics;
use stayzr::tenancy::Sealer;

use super::page::Page;
use crate::support::{Cluster, World, listen};

pub struct Server {
    /// The API, for calls that are dropped midway.
    pub api: Arc<BoxEndpoint<'static, Response>>,
    pub base: String,
    pub metrics_base: String,
    pub client: reqwest::Client,
}

impl Server {
    /// On the database of that world.
    pub async fn of(world: &World) -> Server {
        Server::counting(world, Metrics::on(), world.sealer(), |_| ()).await
    }

    /// The same with a difference.
    pub async fn counting(
        world: &World,
        metrics: Metrics,
        sealer: Sealer,
        change: impl FnOnce(&mut Settings),
    ) -> Server {
        let mut settings = world.settings.clone();
        change(&mut settings);
        let platform = Cluster::get().config("stayzr_platform", &world.database).into();
        let database = Database::new(&world.app_address(), &platform, sealer, &settings.database()).unwrap();
        let database = Arc::new(database.metered(&metrics));
        let (tokens, mailer) = (world.server_tokens(), world.mailer());
        let api = app::counted_endpoint(&settings, database.clone(), tokens, mailer, metrics.clone()).unwrap();
        let api = Arc::new(api.boxed());
        let page = app::metrics_endpoint(metrics, database);
        Server {
            base: format!("http://{}", listen(api.clone()).await),
            metrics_base: format!("http://{}", listen(page).await),
            api,
            client: reqwest::Client::new(),
        }
    }

    pub async fn page(&self) -> Page {
        let response = self.client.get(format!("{}/metrics", self.metrics_base)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        Page::read(response.text().await.unwrap())
    }

    /// The status of the answer.
    pub async fn get(&self, token: &str, path: &str) -> u16 {
        self.send(self.client.get(format!("{}{path}", self.base)), token).await
    }

    /// The status of the answer.
    pub async fn post(&self, token: &str, path: &str, body: Value) -> u16 {
        self.send(self.client.post(format!("{}{path}", self.base)).json(&body), token).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, token: &str) -> u16 {
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        response.bytes().await.unwrap();
        status
    }
}
