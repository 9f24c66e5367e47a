//! The chain holds under load, and the hash of a record is the same whoever computes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_postgres::Client;

use super::{as_role, member, verified};
use crate::support::{Chance, Hotel, World};

const HOTELS: usize = 3;
const CONNECTIONS: usize = 12;
const TRANSACTIONS: usize = 25;

/// Some work of a hotel in one transaction; whether it was committed.
async fn work(app: &Client, hotel: &Hotel, name: &str, chance: &mut Chance) -> Result<bool, tokio_postgres::Error> {
    app.batch_execute(&format!("begin; {}", member(hotel))).await?;
    for part in 0..=chance.below(3) {
        app.batch_execute(&format!("insert into departments (name) values ('{name} {part}')")).await?;
    }
    match chance.below(4) {
        0 => {
            // As far as a place in the chain, and back to before it.
            app.batch_execute("savepoint here; insert into teams (name) values ('never'); rollback to here").await?;
        }
        1 => {
            app.batch_execute("rollback").await?;
            return Ok(false);
        }
        _ => {}
    }
    app.batch_execute("commit").await?;
    Ok(true)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_has_every_record_once_and_in_order_whatever_happens_at_once() {
    let world = World::new().await;
    let mut hotels = Vec::new();
    for number in 0..HOTELS {
        hotels.push(world.hotel(&format!("hotel-{number}")).await);
    }
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let over = Arc::new(AtomicBool::new(false));

    // One that walks the chains meanwhile, and one that ends whoever is in the middle of something.
    let walking = tokio::spawn({
        let (world, over) = (world.clone(), over.clone());
        async move {
            while !over.load(Ordering::Relaxed) {
                assert_eq!(verified(&world).await.1, []);
            }
        }
    });
    let killing = tokio::spawn({
        let (world, over) = (world.clone(), over.clone());
        async move {
            let admin = world.admin().await;
            let kill = "select count(pg_terminate_backend(pid)) from (
                            select pid from pg_stat_activity
                            where usename = 'stayzr_app' and datname = current_database() and backend_xid is not null
                            order by random() limit 1
                        ) as victim";
            let mut killed = 0;
            while !over.load(Ordering::Relaxed) {
                killed += admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0);
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            killed
        }
    });
    let workers = (0..CONNECTIONS).map(|number| {
        let (world, hotel) = (world.clone(), hotels[number % HOTELS].clone());
        tokio::spawn(async move {
            let mut chance = Chance::new(seed + number as u64);
            let mut app = world.app_client().await;
            let (mut committed, mut lost) = (0, 0);
            for turn in 0..TRANSACTIONS {
                match work(&app, &hotel, &format!("part {number} {turn}"), &mut chance).await {
                    Ok(true) => committed += 1,
                    Ok(false) => {}
                    Err(_) => {
                        // Killed: whatever it was, none of it or all of it holds.
                        lost += 1;
                        app = world.app_client().await;
                    }
                }
            }
            (committed, lost)
        })
    });
    let ended = futures_util::future::join_all(workers).await;
    over.store(true, Ordering::Relaxed);
    walking.await.unwrap();
    let killed = killing.await.unwrap();
    let (committed, lost) =
        ended.iter().map(|worker| worker.as_ref().unwrap()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    eprintln!("{committed} transactions committed, {lost} lost to {killed} killed connections");
    assert!(committed > CONNECTIONS && killed > 0, "there was work, and there was trouble");

    let (heads, faults) = verified(&world).await;
    assert_eq!(faults, []);
    let admin = world.admin().await;
    for (hotel, head) in hotels.iter().zip(&heads) {
        assert_eq!((head.organization_id, head.records), (hotel.id, head.sequence));
        let sql = "select (select count(*) from departments where organization_id = $1),
                          count(*) filter (where action = 'departments_create'),
                          count(*) filter (where action = 'teams_create')
                   from audit_log where organization_id = $1";
        let row = admin.query_one(sql, &[&hotel.id]).await.unwrap();
        let (departments, created, teams): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert!(departments > 0);
        assert_eq!((created, teams), (departments, 0), "a record for each change that holds, and for no other");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_of_a_record_depends_on_no_setting() {
    let world = World::new().await;
    let hotel = world.hotel("grand-plaza").await;
    let app = world.app_client().await;
    let odd = "set timezone = 'Asia/Kathmandu'; set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601';
               set bytea_output = 'escape'; set extra_float_digits = -15; set lc_numeric = 'C'; set lc_time = 'C';
               set xmlbinary = 'hex'; set quote_all_identifiers = on; set standard_conforming_strings = off;";
    let change =
        "update organizations set settings = '{\"rate\": 0.1000, \"huge\": 1e300, \"name\": \"Zoë \\\\u0001\"}'";
    // Written under odd settings and walked under plain ones, and the other way round.
    app.batch_execute(&format!("{odd} begin; {} {change}; commit; reset all", member(&hotel))).await.unwrap();
    app.batch_execute(&format!("begin; {} update organizations set settings = '{{}}'; commit", member(&hotel)))
        .await
        .unwrap();
    assert_eq!(verified(&world).await.1, []);
    let platform = as_role(&world, "stayzr_platform").await;
    platform.batch_execute(odd).await.unwrap();
    let walk = crate::support::repository::read("sql/queries/audit_log/verify.sql");
    assert!(platform.query(&walk, &[]).await.unwrap().is_empty());
}

/// The text that is hashed is a format: whoever changes it makes every record there is look altered.
#[tokio::test(flavor = "multi_thread")]
async fn the_hash_of_a_record_is_what_it_always_was() {
    let world = World::new().await;
    let admin = world.admin().await;
    let sql = "select encode(app.audit_hash(
                   decode(repeat('00', 32), 'hex'), 2, 1, '01900000-0000-7000-8000-000000000001',
                   '2026-11-23 02:06:23.513678+00', '01900000-0000-7000-8000-000000000002', 'api_key',
                   '01900000-0000-7000-8000-000000000003', null, '192.0.2.7', 'request-0001', 'users_update', 'users',
                   '01900000-0000-7000-8000-000000000004', 'because', 'done', '{\"b\": 1.50, \"a\": null}'
               ), 'hex')";
    let hash: String = admin.query_one(sql, &[]).await.unwrap().get(0);
    // As text: jsonb puts shorter keys first.
    let text = concat!(
        r#"{"at": "2026-11-23T02:06:23.513678", "id": "01900000-0000-7000-8000-000000000001", "#,
        r#""key": "01900000-0000-7000-8000-000000000003", "kind": "api_key", "#,
        r#""actor": "01900000-0000-7000-8000-000000000002", "grant": null, "action": "users_update", "#,
        r#""reason": "because", "address": "192.0.2.7", "changes": {"a": null, "b": 1.50}, "outcome": "done", "#,
        r#""request": "request-0001", "resource": "users", "sequence": 1, "#,
        r#""resource_id": "01900000-0000-7000-8000-000000000004", "organization": 2}"#
    );
    let digest = sha2::Sha256::new_with_prefix(text).chain_update([0; 32]).finalize();
    assert_eq!(hash, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}

use sha2::Digest;
