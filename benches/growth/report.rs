//! The table.

use crate::asker::Turn;
use crate::size::Size;
use crate::workload::{Hotel, Workload};

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
    organizations: Vec<u32>,
    beyond: Vec<String>,
}

impl Report {
    pub fn begin(sizes: &[Size]) -> Report {
        let organizations: Vec<u32> = sizes.iter().map(|size| size.organizations).collect();
        let heads: String =
            organizations[1..].iter().map(|number| format!(" {number} hotels | by processor |")).collect();
        println!("Medians in µs; the ratio to the smallest size, the median of the rounds (least–greatest).\n");
        println!("| Workload | Hotel | {} hotels |{heads}", organizations[0]);
        println!("|---|---|---|{}", "---|---|".repeat(organizations.len() - 1));
        Report { organizations, beyond: Vec::new() }
    }

    /// The workload at each size.
    pub fn line(&mut self, workload: Workload, hotel: Hotel, cells: &[Cell]) {
        let mut line = format!("| {} | {} | {:.0} |", workload.name(), hotel.name(), cells[0].median());
        for (cell, organizations) in cells.iter().zip(&self.organizations).skip(1) {
            let (ratio, least, greatest) = cell.against(&cells[0]);
            let processor = cell.by_processor(&cells[0]).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            line += &format!(" {:.0}: {ratio:.2} ({least:.2}–{greatest:.2}) | {processor} |", cell.median());
            if ratio > hotel.goal() {
                let what = format!("{}, {} hotel, {organizations} hotels", workload.name(), hotel.name());
                self.beyond.push(format!("{what}: {ratio:.2}, and {:.1} is the goal", hotel.goal()));
            }
        }
        println!("{line}");
    }

    pub fn end(&self) {
        match &self.beyond[..] {
            [] => println!("\nAll of it is within 1.3 for small hotels and 1.5 for the big one."),
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
