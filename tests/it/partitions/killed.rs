//! A move that is killed goes on where it stopped, from any step, and nothing is lost or there twice.

use std::time::Duration;

use stayzr::db::migrate::Sources;
use stayzr::partitions::{Move, divide};
use tokio::sync::mpsc::unbounded_channel;

use super::{PACE, all, assert_sound, divided, tables, talk};
use crate::support::{Chance, Hotel, two_hotels};

/// Moves until it tells that news, and kills it there: as a process does that ends. False if it came to its end.
pub(super) async fn until(hotel: &Hotel, what: Move, news: &str) -> bool {
    let mut admin = hotel.world.admin().await;
    let (tell, mut told) = unbounded_channel();
    let sources = Sources::embedded().unwrap();
    let tell = |said: &str| tell.send(said.to_owned()).unwrap();
    let heard = async { while told.recv().await.is_none_or(|said| said != news) {} };
    tokio::select! {
        biased;
        () = heard => true,
        done = divide(&mut admin, &sources, &hotel.slug, what, PACE, tell) => done.map(|_| false).unwrap(),
    }
}

/// What a move of 500 rows tells, up to where the tables change places, and after.
const NEWS: [&str; 8] = [
    "The new table is there, empty.",
    "What is written is written into both from here on.",
    "300 rows copied",
    "All 502 rows are copied.",
    "300 rows compared",
    "All 503 rows are the same in both.",
    "The new table is in its place, with its policies.",
    "400 rows compared",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_killed_after_any_step_goes_on() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 250).await;
    let admin = plaza.world.admin().await;
    let conversation = plaza.get("/v1/conversations").await.assert_ok()["items"][0].clone();
    for what in [Move::Promote, Move::Demote] {
        let mut killed = 0;
        for news in NEWS {
            killed += u32::from(until(&plaza, what, news).await);
            // Somebody writes while nobody moves.
            let (rows, _) = all(&admin).await;
            plaza.create_message(&conversation, news).await;
            assert_eq!(all(&admin).await.0, rows + 1, "{news}");
        }
        assert!(killed >= 3, "{killed} of {} kills found it at work", NEWS.len());
        let before = all(&admin).await;
        let _ = divided(&plaza, what).await.unwrap();
        assert_eq!(all(&admin).await, before, "{what:?}");
        assert_eq!(tables(&admin).await.len(), if what == Move::Promote { 2 } else { 1 });
        assert_sound(&plaza).await;
    }
}

/// Its backend is killed at moments of chance.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_whose_connection_is_killed_again_and_again_comes_to_its_end() {
    let (plaza, breeze) = two_hotels().await;
    talk([&plaza, &breeze], 400).await;
    let admin = plaza.world.admin().await;
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let mut chance = Chance::new(seed);
    let sources = Sources::embedded().unwrap();
    let before = all(&admin).await;
    for what in [Move::Promote, Move::Demote] {
        let mut killed = 0;
        loop {
            let mut mover = plaza.world.admin().await;
            let pid: i32 = mover.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
            let patience = Duration::from_millis(5 + chance.below(30) + 20 * killed);
            let killing = async {
                tokio::time::sleep(patience).await;
                admin.execute("select pg_terminate_backend($1)", &[&pid]).await.unwrap();
                std::future::pending::<()>().await;
            };
            tokio::select! {
                done = divide(&mut mover, &sources, &plaza.slug, what, PACE, |_| ()) => match done {
                    Ok(_) => break,
                    Err(error) => {
                        assert!(mover.is_closed(), "{error}");
                        killed += 1;
                    }
                },
                () = killing => unreachable!("it never ends"),
            }
        }
        eprintln!("{what:?}: killed {killed} times");
        assert!(killed > 0, "nobody killed it");
        assert_eq!(all(&admin).await, before);
        assert_sound(&plaza).await;
    }
}
