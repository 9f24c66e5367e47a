//! While messages are divided anew, guests write and staff read: nobody is refused, nobody waits for long, and nothing that
//! was acknowledged is lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stayzr::partitions::Move;

use super::{assert_sound, divided, talk};
use crate::support::{Hotel, two_hotels};

/// What a writer or a reader saw: the ids it was told of, and the longest it waited.
#[derive(Default)]
struct Seen {
    ids: Vec<String>,
    longest: Duration,
}

async fn write(hotel: &Hotel, over: &AtomicBool) -> Seen {
    let talk = hotel.get("/v1/conversations").await.assert_ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/conversations/{talk}/messages");
    let mut seen = Seen::default();
    while !over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let written = hotel.post(&path, json!({"content": "One more"})).await.assert_created();
        seen.longest = seen.longest.max(asked.elapsed());
        seen.ids.push(written["id"].as_str().unwrap().to_owned());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    seen
}

/// Whatever was written before is on the page: the newest message never goes away.
async fn read(hotel: &Hotel, over: &AtomicBool) -> Seen {
    let talk = hotel.get("/v1/conversations").await.assert_ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/conversations/{talk}/messages?limit=5");
    let mut seen = Seen::default();
    let mut newest = String::new();
    while !over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let page = hotel.get(&path).await.assert_ok();
        seen.longest = seen.longest.max(asked.elapsed());
        let items: &Vec<Value> = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 5);
        let first = items[0]["createdAt"].as_str().unwrap().to_owned();
        assert!(first >= newest, "{first} is older than {newest}, which was there");
        newest = first;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_goes_on_while_messages_are_moved() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    for hotel in [&plaza, &breeze] {
        let unlimited = "insert into subscription_overrides (organization_id, name, value, reason)
                         values ($1, 'maxRequestsPerSecond', 'null', 'A test')";
        admin.execute(unlimited, &[&hotel.id]).await.unwrap();
    }
    talk([&plaza, &breeze], 3000).await;
    let over = AtomicBool::new(false);
    let moving = async {
        for (hotel, what) in [(&plaza, Move::Promote), (&breeze, Move::Promote), (&plaza, Move::Demote)] {
            assert!(divided(hotel, what).await.unwrap());
        }
        over.store(true, Ordering::Relaxed);
    };
    let (written, also_written, read_by, also_read_by, ()) =
        tokio::join!(write(&plaza, &over), write(&breeze, &over), read(&plaza, &over), read(&breeze, &over), moving);
    let mut longest = Duration::ZERO;
    for (hotel, seen) in [(&plaza, &written), (&breeze, &also_written)] {
        assert!(seen.ids.len() > 20, "{} messages were written meanwhile", seen.ids.len());
        let there =
            "select count(distinct id), count(*) from messages where organization_id = $1 and id::text = any ($2)";
        let row = admin.query_one(there, &[&hotel.id, &seen.ids]).await.unwrap();
        let wanted = seen.ids.len() as i64;
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (wanted, wanted), "each is there, once");
        // And counted once.
        let counted = hotel.get("/v1/organization/usage").await.assert_ok();
        let resources = counted["resources"].as_array().unwrap();
        let messages = resources.iter().find(|resource| resource["resource"] == "messages").unwrap();
        assert_eq!(messages["used"], wanted + 3000);
        longest = longest.max(seen.longest);
    }
    let read_longest = read_by.longest.max(also_read_by.longest);
    eprintln!("the longest wait of a writer was {longest:?}, of a reader {read_longest:?}");
    assert!(longest < Duration::from_secs(5) && read_longest < Duration::from_secs(5), "{longest:?} {read_longest:?}");
    assert_sound(&plaza).await;
}
