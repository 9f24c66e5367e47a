//! The ways to search.

use std::time::{Duration, Instant};

use stayzr::db::Client;
use stayzr::tenancy::Sealer;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::Failure;
use crate::context::SET_CONTEXT;

/// A page of the API, and one row to know whether there is a next one.
const PAGE: i64 = 51;

/// How a search is asked.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// As the server does: the function that looks words up, and row security.
    Ours,
    /// By an administrator, whom row security does not bind, with the hotel as a parameter.
    Without,
    /// With the operator in the statement, and row security.
    Naive,
    /// The same, of words that are stored.
    NaiveStored,
}

impl Way {
    pub const ALL: [Way; 4] = [Way::Ours, Way::Without, Way::Naive, Way::NaiveStored];
}

/// Who asks.
#[derive(Clone, Copy, PartialEq)]
pub enum Asker {
    /// Sees the whole hotel.
    Administrator,
    /// Sees one conversation of ten.
    Agent,
}

impl Asker {
    pub const ALL: [Asker; 2] = [Asker::Administrator, Asker::Agent];

    pub fn name(self) -> &'static str {
        match self {
            Asker::Administrator => "whole hotel",
            Asker::Agent => "own",
        }
    }
}

/// Connections, with what is prepared on them.
pub struct Ways {
    app: Client,
    admin: Client,
    sealer: Sealer,
    set_context: Statement,
    ours: Statement,
    without: Statement,
    naive: Statement,
    naive_stored: Statement,
    /// Each hotel and its agent.
    hotels: Vec<(i32, Uuid)>,
}

impl Ways {
    pub async fn prepare(app: Client, admin: Client, sealer: Sealer, organizations: u32) -> Result<Ways, Failure> {
        admin.batch_execute("set plan_cache_mode = force_generic_plan; set jit = off").await?;
        let agents = "select organization_id, id from users where not is_org_admin order by organization_id limit $1";
        let rows = admin.query(agents, &[&i64::from(organizations)]).await?;
        let hotels = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Ways {
            set_context: app.prepare(SET_CONTEXT).await?,
            ours: app.prepare(include_str!("../../sql/queries/messages/search.sql")).await?,
            without: admin.prepare(include_str!("without.sql")).await?,
            naive: app.prepare(include_str!("naive.sql")).await?,
            naive_stored: app.prepare(include_str!("naive_stored.sql")).await?,
            app,
            admin,
            sealer,
            hotels,
        })
    }

    /// One search: its time without that of the context, and how many rows it found.
    pub async fn ask(&self, way: Way, wanted: &str, asker: Asker, number: u32) -> Result<(Duration, usize), Failure> {
        let (hotel, agent) = self.hotels[number as usize % self.hotels.len()];
        let (latest, last) = (chrono::DateTime::from_timestamp(253_402_300_799, 0), Uuid::max());
        let common: [&(dyn ToSql + Sync); 4] = [&wanted, &PAGE, &latest, &last];
        if way == Way::Without {
            let begin = Instant::now();
            let rows = self.admin.query(&self.without, &[common[0], common[1], common[2], common[3], &hotel]).await?;
            return Ok((begin.elapsed(), rows.len()));
        }
        self.app.batch_execute("begin").await?;
        self.app.query(&self.set_context, &[&self.context(hotel, agent, asker)]).await?;
        let statement = match way {
            Way::Naive => &self.naive,
            Way::NaiveStored => &self.naive_stored,
            _ => &self.ours,
        };
        let begin = Instant::now();
        let rows = self.app.query(statement, &common).await?;
        let time = begin.elapsed();
        self.app.batch_execute("commit").await?;
        Ok((time, rows.len()))
    }

    fn context(&self, hotel: i32, agent: Uuid, asker: Asker) -> String {
        let (hotel, agent) = (hotel.to_string(), agent.to_string());
        let sees_all = if asker == Asker::Administrator { "true" } else { "false" };
        let fields = [&*hotel, &agent, "", "", sees_all, "", "", "conversations.read", "bench", ""].join("\n");
        format!("{}\n{fields}", self.sealer.seal(&format!("context\n{fields}")))
    }
}
