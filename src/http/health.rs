//! Whether the process lives and whether it can serve.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::{Refusal, Unguarded};
use crate::app::Tag;
use crate::db::ReadinessProbe;
use crate::error::{ApiError, Code};

/// The two probes.
pub struct HealthApi {
    /// Asked for readiness; it reaches no data.
    pub probe: ReadinessProbe,
}

/// The state of the server.
#[derive(Debug, Object)]
pub struct Health {
    /// `ok`.
    #[oai(validator(max_length = 16))]
    pub status: String,
}

impl Health {
    fn ok() -> Json<Self> {
        Json(Health { status: "ok".into() })
    }
}

#[OpenApi(tag = "Tag::Operations")]
impl HealthApi {
    /// Tell whether the process is alive
    ///
    /// Asks nothing of the database. Permission: none.
    #[oai(path = "/healthz", method = "get", operation_id = "health_live")]
    async fn live(&self) -> Result<Json<Health>, Refusal<Unguarded>> {
        Ok(Health::ok())
    }

    /// Tell whether requests can be served
    ///
    /// The database is reachable, migrated, and accepts the server's seal. Permission: none.
    #[oai(path = "/readyz", method = "get", operation_id = "health_ready")]
    async fn ready(&self) -> Result<Json<Health>, Refusal<Unguarded>> {
        let readiness = self.probe.readiness().await;
        if readiness.reachable && readiness.migrated && readiness.seal_accepted {
            return Ok(Health::ok());
        }
        if let Some(reason) = readiness.reason {
            tracing::warn!(reason, "not ready");
        }
        let failing = [
            (!readiness.busy, "every database connection is busy"),
            (readiness.reachable, "the database cannot be reached"),
            (readiness.migrated, "the database is not migrated"),
            (readiness.seal_accepted, "the database does not accept the seal key"),
        ];
        let detail = failing.iter().find(|(holds, _)| !holds).map_or("", |(_, detail)| detail);
        Err(ApiError::new(Code::NotReady).detail(format!("Not ready: {detail}.")).into())
    }
}
