//! What is known of each mutant: `ledger.txt` has the test that kills it, `survivors.txt` why it may live. Both hold
//! `mutant: text` lines, sorted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Mutex;

use crate::support::repository::read;

const KILLERS: &str = "tests/it/isolation_mutants/ledger.txt";
const SURVIVORS: &str = "tests/it/isolation_mutants/survivors.txt";

/// One at a time.
static UPDATE: Mutex<()> = Mutex::new(());

pub struct Ledger {
    killers: BTreeMap<String, String>,
    survivors: BTreeMap<String, String>,
}

fn entries(file: &str) -> BTreeMap<String, String> {
    let pairs = read(file)
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect::<Vec<_>>();
    let count = pairs.len();
    let entries: BTreeMap<String, String> = pairs.into_iter().collect();
    assert_eq!(entries.len(), count, "{file} names one mutant twice");
    entries
}

impl Ledger {
    pub fn read() -> Ledger {
        Ledger { killers: entries(KILLERS), survivors: entries(SURVIVORS) }
    }

    /// The test that kills that mutant.
    pub fn killer(&self, mutant: &str) -> Option<&str> {
        self.killers.get(mutant).map(String::as_str)
    }

    /// Whether that mutant is killed or excused.
    pub fn knows(&self, mutant: &str) -> bool {
        self.killers.contains_key(mutant) || self.survivors.contains_key(mutant)
    }

    /// The tests that kill mutants whose names have most words in common with that one, likeliest first.
    pub fn killers_like(&self, mutant: &str) -> Vec<String> {
        let words: BTreeSet<&str> = mutant.split(' ').collect();
        let mut scores = BTreeMap::<&str, usize>::new();
        for (other, killer) in &self.killers {
            let score = other.split(' ').filter(|word| words.contains(word)).count();
            scores.entry(killer).and_modify(|best| *best = score.max(*best)).or_insert(score);
        }
        let mut likely: Vec<(usize, &str)> = scores.into_iter().map(|(killer, score)| (score, killer)).collect();
        likely.sort_by(|a, b| b.cmp(a));
        likely.into_iter().map(|(_, killer)| killer.to_owned()).collect()
    }

    /// What is wrong with these files, given every mutant there is.
    pub fn faults(&self, there: &BTreeSet<String>) -> Vec<String> {
        let mut faults = Vec::new();
        for mutant in there {
            match (self.killers.contains_key(mutant), self.survivors.contains_key(mutant)) {
                (false, false) => faults.push(format!("{mutant}: nobody has tried it: see isolation_mutants.rs")),
                (true, true) => faults.push(format!("{mutant}: it is killed, so excuse it no more")),
                _ => {}
            }
        }
        let known = self.killers.keys().chain(self.survivors.keys());
        faults
            .extend(known.filter(|name| !there.contains(*name)).map(|name| format!("{name}: there is no such mutant")));
        faults
    }

    /// What is wrong with how a mutant ended.
    pub fn fault(&self, mutant: &str, killer: Option<&str>) -> Option<String> {
        match (killer, self.survivors.contains_key(mutant)) {
            (None, false) => Some(format!("{mutant} survives")),
            (Some(killer), true) => Some(format!("{mutant} is killed by {killer}: excuse it no more")),
            (Some(_), false) | (None, true) => None,
        }
    }
}

/// Writes down what killed a mutant, if that was asked for.
pub fn update(mutant: &str, killer: &str) {
    if std::env::var_os("UPDATE").is_none() {
        return;
    }
    let _one = UPDATE.lock().unwrap();
    let mut killers = entries(KILLERS);
    killers.insert(mutant.to_owned(), killer.to_owned());
    let text = killers.iter().fold(String::new(), |mut text, (mutant, killer)| {
        writeln!(text, "{mutant}: {killer}").unwrap();
        text
    });
    std::fs::write(crate::support::repository::path(KILLERS), text).unwrap();
}
