//! Revocation is prompt: what one server ends is ended on every server that shares the
//! database, without any of them asking the database at every request.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use stayzr::auth::{Standings, Subject};
use stayzr::db::{Accounts, Channel, Heard, Listener};
use uuid::Uuid;

use super::{bearer, me, text};
use crate::support::{Call, Cluster, Path, Proxy, World, eventually, two_hotels};

/// Within this, counted from the answer that acknowledges the change.
const PROMPT: Duration = Duration::from_secs(1);
/// While a server hears nothing, it trusts what it knows for that long.
const TRUST: Duration = Duration::from_secs(5);

/// How long the server goes on letting that token in.
async fn refused_after(world: &World, tokens: &serde_json::Value, code: &str, patience: Duration) -> Duration {
    let began = Instant::now();
    loop {
        let answer = me(world, tokens).await;
        if answer.json()["code"] == code {
            return began.elapsed();
        }
        assert!(began.elapsed() < patience, "still let in: {} {}", answer.status, answer.json());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_ends_every_server_refuses_within_a_second() {
    let (plaza, breeze) = two_hotels().await;
    let other = plaza.world.beside();
    let admin = plaza.world.admin().await;
    let agent = format!("/v1/users/{}", plaza.agent_id);

    // A session ended.
    let tokens = plaza.sign_in("agent").await;
    me(&other, &tokens).await.assert_ok();
    bearer(Call::post("/v1/auth/logout", &json!({})), &tokens).send(&plaza.world).await.assert_status(204);
    let took = refused_after(&other, &tokens, "unauthenticated", PROMPT).await;
    eprintln!("a session ended elsewhere was refused after {took:?}");

    // A user disabled; enabled again, the old session stays ended.
    let tokens = plaza.sign_in("agent").await;
    me(&other, &tokens).await.assert_ok();
    plaza.patch(&agent, json!({"status": "disabled"})).await.assert_ok();
    refused_after(&other, &tokens, "unauthenticated", PROMPT).await;
    plaza.patch(&agent, json!({"status": "active"})).await.assert_ok();
    tokio::time::sleep(Duration::from_millis(300)).await;
    me(&other, &tokens).await.assert_problem(401, "unauthenticated");

    // A role taken: the next write is refused.
    let tokens = plaza.sign_in("agent").await;
    let guest = || {
        let body = json!({"fullName": "Ada", "email": format!("{}@example.com", Uuid::now_v7())});
        bearer(Call::post("/v1/guests", &body), &tokens).send(&other)
    };
    guest().await.assert_created();
    admin.execute("delete from user_roles where user_id = $1", &[&plaza.agent_id]).await.unwrap();
    let began = Instant::now();
    while guest().await.status == 201 {
        assert!(began.elapsed() < PROMPT, "a role that was taken still counts");
    }
    guest().await.assert_problem(403, "permission_denied");

    // A hotel suspended: its people are told so, and the rival works on.
    admin.execute("update organizations set is_active = false where id = $1", &[&plaza.id]).await.unwrap();
    refused_after(&other, &tokens, "organization_suspended", PROMPT).await;
    let theirs = Call::get("/v1/auth/me").header("Authorization", &format!("Bearer {}", breeze.admin_token));
    theirs.send(&other).await.assert_ok();

    // A user deleted.
    admin.execute("update organizations set is_active = true where id = $1", &[&plaza.id]).await.unwrap();
    let gone = plaza.world.token_of(&admin, plaza.id, Uuid::nil(), plaza.agent_id).await;
    let gone = json!({"accessToken": gone});
    admin.execute("update users set status = 'disabled' where id = $1", &[&plaza.agent_id]).await.unwrap();
    refused_after(&other, &gone, "unauthenticated", PROMPT).await;
}

/// The database ends the sessions of who is disabled. The server does not rest on that.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_is_refused_even_where_their_session_lives() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    admin.batch_execute("alter table users disable trigger users_sessions").await.unwrap();
    let tokens = plaza.sign_in("agent").await;
    me(&plaza.world, &tokens).await.assert_ok();
    admin.execute("update users set status = 'disabled' where id = $1", &[&plaza.agent_id]).await.unwrap();
    refused_after(&plaza.world, &tokens, "unauthenticated", PROMPT).await;
    let ended = "select count(*) from sessions where user_id = $1 and ended_at is not null";
    assert_eq!(admin.query_one(ended, &[&plaza.agent_id]).await.unwrap().get::<_, i64>(0), 0, "it lives");
    breeze.get("/v1/auth/me").await.assert_ok();
}

/// The API deletes nobody's row. Where an administrator does, every server knows at once.
#[tokio::test(flavor = "multi_thread")]
async fn whose_row_is_deleted_by_hand_is_refused() {
    let (plaza, breeze) = two_hotels().await;
    let other = plaza.world.beside();
    let admin = plaza.world.admin().await;
    // Somebody without a role and a team, which would tell as they go.
    let insert =
        "insert into users (organization_id, email, full_name) values ($1, 'zoe@example.com', 'Zoe') returning id";
    let zoe: Uuid = admin.query_one(insert, &[&plaza.id]).await.unwrap().get(0);
    let tokens = json!({"accessToken": plaza.fresh_token(zoe).await});
    me(&other, &tokens).await.assert_ok();
    admin.execute("delete from sessions where user_id = $1", &[&zoe]).await.unwrap();
    admin.execute("delete from users where id = $1", &[&zoe]).await.unwrap();
    refused_after(&other, &tokens, "unauthenticated", PROMPT).await;
    breeze.get("/v1/auth/me").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_server_asks_the_database_for_nothing_but_the_rows() {
    const REQUESTS: usize = 40;
    let database = Cluster::get().migrated_database().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &database), Duration::ZERO);
    let world = World::on(database, &proxy.address(), |settings| settings.app_connections = 1);
    let plaza = world.hotel("grand-plaza").await;
    plaza.get("/v1/organization").await.assert_ok();
    let (before, began) = (proxy.trips(), Instant::now());
    for _ in 0..REQUESTS {
        plaza.get("/v1/organization").await.assert_ok();
    }
    // The listener asks its own connection once a second.
    let pings = began.elapsed().as_secs() as usize + 2;
    assert!(proxy.trips() - before <= REQUESTS + pings, "{} trips", proxy.trips() - before);
}

