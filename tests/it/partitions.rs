//! `stayzr partition`: messages are divided anew while everybody goes on, and what keeps hotels apart is as it was.

mod killed;
mod refused;
mod traffic;

use std::time::Duration;

use stayzr::audit::{self, Catalogue, Waivers, plans};
use stayzr::db::Client;
use stayzr::db::migrate::{self, Sources};
use stayzr::partitions::{Move, Pace, PartitionError, divide, status};

use crate::support::{Hotel, two_hotels};

const PACE: Pace = Pace { batch: 100, patience: Duration::from_secs(60) };

async fn divided(hotel: &Hotel, what: Move) -> Result<bool, PartitionError> {
    let mut admin = hotel.world.admin().await;
    divide(&mut admin, &Sources::embedded().unwrap(), &hotel.slug, what, PACE, |_| ()).await
}

/// Conversations with messages and files, of both hotels.
async fn talk(hotels: [&Hotel; 2], messages: i32) {
    let admin = hotels[0].world.admin().await;
    for hotel in hotels {
        let guest = hotel.create_guest(&format!("ada@{}.example", hotel.slug)).await;
        let talk = hotel.create_conversation(&guest).await;
        let id: uuid::Uuid = talk["id"].as_str().unwrap().parse().unwrap();
        let written = "insert into messages (organization_id, id, conversation_id, sender_type, content)
             select $1, app.uuid_v7(), $2, 'guest', 'Towels, number ' || n from generate_series(1, $3) n";
        admin.execute(written, &[&hotel.id, &id, &messages]).await.unwrap();
        let files =
            "insert into attachments (organization_id, id, message_id, file_name, media_type, size_bytes, sha256)
             select organization_id, app.uuid_v7(), id, 'key.png', 'image/png', 10, sha256('')
             from messages where organization_id = $1 limit 20";
        admin.execute(files, &[&hotel.id]).await.unwrap();
    }
}

