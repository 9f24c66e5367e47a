//! What the tests stand on: a PostgreSQL of their own, a database per test, and hotels
//! as actors that call the API.

mod answer;
mod cluster;
mod hotel;
mod load;
mod mails;
mod pages;
mod platform;
mod proxy;
pub mod repository;
mod sealed_context;
mod world;

pub use answer::Answer;
pub use cluster::{CLUSTER_OF, Cluster, SEAL_KEY, TEMPLATE_OF, connect};
pub use hotel::{Call, Hotel, PASSWORD};
pub use load::{Chance, eventually};
pub use mails::Mails;
pub use pages::walk;
pub use platform::{SuperAdmin, Visit};
pub use proxy::{Path, Proxy};
pub use sealed_context::sealed_context;
pub use world::{Roles, World, listen, two_hotels};
