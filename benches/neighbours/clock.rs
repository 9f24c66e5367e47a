//! When requests are due. A thread of its own tells it, because the timers of the runtime are whole milliseconds, and
//! an answer takes few of those.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Failure;

/// One request that is due.
#[derive(Clone, Copy)]
pub struct Due {
    pub at: Instant,
    pub number: u64,
}

/// Requests that are due one after the other, for whoever is free to send them.
pub struct Queue(Mutex<UnboundedReceiver<Due>>);

impl Queue {
    /// The next one; none when the last was taken.
    pub async fn next(&self) -> Option<Due> {
        self.0.lock().await.recv().await
    }
}

/// At what times, evenly spaced.
pub struct Times {
    pub from: Instant,
    pub until: Instant,
    pub per_second: u32,
}

impl Times {
    fn due(&self, number: u64) -> Option<Due> {
        let at = self.from + Duration::from_secs_f64(number as f64 / f64::from(self.per_second));
        (at < self.until).then_some(Due { at, number })
    }
}

/// The thread, which ends with the benchmark.
pub struct Clock {
    orders: mpsc::Sender<Vec<(Times, UnboundedSender<Due>)>>,
    /// Its place below /proc.
    pub thread: PathBuf,
}

impl Clock {
    pub fn start() -> Result<Clock, Failure> {
        let (orders, received) = mpsc::channel();
        let (sender, thread) = mpsc::channel();
        std::thread::spawn(move || {
            let _ = sender.send(own_thread());
            received.into_iter().for_each(run);
        });
        Ok(Clock { orders, thread: thread.recv()? })
    }

    /// A queue for each of those times.
    pub fn tell<const N: usize>(&self, times: [Times; N]) -> Result<[Queue; N], Failure> {
        let mut queues = Vec::new();
        let orders = times.into_iter().map(|times| {
            let (sender, receiver) = unbounded_channel();
            queues.push(Queue(Mutex::new(receiver)));
            (times, sender)
        });
        self.orders.send(orders.collect())?;
        queues.try_into().map_err(|_| "not as many queues as times".into())
    }
}

/// Where the thread that asks is below /proc.
pub fn own_thread() -> PathBuf {
    std::fs::read_link("/proc/thread-self").unwrap_or_default()
}

fn run(orders: Vec<(Times, UnboundedSender<Due>)>) {
    let mut numbers = vec![0; orders.len()];
    loop {
        let due = orders.iter().zip(&numbers).enumerate();
        let due = due.filter_map(|(index, ((times, _), number))| Some((times.due(*number)?, index)));
        let Some((due, index)) = due.min_by_key(|(due, _)| due.at) else { return };
        let wait = due.at.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
        // Nobody hears it any more when the turn failed.
        let _ = orders[index].1.send(due);
        numbers[index] += 1;
    }
}
