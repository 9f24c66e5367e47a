//! Each alert is told once, however many servers there are and whatever becomes of them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stayzr::db::Accounts;
use stayzr::mail::Mail;
use stayzr::usage_alerts::Telling;

use super::{PATH, acknowledge, add_guests, allow, colleague, foretell};
use crate::support::{Cluster, Hotel, Path, Proxy, World, eventually};

/// A server of that world, as far as it tells.
fn server(world: &World) -> Telling {
    Telling::start(Accounts::new(world.pools(&world.settings)), world.mailer())
}

async fn plaza() -> Hotel {
    World::new().await.hotel("grand-plaza").await
}

/// How many alerts nobody was told of.
async fn waiting(world: &World) -> i64 {
    let sql = "select count(*) from usage_alerts where mailed_at is null";
    world.admin().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// Waits until nothing is waiting, and then a little: what comes twice comes at the same time.
async fn all_told(world: &World) {
    eventually("everything is told", async || waiting(world).await == 0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Waits until so many servers listen: what is raised before is found by looking, not heard.
async fn listening(world: &World, servers: i64) {
    // Listening is the first thing a connection does, and answering an empty question the next.
    let sql = "select count(*) from pg_stat_activity
               where application_name = 'stayzr listener' and datname = current_database() and query = ''";
    let standings = 1;
    eventually("they listen", async || {
        world.admin().await.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) >= servers + standings
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_mailed_to_those_who_manage_the_subscription() {
    let plaza = plaza().await;
    let (world, admin) = (&plaza.world, plaza.world.admin().await);
    colleague(&plaza, &["subscription.read", "users.manage"]).await;
    let (manager, _) = colleague(&plaza, &["subscription.manage"]).await;
    let (disabled, _) = colleague(&plaza, &["subscription.manage"]).await;
    plaza.patch(format!("/v1/users/{disabled}"), json!({"status": "disabled"})).await.assert_ok();
    // At another hotel whose alerts these are not.
    world.hotel("sea-breeze").await;
    let email: String = admin.query_one("select email from users where id = $1", &[&manager]).await.unwrap().get(0);
    allow(&plaza, "maxGuests", 10).await;
    let _server = server(world);
    add_guests(&plaza, 8).await;
    let mails = [world.mails.next().await, world.mails.next().await];
    let mut addresses = mails.each_ref().map(|mail| mail.to.clone());
    addresses.sort();
    let mut expected = [email, "admin@grand-plaza.example".to_owned()];
    expected.sort();
    assert_eq!(addresses, expected);
    let ends = "select to_char(period_end at time zone 'UTC', 'FMDD FMMonth YYYY') from usage_alerts limit 1";
    let ends: String = admin.query_one(ends, &[]).await.unwrap().get(0);
    for Mail { kind, subject, link, body, .. } in &mails {
        assert_eq!((*kind, &**subject), ("usage_alert", "Grand Plaza has reached 80 % of its limit of guests"));
        assert_eq!(link, "http://127.0.0.1:8080/usage");
        assert_eq!(
            body,
            "Hello,\n\n\
             Grand Plaza uses 8 of the 10 guests that its plan allows.\n\n\
             When the limit is reached, more is refused.\n\n\
             What is used, and what other plans allow, is here:\n\n\
             http://127.0.0.1:8080/usage\n\n\
             You get this message because you manage the subscription of Grand Plaza.\n"
        );
    }
    foretell(&plaza, "messages").await;
    let foretold = world.mails.next().await;
    world.mails.next().await;
    assert_eq!(foretold.subject, "Grand Plaza will probably pass its limit of messages");
    let said = "Grand Plaza uses 3000 of the 5000 messages that its plan allows.\n\
                If it goes on as in the last seven days, it will be 5290 by 1 July 2026.\n\n\
                When the limit is reached, more is refused, until it is counted anew on 1 July 2026.\n\n";
    assert!(foretold.body.contains(said), "{}", foretold.body);
    add_guests(&plaza, 2).await;
    let full = world.mails.next().await;
    world.mails.next().await;
    assert_eq!(full.subject, "Grand Plaza has reached its limit of guests");
    assert!(full.body.contains("\n\nMore is refused from now on.\n\n"), "{}", full.body);
    assert!(!full.body.contains(&ends), "guests are not counted anew");
    world.mails.assert_none().await;
}

/// Of several marks that are reached in one step, and of those that waited, the highest.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_marks_of_a_limit_the_highest_is_mailed_and_all_are_taken() {
    let plaza = plaza().await;
    allow(&plaza, "maxGuests", 10).await;
    allow(&plaza, "maxUsers", 2).await;
    add_guests(&plaza, 8).await;
    add_guests(&plaza, 1).await;
    // Another limit is another alert.
    allow(&plaza, "maxGuests", 12).await;
    add_guests(&plaza, 1).await;
    assert_eq!(waiting(&plaza.world).await, 3);
    let _server = server(&plaza.world);
    let mut subjects = [plaza.world.mails.next().await.body, plaza.world.mails.next().await.body];
    subjects.sort();
    assert!(subjects[0].contains("10 of the 12 guests") && subjects[1].contains("9 of the 10 guests"), "{subjects:?}");
    plaza.world.mails.assert_none().await;
    assert_eq!(waiting(&plaza.world).await, 0);
    let raised = plaza.walk(PATH, 50).await;
    assert_eq!(raised.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_tells() {
    let plaza = plaza().await;
    let world = plaza.world.clone();
    let servers = [server(&world), server(&world)];
    listening(&world, 2).await;
    allow(&plaza, "maxGuests", 1_000).await;
    for mark in [800, 100, 100] {
        add_guests(&plaza, mark).await;
        let mail = world.mails.next().await;
        assert_eq!(mail.to, "admin@grand-plaza.example");
        all_told(&world).await;
    }
    // Many hotels at once, and both servers hear of each.
    let mut hotels = Vec::new();
    for number in 0..6 {
        let hotel = world.hotel(&format!("hotel-{number}")).await;
        allow(&hotel, "maxGuests", 10).await;
        hotels.push(hotel);
    }
    futures_util::future::join_all(hotels.iter().map(|hotel| add_guests(hotel, 10))).await;
    let mut addresses = Vec::new();
    for _ in &hotels {
        addresses.push(world.mails.next().await.to);
    }
    addresses.sort();
    assert_eq!(addresses, hotels.iter().map(|hotel| format!("admin@{}.example", hotel.slug)).collect::<Vec<_>>());
    world.mails.assert_none().await;
    drop(servers);
}

/// What nobody heard of is told at the next start, by one of however many that start.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_raised_while_no_server_ran_is_told_once() {
    let plaza = plaza().await;
    let world = plaza.world.clone();
    drop(server(&world));
    let breeze = world.hotel("sea-breeze").await;
    for hotel in [&plaza, &breeze] {
        allow(hotel, "maxGuests", 10).await;
        add_guests(hotel, 9).await;
    }
    world.mails.assert_none().await;
    let servers = [server(&world), server(&world), server(&world)];
    let mut addresses = [world.mails.next().await.to, world.mails.next().await.to];
    addresses.sort();
    assert_eq!(addresses, ["admin@grand-plaza.example", "admin@sea-breeze.example"]);
    world.mails.assert_none().await;
    // Another start has nothing to tell.
    drop(servers);
    let _again = server(&world);
    world.mails.assert_none().await;
}

/// A listener that is killed listens again, and asks what it missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_heard_nothing_for_a_while_asks_what_it_missed() {
    let plaza = plaza().await;
    let world = plaza.world.clone();
    allow(&plaza, "maxGuests", 100).await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &world.database), Duration::ZERO);
    let database = world.pools_through(&proxy.address());
    let _server = Telling::start(Accounts::new(database), world.mailer());
    add_guests(&plaza, 80).await;
    world.mails.next().await;
    proxy.set(Path::Silent);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    add_guests(&plaza, 10).await;
    world.mails.assert_none().await;
    assert_eq!(waiting(&world).await, 1);
    proxy.set(Path::Open);
    let mail = world.mails.next().await;
    assert!(mail.subject.contains("90 %"), "{}", mail.subject);
    world.mails.assert_none().await;
}

/// What cannot be taken now is tried again, though nobody raises another.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_tried_again() {
    let plaza = plaza().await;
    let world = plaza.world.clone();
    allow(&plaza, "maxGuests", 10).await;
    let admin = world.admin().await;
    admin
        .batch_execute("revoke execute on function app.claim_usage_alerts(integer, text) from stayzr_app")
        .await
        .unwrap();
    let _server = server(&world);
    listening(&world, 1).await;
    add_guests(&plaza, 8).await;
    world.mails.assert_none().await;
    admin.batch_execute("grant execute on function app.claim_usage_alerts(integer, text) to stayzr_app").await.unwrap();
    world.mails.next().await;
    world.mails.assert_none().await;
}

/// Who takes alerts waits for who acknowledges one, and leaves none.
#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_is_being_acknowledged_is_told_all_the_same() {
    let plaza = plaza().await;
    let world: Arc<World> = plaza.world.clone();
    foretell(&plaza, "messages").await;
    let alert = plaza.walk(PATH, 50).await.remove(0);
    let mut other = world.admin().await;
    let held = other.transaction().await.unwrap();
    held.execute("select id from usage_alerts for update", &[]).await.unwrap();
    let _server = server(&world);
    world.mails.assert_none().await;
    held.commit().await.unwrap();
    world.mails.next().await;
    plaza.call(acknowledge(&alert)).await.assert_ok();
    world.mails.assert_none().await;
}

/// An alert that is taken back with the rows is told to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_told_to_nobody() {
    let plaza = plaza().await;
    let world = plaza.world.clone();
    allow(&plaza, "maxGuests", 10).await;
    let _server = server(&world);
    listening(&world, 1).await;
    let mut admin = world.admin().await;
    let transaction = admin.transaction().await.unwrap();
    let sql = "insert into guests (organization_id, id, full_name, email)
               select $1, app.uuid_v7(), 'G', n || '@example.com' from generate_series(1, 10) n";
    transaction.execute(sql, &[&plaza.id]).await.unwrap();
    transaction.rollback().await.unwrap();
    world.mails.assert_none().await;
}