/// Every message there is, as one value: whichever table it lies in.
async fn all(admin: &Client) -> (i64, String) {
    let sql = "select count(*), md5(string_agg(to_jsonb(m)::text, ' ' order by organization_id, id)) from messages m";
    let row = admin.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// The tables messages lie in, and whose.
async fn tables(admin: &Client) -> Vec<(String, Vec<i32>)> {
    let sql = "select m.tableoid::regclass::text, array_agg(distinct organization_id order by organization_id)
               from messages m group by 1 order by 1";
    admin.query(sql, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// What the release says is what is live: no drift, no finding of a check, no table that is left over.
async fn assert_sound(hotel: &Hotel) -> String {
    let mut admin = hotel.world.admin().await;
    assert_eq!(migrate::check(&mut admin, &Sources::embedded().unwrap()).await.unwrap(), []);
    let catalogue = Catalogue::embedded().unwrap();
    let waivers = Waivers::load(None, &catalogue).unwrap();
    let lint = audit::lint(&mut admin, &catalogue, &waivers, chrono::Utc::now().date_naive(), |_| ()).await.unwrap();
    assert!(lint.findings.is_empty() && lint.failed.is_empty(), "{:#?} {:#?}", lint.findings, lint.failed);
    let left = "select count(*) from pg_class where relname ~ '^messages_(next|before)' or relname ~ '^before_'";
    assert_eq!(admin.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0, "nothing is left over");
    let keys = "select count(*) from pg_constraint where not convalidated and conparentid = 0";
    assert_eq!(admin.query_one(keys, &[]).await.unwrap().get::<_, i64>(0), 0, "every key was looked at");
    audit::matrix::to_markdown(&audit::matrix::read(&admin).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotel_is_promoted_and_demoted_and_nothing_else_changes() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 350).await;
    let admin = plaza.world.admin().await;
    let before = all(&admin).await;
    let plain = assert_sound(&plaza).await;

    assert!(divided(&plaza, Move::Promote).await.unwrap());
    assert!(!divided(&plaza, Move::Promote).await.unwrap(), "it has one");
    let own = format!("app.messages_{}", plaza.id);
    let shared = "app.messages_shared".to_owned();
    assert_eq!(tables(&admin).await, [(own.clone(), vec![plaza.id]), (shared.clone(), vec![breeze.id])]);
    assert_eq!(all(&admin).await, before);
    // Who may do what is the same, but for partitions, which nobody may name.
    let promoted = assert_sound(&plaza).await;
    let news: Vec<&str> = promoted.lines().filter(|line| !plain.lines().any(|old| old == *line)).collect();
    assert!(!news.is_empty() && news.iter().all(|line| line.contains("partitions of public.messages")), "{news:#?}");
    assert!(news.iter().all(|line| line.contains("nobody but the owner")), "{news:#?}");
    assert!(plain.lines().all(|line| promoted.lines().any(|new| new == line)), "nothing is taken away");

    assert!(divided(&breeze, Move::Promote).await.unwrap());
    let both = [(own, vec![plaza.id]), (format!("app.messages_{}", breeze.id), vec![breeze.id])];
    assert_eq!(tables(&admin).await, both);
    assert!(divided(&plaza, Move::Demote).await.unwrap());
    let last = [(format!("app.messages_{}", breeze.id), vec![breeze.id]), (shared, vec![plaza.id])];
    assert_eq!(tables(&admin).await, last);
    assert_sound(&plaza).await;
    // Nobody is promoted: nothing is partitioned.
    assert!(divided(&breeze, Move::Demote).await.unwrap());
    assert!(!divided(&breeze, Move::Demote).await.unwrap());
    assert_eq!(tables(&admin).await, [("messages".to_owned(), vec![plaza.id, breeze.id])]);
    assert_eq!(assert_sound(&plaza).await, plain);
    assert_eq!(all(&admin).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_is_read_through_its_table_or_not_at_all() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 50).await;
    divided(&plaza, Move::Promote).await.unwrap();
    let app = plaza.world.app_client().await;
    for table in [format!("app.messages_{}", plaza.id), "app.messages_shared".to_owned()] {
        for sql in [format!("select 1 from {table}"), format!("insert into {table} default values")] {
            let refused = app.batch_execute(&sql).await.unwrap_err();
            assert_eq!(refused.code().map(|code| code.code()), Some("42501"), "{sql}: {refused}");
        }
    }
    // Everything a forger and a rival try, on a database that is divided.
    let log = crate::audit_attack::attacked(&plaza.world).await;
    assert!(log.is_empty(), "\n{}", log.join("\n"));
    // And every statement of the API still finds the hotel by an index.
    let plans = plans::read(&plaza.world.app_client().await, "stayzr_app").await.unwrap();
    let faults: Vec<_> =
        plans.iter().flat_map(|plan| plan.faults.iter().map(|fault| format!("{}: {fault}", plan.path))).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    // Each hotel finds and adds its own as ever.
    for (hotel, rival) in [(&plaza, &breeze), (&breeze, &plaza)] {
        let talk = hotel.get("/v1/conversations").await.assert_ok()["items"][0].clone();
        hotel.create_message(&talk, &format!("The chandelier of {}", hotel.slug)).await;
        let found = hotel.get("/v1/messages/search?q=chandelier").await.assert_ok();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
        let path = format!("/v1/conversations/{}/messages", talk["id"].as_str().unwrap());
        assert_eq!(hotel.walk(&path, 20).await.len(), 51);
        rival.get(&path).await.assert_problem(404, "conversation_not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn status_says_where_messages_lie_and_how_far_a_move_came() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 250).await;
    let mut admin = plaza.world.admin().await;
    admin.batch_execute("analyze messages").await.unwrap();
    let plain = status(&mut admin).await.unwrap().to_string();
    assert!(plain.starts_with("everybody: messages, about 500 rows, "), "{plain}");
    assert!(plain.ends_with("\nNo move is unfinished."), "{plain}");
    killed::until(&plaza, Move::Promote, "200 rows copied").await;
    let midway = status(&mut admin).await.unwrap();
    let unfinished = midway.unfinished.as_ref().unwrap();
    assert_eq!((&*unfinished.phase, &*unfinished.organizations), ("copying", &[plaza.id][..]));
    assert!((200..=500).contains(&unfinished.rows_copied), "{midway}");
    divided(&plaza, Move::Promote).await.unwrap();
    let done = status(&mut admin).await.unwrap().to_string();
    let own = format!("organization {0}: app.messages_{0}, about 250 rows, ", plaza.id);
    assert!(done.starts_with(&own), "{done}");
    assert!(done.contains("\neverybody else: app.messages_shared, about 250 rows, "), "{done}");
}
