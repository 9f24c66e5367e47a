//! What the tests stand on: a PostgreSQL of their own, a database per test, and hotels
//! as actors that call the API.

mod answer;
mod cluster;
mod hotel;
mod world;

pub use answer::Answer;
pub use cluster::{Cluster, connect};
pub use hotel::{Call, Hotel};
pub use world::{World, two_hotels};
