//! Sums in the middle of load, and series for a thousand hotels.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;
use stayzr::config::Settings;
use stayzr::metrics::Metrics;
use uuid::Uuid;

use super::server::Server;
use crate::support::World;

const HOTELS: i32 = 1000;
/// As many requests at a time.
const CLIENTS: usize = 8;
/// As often the page is read between requests.
const PAGES: u32 = 20;

/// However busy the machine is, nobody is turned away: who is, is of no hotel.
fn patient(settings: &mut Settings) {
    settings.pool_wait_ms = 60_000;
    settings.request_timeout_ms = 60_000;
}

/// So many hotels with one administrator each; their ids and tokens.
async fn hotels(world: &World, number: i32) -> Vec<(i32, String)> {
    let admin = world.admin().await;
    // Without triggers, which would make what no request here reads.
    admin.batch_execute("set session_replication_role = replica").await.unwrap();
    let organizations =
        "insert into organizations (slug, name, subscription_tier, subscription_tier_version, subscription_status)
                         select 'hotel-' || o, 'Hotel ' || o, 'enterprise', 1, 'active' from generate_series(1, $1) as o
                         returning id, tenant_id";
    let made = admin.query(organizations, &[&number]).await.unwrap();
    let users = "insert into users (organization_id, email, full_name, is_org_admin)
                 select id, 'admin@hotel.example', 'Admin', true from unnest($1::integer[]) as id
                 returning organization_id, id";
    let ids: Vec<i32> = made.iter().map(|row| row.get(0)).collect();
    let users = admin.query(users, &[&ids]).await.unwrap();
    let sessions = "insert into sessions (organization_id, id, user_id, expires_at)
                    select organization_id, id, id, now() + interval '1 day' from users";
    admin.execute(sessions, &[]).await.unwrap();
    let tenants: std::collections::HashMap<i32, Uuid> = made.iter().map(|row| (row.get(0), row.get(1))).collect();
    let token = |row: &tokio_postgres::Row| {
        let (organization, user): (i32, Uuid) = (row.get(0), row.get(1));
        let claims = world.tokens.claims(user, organization, tenants[&organization], user);
        (organization, world.tokens.sign(&claims).unwrap())
    };
    users.iter().map(token).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_agree_in_the_middle_of_load_and_nothing_goes_down() {
    let world = World::new().await;
    let hotels = hotels(&world, 20).await;
    let server = Arc::new(Server::counting(&world, Metrics::on(), world.sealer(), patient).await);
    let enough = Arc::new(AtomicBool::new(false));
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let (server, hotels, enough) = (server.clone(), hotels.clone(), enough.clone());
        clients.spawn(async move {
            let mut rounds = 0;
            while !enough.load(Ordering::Relaxed) {
                let token = &hotels[(client * 7 + rounds) % hotels.len()].1;
                server.get(token, "/v1/guests").await;
                server.post(token, "/v1/guests", json!({"fullName": "Nobody"})).await;
                server.get("", "/v1/guests").await;
                server.get("", "/healthz").await;
                rounds += 1;
            }
            rounds
        });
    }
    let (mut before, mut in_the_middle) = (server.page().await, 0);
    while in_the_middle < PAGES {
        let page = server.page().await;
        page.assert_sums_agree();
        assert_eq!(page.less_than(&before), Vec::<String>::new());
        in_the_middle += u32::from(page.sum("stayzr_requests_total", &[]) > before.sum("stayzr_requests_total", &[]));
        before = page;
    }
    enough.store(true, Ordering::Relaxed);
    let rounds: usize = clients.join_all().await.iter().sum();
    let page = server.page().await;
    page.assert_sums_agree();
    let all = 4.0 * rounds as f64;
    assert_eq!(page.sum("stayzr_requests_total", &[]), all);
    assert_eq!(page.sum("stayzr_request_duration_seconds_count", &[]), all);
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", "none")]), Some(all / 2.0));
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", "other")]), Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_hotels_have_a_hundred_series_and_a_busy_late_comer_gets_one() {
    let world = World::new().await;
    let hotels = hotels(&world, HOTELS).await;
    // Whenever somebody reads the page, it is decided anew who is busy.
    let server = Server::counting(&world, Metrics::electing_every(Duration::ZERO), world.sealer(), patient).await;
    let send = async |requests: Vec<&(i32, String)>| {
        let answers =
            stream::iter(requests).map(|(_, token)| server.get(token, "/v1/auth/me")).buffer_unordered(CLIENTS);
        assert!(answers.all(async |status| status == 200).await);
    };
    send(hotels.iter().collect()).await;
    let page = server.page().await;
    let organizations = page.labels("stayzr_organization_requests_total", "organization");
    assert_eq!(organizations.len(), 100 + 2, "a hundred hotels, the other ones and nobody");
    assert_eq!(page.value("stayzr_organization_requests_total", &[("organization", "other")]), Some(900.0));
    assert_eq!(page.sum("stayzr_organization_requests_total", &[]), f64::from(HOTELS));
    page.assert_sums_agree();

    let late = hotels.iter().find(|(id, _)| !organizations.contains(&*id.to_string())).unwrap();
    send(vec![late; 110]).await;
    let elected = server.page().await;
    let (id, of) = (late.0.to_string(), "stayzr_organization_requests_total");
    assert_eq!(elected.value(of, &[("organization", &id)]), Some(0.0), "what it did before stays where it was counted");
    send(vec![late; 5]).await;
    let page = server.page().await;
    assert_eq!(page.value(of, &[("organization", &id)]), Some(5.0));
    // What the one that made room had been counted is there too.
    assert_eq!(page.value(of, &[("organization", "other")]), Some(900.0 + 110.0 + 1.0));
    assert_eq!(page.labels(of, "organization").len(), 100 + 2);
    assert_eq!(page.sum(of, &[]), f64::from(HOTELS) + 115.0);
    assert_eq!((page.less_than(&elected), elected.sum(of, &[])), (vec![], f64::from(HOTELS) + 110.0));
    page.assert_sums_agree();
}