/// While a server hears nothing it believes what it knows for five seconds, and then asks.
#[tokio::test(flavor = "multi_thread")]
async fn a_deaf_server_trusts_what_it_knows_for_five_seconds() {
    let (plaza, _) = two_hotels().await;
    let database = plaza.world.pools(&plaza.world.settings);
    let standings = Standings::new(Accounts::new(database));
    let tokens = plaza.sign_in("agent").await;
    let claims = plaza.world.tokens.verify(text(&tokens, "accessToken")).unwrap();
    let subject = Subject::Session { user_id: claims.sub, session_id: claims.sid };
    let lives = async || standings.get(plaza.id, subject).await.unwrap().0.is_some();

    standings.hear(Heard::Listening);
    assert!(lives().await);
    let confirmed = Instant::now();
    standings.hear(Heard::Confirmed(confirmed));
    bearer(Call::post("/v1/auth/logout", &json!({})), &tokens).send(&plaza.world).await.assert_status(204);
    assert!(lives().await, "it has not heard");
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert!(lives().await, "asking at every request is not the way");
    tokio::time::sleep((confirmed + TRUST).saturating_duration_since(Instant::now())).await;
    assert!(!lives().await, "after five seconds it asks");

    // Told of a change it asks at once, and of another hotel's it does not.
    let tokens = plaza.sign_in("agent").await;
    let session_id = plaza.world.tokens.verify(text(&tokens, "accessToken")).unwrap().sid;
    let subject = Subject::Session { user_id: claims.sub, session_id };
    let lives = async || standings.get(plaza.id, subject).await.unwrap().0.is_some();
    assert!(lives().await);
    bearer(Call::post("/v1/auth/logout", &json!({})), &tokens).send(&plaza.world).await.assert_status(204);
    standings.hear(Heard::Changed(plaza.id + 1000));
    assert!(lives().await);
    standings.hear(Heard::Changed(plaza.id));
    assert!(!lives().await);
}

/// A connection that is dead without a word is noticed, because it does not answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_notices_silence_and_listens_again() {
    let (plaza, _) = two_hotels().await;
    let proxy = Proxy::start(&Cluster::get().config("stayzr_app", &plaza.world.database), Duration::ZERO);
    let database = plaza.world.pools_through(&proxy.address());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let writing = heard.clone();
    let listener =
        Listener::start(&database, Channel::Standing, move |what| writing.lock().unwrap().push((Instant::now(), what)));
    let has = |what: fn(&Heard) -> bool, since: Instant| {
        heard.lock().unwrap().iter().any(|(at, heard)| *at > since && what(heard))
    };
    let confirmed = |heard: &Heard| matches!(heard, Heard::Confirmed(_));
    let began = Instant::now();
    eventually("the listener listens", async || has(confirmed, began)).await;

    proxy.set(Path::Silent);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let silent = Instant::now();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!has(confirmed, silent), "nothing is confirmed that was not answered");
    proxy.set(Path::Open);
    eventually("it listens again", async || has(|heard| matches!(heard, Heard::Listening), silent)).await;
    plaza.world.admin().await.batch_execute("notify stayzr_standing, '7'").await.unwrap();
    eventually("it hears again", async || has(|heard| *heard == Heard::Changed(7), silent)).await;
    drop(listener);
}

/// The listener's backend is killed: the server listens again and has missed nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_listener_fails_safe() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                where application_name = 'stayzr listener' and datname = current_database()";
    for _ in 0..5 {
        let tokens = plaza.sign_in("agent").await;
        me(&plaza.world, &tokens).await.assert_ok();
        admin.query_one(kill, &[]).await.unwrap();
        let session = plaza.world.tokens.verify(text(&tokens, "accessToken")).unwrap().sid;
        let end = "update sessions set ended_at = now(), end_reason = 'ended' where id = $1";
        admin.execute(end, &[&session]).await.unwrap();
        // Whether the change fell into the gap or not.
        refused_after(&plaza.world, &tokens, "unauthenticated", TRUST).await;
    }
}
