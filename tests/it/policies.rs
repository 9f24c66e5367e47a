//! The policies of a migrated database: who may do what, that every query of ours fits, and that the way in
//! can be followed. What must hold for every table, and every table to come, is in `audit`.

mod drift;
mod handbook;
mod matrix;
mod queries;

use std::sync::Arc;

use stayzr::db::{self, Client};

use crate::support::{Cluster, World};

/// Whoever audits needs no more than the auditor's role to see all that these tests see.
async fn auditor(world: &Arc<World>) -> Client {
    db::connect(&Cluster::get().config("stayzr_auditor", &world.database).into()).await.unwrap()
}
