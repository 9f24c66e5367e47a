//! What a hotel's subscription allows.

mod plan;

pub use plan::{Feature, Plan};
