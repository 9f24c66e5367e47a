//! `/v1/organization/invoices`, and how invoices come to be.

mod api;
mod closing;
mod guards;
mod lines;
mod money;

use serde_json::Value;
use stayzr::db::Client;
use stayzr::invoices::{Closed, NoProvider};
use uuid::Uuid;

use crate::support::{Cluster, Hotel, World, connect};

const PATH: &str = "/v1/organization/invoices";

pub async fn platform(world: &World) -> Client {
    connect(&Cluster::get().config("stayzr_platform", &world.database)).await
}

/// The last so many months are over and not invoiced.
pub async fn let_pass(hotel: &Hotel, months: i32) {
    let sql = "update invoice_schedules s
               set month_start = t.at, period_start = t.at, period_end = t.next
               from (
                   select m.month at time zone 'UTC' as at, (m.month + interval '1 month') at time zone 'UTC' as next
                   from (select date_trunc('month', now() at time zone 'UTC') - make_interval(months => $2)) m (month)
               ) t
               where organization_id = $1";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &months]).await.unwrap();
}

/// What every server does every few minutes.
pub async fn close(world: &World) -> Closed {
    stayzr::invoices::close(&platform(world).await, &NoProvider).await.unwrap()
}

/// Invoices of the last so many months; their ids, by number.
pub async fn invoiced(hotel: &Hotel, months: i32) -> Vec<Uuid> {
    let_pass(hotel, months).await;
    close(&hotel.world).await;
    let sql = "select id from invoices where organization_id = $1 order by number";
    let rows = hotel.world.admin().await.query(sql, &[&hotel.id]).await.unwrap();
    assert_eq!(rows.len(), usize::try_from(months).unwrap());
    rows.iter().map(|row| row.get(0)).collect()
}

/// Every number there is, in order.
async fn numbers(world: &World) -> Vec<i64> {
    let rows = world.admin().await.query("select number from invoices order by number", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Of each invoice of a hotel, by number: its lines, each kind and amount, and its total.
async fn drawn(hotel: &Hotel) -> Vec<(Vec<(String, String)>, String)> {
    let sql = "select (
                   select jsonb_agg(jsonb_build_array(l.kind, app.round_money(l.amount, i.currency)::text) order by position)
                   from invoice_lines l
                   where l.organization_id = i.organization_id and l.invoice_id = i.id
               ), app.round_money(i.total, i.currency)::text
               from invoices i
               where i.organization_id = $1
               order by i.number";
    let rows = hotel.world.admin().await.query(sql, &[&hotel.id]).await.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = |value: Value| value.as_array().unwrap().iter().map(|line| (text(&line[0]), text(&line[1]))).collect();
    rows.iter().map(|row| (lines(row.get(0)), row.get(1))).collect()
}
