//! Once, whoever and how many ask, and whatever becomes of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use stayzr::invoices::{Closed, NoProvider, OpenedInvoice, PaymentProvider};

use super::{close, let_pass, numbers, platform};
use crate::support::{Hotel, World};

const MONTHS: i32 = 2;

async fn overdue_hotels(world: &Arc<World>, count: usize) -> Vec<Hotel> {
    let mut hotels = Vec::new();
    for number in 0..count {
        let hotel = world.hotel(&format!("hotel-{number}")).await;
        let_pass(&hotel, MONTHS).await;
        hotels.push(hotel);
    }
    hotels
}

/// One invoice for each period of each hotel, numbered from one on without a gap.
async fn assert_whole(world: &World, hotels: usize) {
    let expected = i64::try_from(hotels).unwrap() * i64::from(MONTHS);
    assert_eq!(numbers(world).await, (1..=expected).collect::<Vec<_>>());
    let odd = "select count(*) from (
                   select organization_id from invoices group by 1 having count(distinct period_start) <> 2
                   union all
                   select organization_id from invoices where status <> 'open'
                   union all
                   select i.organization_id from invoices i where i.total is distinct from (
                       select sum(l.amount) from invoice_lines l
                       where l.organization_id = i.organization_id and l.invoice_id = i.id
                   )
               ) odd";
    let odd: i64 = world.admin().await.query_one(odd, &[]).await.unwrap().get(0);
    assert_eq!(odd, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_close_at_once_each_period_is_invoiced_by_one() {
    let world = World::new().await;
    let hotels = overdue_hotels(&world, 10).await;
    let closers = (0..16).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { close(&world).await })
    });
    let closed: Vec<Closed> = join_all(closers).await.into_iter().map(Result::unwrap).collect();
    assert_whole(&world, hotels.len()).await;
    assert_eq!(
        closed.iter().map(|one| (one.invoices, one.failed)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        (20, 0)
    );
    assert_eq!(close(&world).await, Closed::default(), "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dies_before_the_commit_leaves_no_invoice_and_no_number() {
    let world = World::new().await;
    let hotels = overdue_hotels(&world, 1).await;
    let admin = world.admin().await;
    for _ in 0..3 {
        let dying = platform(&world).await;
        let pid: i32 = dying.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        dying.batch_execute("begin").await.unwrap();
        let drawn = dying.query("select * from app.close_period($1, now())", &[&hotels[0].id]).await.unwrap();
        assert_eq!(drawn.len(), 1);
        admin.execute("select pg_terminate_backend($1, 5000)", &[&pid]).await.unwrap();
        assert_eq!(numbers(&world).await, Vec::<i64>::new());
    }
    close(&world).await;
    assert_whole(&world, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_killed_at_any_moment_leave_none_or_one_and_no_gap() {
    let world = World::new().await;
    let hotels = overdue_hotels(&world, 12).await;
    let over = Arc::new(AtomicBool::new(false));
    let killing = tokio::spawn({
        let (world, over) = (world.clone(), over.clone());
        async move {
            let admin = world.admin().await;
            let kill = "select count(pg_terminate_backend(pid)) from (
                            select pid from pg_stat_activity
                            where usename = 'stayzr_platform' and datname = current_database() and state = 'active'
                            order by random() limit 1
                        ) victim";
            let mut killed: i64 = 0;
            while !over.load(Ordering::Relaxed) {
                killed += admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0);
                tokio::time::sleep(Duration::from_millis(7)).await;
            }
            killed
        }
    });
    let workers = (0..4).map(|_| {
        let world = world.clone();
        tokio::spawn(async move {
            // A killed server comes back, until it finds nothing to do.
            loop {
                let config = crate::support::Cluster::get().config("stayzr_platform", &world.database);
                let Ok(client) = stayzr::db::connect(&config.into()).await else { continue };
                if stayzr::invoices::close(&client, &NoProvider).await.is_ok_and(|closed| closed.failed == 0) {
                    return;
                }
            }
        })
    });
    join_all(workers).await.into_iter().for_each(Result::unwrap);
    over.store(true, Ordering::Relaxed);
    let killed = killing.await.unwrap();
    eprintln!("{killed} connections killed");
    assert!(killed > 0, "a test of something");
    close(&world).await;
    assert_whole(&world, hotels.len()).await;
}

/// One hotel that cannot be invoiced is in nobody's way.
#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_that_fails_is_counted_and_the_others_are_invoiced() {
    let world = World::new().await;
    let hotels = overdue_hotels(&world, 3).await;
    let admin = world.admin().await;
    // Whatever it is that goes wrong.
    let break_it = format!("alter table invoices add constraint broken check (organization_id <> {})", hotels[1].id);
    admin.batch_execute(&break_it).await.unwrap();
    assert_eq!(close(&world).await, Closed { periods: 4, invoices: 4, failed: 1 });
    assert_eq!(numbers(&world).await, [1, 2, 3, 4]);
    admin.batch_execute("alter table invoices drop constraint broken").await.unwrap();
    assert_eq!(close(&world).await, Closed { periods: 2, invoices: 2, failed: 0 });
    assert_whole(&world, 3).await;
}

/// A provider that remembers what it was told.
#[derive(Default)]
struct Told(std::sync::Mutex<Vec<OpenedInvoice>>);

impl PaymentProvider for Told {
    fn opened<'a>(&'a self, invoice: &'a OpenedInvoice) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async { self.0.lock().unwrap().push(invoice.clone()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payment_provider_is_told_of_each_invoice_once() {
    let world = World::new().await;
    let hotels = overdue_hotels(&world, 2).await;
    let told = Told::default();
    let client = platform(&world).await;
    stayzr::invoices::close(&client, &told).await.unwrap();
    stayzr::invoices::close(&client, &told).await.unwrap();
    let mut told = told.0.into_inner().unwrap();
    told.sort_by_key(|invoice| invoice.number);
    assert_eq!(told.iter().map(|invoice| invoice.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(told.iter().all(|invoice| invoice.currency == "EUR" && invoice.total.to_string() == "799.00"), "{told:?}");
    assert_eq!(told.iter().filter(|invoice| invoice.organization_id == hotels[0].id).count(), 2);
}
