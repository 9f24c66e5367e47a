//! `stayzr audit`: what could let one hotel see another, told from the live database.

pub mod drift;
pub mod matrix;
pub mod plans;
