//! `stayzr audit`: what could let one hotel see another, told from the live database.

pub mod matrix;
pub mod plans;
