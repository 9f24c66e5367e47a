//! Who has a slot, and who settles, is left alone by everybody else: what makes the limits exact, looked at without a
//! race.

use stayzr::db::Client;

use super::Scene;
use crate::support::eventually;

/// A hotel with room for a thousand more guests, spread over its slots, and a connection that writes them.
async fn with_room() -> (Scene, Client) {
    let scene = Scene::set().await;
    scene.allow("maxGuests", scene.used("guests").await + 1000).await;
    let app = scene.app().await;
    write_one(&scene, &app).await;
    (scene, app)
}

async fn write_one(scene: &Scene, app: &Client) {
    app.batch_execute(&format!("{} {}; commit", scene.begin(), scene.one_more("guests"))).await.unwrap();
}

async fn pid(client: &Client) -> i32 {
    client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0)
}

/// Holds a lock of the hotel's count of guests until its transaction ends.
async fn holding(scene: &Scene, kind: &str, slot: i32) -> Client {
    let admin = scene.world().admin().await;
    admin.batch_execute("begin").await.unwrap();
    let sql = "select from (select pg_advisory_xact_lock(app.usage_lock($1, 'guests', $2, $3))) as held";
    admin.execute(sql, &[&scene.hotel.id, &kind, &slot]).await.unwrap();
    admin
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_from_a_slot_that_somebody_has() {
    let (scene, app) = with_room().await;
    let own = pid(&app).await;
    let slot: i32 =
        scene.world().admin().await.query_one("select $1 % app.slot_count('guests')", &[&own]).await.unwrap().get(0);
    let taken = async || -> (i64, i64) {
        let sql = "select sum(used) filter (where slot = $2)::bigint, sum(used)::bigint from usage_slots
                   where organization_id = $1 and resource = 'guests'";
        let row = scene.world().admin().await.query_one(sql, &[&scene.hotel.id, &(slot as i16)]).await.unwrap();
        (row.get(0), row.get(1))
    };
    let before = taken().await;
    let holder = holding(&scene, "slot", slot).await;
    write_one(&scene, &app).await;
    assert_eq!(taken().await, (before.0, before.1 + 1), "it is another that was taken from");
    holder.batch_execute("commit").await.unwrap();
    write_one(&scene, &app).await;
    assert_eq!(taken().await, (before.0 + 1, before.1 + 2), "one's own again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_while_somebody_settles() {
    let (scene, app) = with_room().await;
    let (own, used) = (pid(&app).await, scene.used("guests").await);
    let holder = holding(&scene, "counting", 254).await;
    let watcher = scene.world().admin().await;
    let write = write_one(&scene, &app);
    let waits = async {
        let waiting = "select count(*) from pg_locks where pid = $1 and locktype = 'advisory' and not granted";
        let count = async || watcher.query_one(waiting, &[&own]).await.unwrap().get::<_, i64>(0);
        eventually("the writer waits", async || count().await == 1).await;
        assert_eq!(scene.used("guests").await, used);
        holder.batch_execute("commit").await.unwrap();
    };
    tokio::join!(write, waits);
    assert_eq!(scene.used("guests").await, used + 1);
}
