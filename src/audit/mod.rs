//! `stayzr audit`: what could let one hotel see another, from the live catalogs and by attack.

pub mod attack;
