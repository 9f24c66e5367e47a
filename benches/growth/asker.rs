//! Who asks: a connection of the service, and statements as `src/db` sends them.

use std::time::{Duration, Instant};

use postgres_types::ToSql;
use stayzr::db::Client;
use stayzr::tenancy::Sealer;
use tokio_postgres::Statement;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::Failure;
use crate::workload::{MESSAGES, PAGE, Target, Workload};

const LONGEST_TURN: Duration = Duration::from_secs(1);

#[derive(Debug, ToSql)]
#[postgres(name = "read_context")]
struct ReadContext(String);

#[derive(Debug, ToSql)]
#[postgres(name = "write_context")]
struct WriteContext(String);

/// What a turn took, in microseconds.
#[derive(Clone, Copy)]
pub struct Turn {
    /// The median, by the clock.
    pub median: f64,
    /// The mean that PostgreSQL was on a processor; none where the system does not say.
    pub processor: Option<f64>,
}

/// See the module.
pub struct Asker {
    client: Client,
    sealer: Sealer,
    process: i32,
    statements: Vec<Statement>,
}

impl Asker {
    pub async fn prepare(client: Client, sealer: &Sealer) -> Result<Asker, Failure> {
        let process = client.query_one("select pg_backend_pid()", &[]).await?.try_get(0)?;
        let mut statements = Vec::new();
        for workload in Workload::ALL {
            let context = match workload {
                Workload::Post => include_str!("../../sql/queries/context/write.sql"),
                _ => include_str!("../../sql/queries/context/read.sql"),
            };
            let domain = client.prepare(context).await?.params()[0].clone();
            // The context comes after what the statement refers to.
            let parameters = client.prepare(workload.sql()).await?.params().len();
            let mut types = vec![Type::UNKNOWN; parameters];
            types.push(domain);
            statements.push(client.prepare_typed(workload.sql(), &types).await?);
        }
        Ok(Asker { client, sealer: sealer.clone(), process, statements })
    }

    /// So many requests, of one hotel after the other.
    pub async fn turn(&self, workload: Workload, targets: &[Target], first: u32, many: u32) -> Result<Turn, Failure> {
        let (begin, used) = (Instant::now(), self.processor_time());
        let mut times = Vec::new();
        for number in first..first + many {
            times.push(self.ask(workload, targets, number as usize).await?.as_secs_f64() * 1e6);
            if begin.elapsed() > LONGEST_TURN {
                break;
            }
        }
        let processor = self.processor_time().zip(used).map(|(now, before)| (now - before) / times.len() as f64);
        times.sort_by(f64::total_cmp);
        Ok(Turn { median: times[times.len() / 2], processor })
    }

    /// One request: how long it took.
    pub async fn ask(&self, workload: Workload, targets: &[Target], number: usize) -> Result<Duration, Failure> {
        let target = &targets[number % targets.len()];
        let nth = |ids: &[Uuid]| ids[number / targets.len() % ids.len()];
        let (guest, conversation) = (nth(&target.guests), nth(&target.conversations));
        let (latest, last) = (chrono::DateTime::from_timestamp(253_402_300_799, 0), Uuid::max());
        let word = if workload == Workload::RareSearch { "chandelier" } else { "breakfast" };
        let (no_text, nobody) = (None::<&str>, None::<Uuid>);
        let mut parameters: Vec<&(dyn ToSql + Sync)> = match workload {
            Workload::Guest => vec![&guest],
            Workload::Messages => vec![&conversation, &MESSAGES, &latest, &last],
            Workload::Conversations => vec![&PAGE, &latest, &last, &no_text, &no_text, &nobody, &nobody],
            Workload::RareSearch | Workload::CommonSearch => vec![&word, &PAGE, &latest, &last],
            Workload::Post => vec![&conversation, &"staff", &"A van will wait at arrivals with your name on a sign."],
        };
        let context = self.context(target);
        let (reads, writes);
        if workload == Workload::Post {
            writes = WriteContext(context);
            parameters.push(&writes);
        } else {
            reads = ReadContext(context);
            parameters.push(&reads);
        }
        let statement = &self.statements[workload as usize];
        let begin = Instant::now();
        let rows = self.client.query(statement, &parameters).await?.len();
        let time = begin.elapsed();
        if rows != workload.rows() {
            return Err(format!("{}: {rows} rows in hotel {}", workload.name(), target.organization_id).into());
        }
        Ok(time)
    }

    /// Of somebody who sees the whole hotel.
    fn context(&self, target: &Target) -> String {
        let (hotel, user) = (target.organization_id.to_string(), target.user_id.to_string());
        let permissions = "conversations.read,guests.read,messages.send";
        let fields = [&*hotel, &user, "", "", "true", "", "", permissions, "bench", ""].join("\n");
        format!("{}\n{fields}", self.sealer.seal(&format!("context\n{fields}")))
    }

    /// The time that the connection's process has been on a processor, in microseconds: the first number of Linux's
    /// schedstat, in nanoseconds.
    fn processor_time(&self) -> Option<f64> {
        let schedstat = std::fs::read_to_string(format!("/proc/{}/schedstat", self.process)).ok()?;
        let nanoseconds: f64 = schedstat.split_ascii_whitespace().next()?.parse().ok()?;
        Some(nanoseconds / 1000.0)
    }
}
