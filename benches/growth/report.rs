//! The table.

use crate::asker::Turn;
use crate::size::Size;
use crate::workload::{Hotel, Workload};

/// How much more the big hotel may take.
const BIG_GOAL: f64 = 1.5;

/// What one workload of one kind of hotel took at one size, round by round.
pub struct Cell(Vec<Turn>);

impl Cell {
    pub fn of(turns: Vec<Turn>) -> Cell {
        Cell(turns)
    }

    fn median(&self) -> f64 {
        spread(self.0.iter().map(|turn| turn.median).collect()).0
    }

    /// Against another size in the same round: the median, the least and the greatest.
    fn against(&self, other: &Cell) -> (f64, f64, f64) {
        spread(self.0.iter().zip(&other.0).map(|(own, other)| own.median / other.median).collect())
    }

    /// The same of the processor's time.
    fn by_processor(&self, other: &Cell) -> Option<f64> {
        let ratios = self.0.iter().zip(&other.0).map(|(own, other)| Some(own.processor? / other.processor?));
        Some(spread(ratios.collect::<Option<Vec<f64>>>()?).0)
    }
}

/// What is printed, and what was beyond the goal.
pub struct Report {
    names: Vec<String>,
    /// How much more a small hotel may take.
    goal: f64,
    beyond: Vec<String>,
}

impl Report {
    pub fn begin(sizes: &[Size], goal: f64) -> Report {
        let names: Vec<String> = sizes.iter().map(|size| size.name.clone()).collect();
        let heads: String = names[1..].iter().map(|name| format!(" {name} | by processor |")).collect();
        println!("Medians in µs; the ratio to the first, the median of the rounds (least–greatest).\n");
        println!("| Workload | Hotel | {} |{heads}", names[0]);
        println!("|---|---|---|{}", "---|---|".repeat(names.len() - 1));
        Report { names, goal, beyond: Vec::new() }
    }

    /// The workload at each size.
    pub fn line(&mut self, workload: Workload, hotel: Hotel, cells: &[Cell]) {
        let mut line = format!("| {} | {} | {:.0} |", workload.name(), hotel.name(), cells[0].median());
        for (cell, name) in cells.iter().zip(&self.names).skip(1) {
            let (ratio, least, greatest) = cell.against(&cells[0]);
            let processor = cell.by_processor(&cells[0]).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            line += &format!(" {:.0}: {ratio:.2} ({least:.2}–{greatest:.2}) | {processor} |", cell.median());
            let goal = match hotel {
                Hotel::Small => self.goal,
                Hotel::Big => BIG_GOAL,
            };
            if ratio > goal {
                let what = format!("{}, {} hotel, {name}", workload.name(), hotel.name());
                self.beyond.push(format!("{what}: {ratio:.2}, and {goal:.1} is the goal"));
            }
        }
        println!("{line}");
    }

    pub fn end(&self) {
        match &self.beyond[..] {
            [] => {
                println!("\nAll of it is within {:.1} for small hotels and {BIG_GOAL:.1} for the big one.", self.goal)
            }
            beyond => println!("\nBeyond the goal:\n- {}", beyond.join("\n- ")),
        }
    }
}

/// The median, the least and the greatest.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    ((low + high) / 2.0, values[0], values[values.len() - 1])
}
