//! Changing a password, and getting another by mail.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use stayzr::auth::ResetSecret;

use super::sign_in;
use crate::mail::log::Log;
use crate::support::{Answer, Call, Hotel, PASSWORD, World, two_hotels};

const NEW: &str = "correct horse battery";
/// What one server ends every server refuses within this.
const PROMPT: Duration = Duration::from_secs(1);

fn bearer(call: Call, tokens: &Value) -> Call {
    call.header("Authorization", &format!("Bearer {}", tokens["accessToken"].as_str().unwrap()))
}

async fn change(world: &World, tokens: &Value, current: &str, new: &str) -> Answer {
    let body = json!({"currentPassword": current, "newPassword": new});
    bearer(Call::post("/v1/auth/change-password", &body), tokens).send(world).await
}

async fn forgot(world: &World, organization: &str, email: &str) -> Answer {
    let body = json!({"organization": organization, "email": email});
    Call::post("/v1/auth/forgot-password", &body).send(world).await
}

async fn reset(world: &World, token: &str, new: &str) -> Answer {
    Call::post("/v1/auth/reset-password", &json!({"token": token, "newPassword": new})).send(world).await
}

/// A token for the hotel's agent, as it came by mail.
async fn token(hotel: &Hotel) -> String {
    let email = format!("agent@{}.example", hotel.slug);
    forgot(&hotel.world, &hotel.slug, &email).await.assert_status(202);
    hotel.world.mails.token_for(&email).await
}

async fn sign_in_agent(hotel: &Hotel, password: &str) -> Answer {
    sign_in(&hotel.world, &hotel.slug, &format!("agent@{}.example", hotel.slug), password).await
}

async fn me(world: &World, tokens: &Value) -> Answer {
    bearer(Call::get("/v1/auth/me"), tokens).send(world).await
}

/// The session is refused on that server, within a second from now.
async fn assert_ends(world: &World, tokens: &Value) {
    let began = Instant::now();
    while me(world, tokens).await.status != 401 {
        assert!(began.elapsed() < PROMPT, "still let in");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn end_reasons(hotel: &Hotel) -> Vec<String> {
    let sql = "select distinct end_reason from sessions where end_reason is not null order by 1";
    let rows = hotel.world.admin().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_change_password_replaces_it_and_ends_the_other_sessions_everywhere() {
    let (plaza, breeze) = two_hotels().await;
    let other_server = plaza.world.beside();
    let (this, other) = (plaza.sign_in("agent").await, plaza.sign_in("agent").await);
    me(&other_server, &other).await.assert_ok();
    let mailed = token(&plaza).await;

    change(&plaza.world, &this, PASSWORD, NEW).await.assert_status(204);
    assert_ends(&other_server, &other).await;
    me(&plaza.world, &this).await.assert_ok();
    me(&other_server, &this).await.assert_ok();
    assert_eq!(end_reasons(&plaza).await, ["password_changed"]);
    sign_in_agent(&plaza, PASSWORD).await.assert_problem(401, "invalid_credentials");
    sign_in_agent(&plaza, NEW).await.assert_ok();
    // A mail that is still lying about does not undo it.
    reset(&plaza.world, &mailed, PASSWORD).await.assert_problem(422, "invalid_reset_token");

    // Nobody else's changed, at this hotel or the other.
    plaza.get("/v1/auth/me").await.assert_ok();
    sign_in(&plaza.world, "grand-plaza", "admin@grand-plaza.example", PASSWORD).await.assert_ok();
    sign_in_agent(&breeze, PASSWORD).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_change_password_takes_the_current_one() {
    let world = World::with(|settings| settings.login_attempts_per_account = 4.try_into().unwrap()).await;
    let plaza = world.hotel("grand-plaza").await;
    let tokens = plaza.sign_in("agent").await;
    change(&world, &tokens, PASSWORD, "too short").await.assert_problem(422, "invalid");
    change(&world, &tokens, PASSWORD, &"é".repeat(201)).await.assert_problem(422, "invalid");
    let before = world.contents().await;
    for _ in 0..4 {
        // 403 and not 401: clients take a 401 for the end of the session.
        change(&world, &tokens, NEW, NEW).await.assert_problem(403, "wrong_password");
    }
    let limited = change(&world, &tokens, PASSWORD, NEW).await;
    limited.assert_problem(429, "too_many_attempts");
    assert!(limited.header("retry-after").parse::<u64>().is_ok());
    assert_eq!(world.contents().await, before);
    // To guess at a signed-in browser keeps nobody from signing in.
    sign_in_agent(&plaza, PASSWORD).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_change_password_is_not_for_an_account_without_one() {
    let (plaza, _) = two_hotels().await;
    let tokens = plaza.sign_in("agent").await;
    let admin = plaza.world.admin().await;
    admin.execute("update users set password_hash = null where id = $1", &[&plaza.agent_id]).await.unwrap();
    change(&plaza.world, &tokens, PASSWORD, NEW).await.assert_problem(403, "wrong_password");
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_forgot_password_answers_the_same_whoever_asks() {
    let (plaza, breeze) = two_hotels().await;
    let (world, admin) = (&plaza.world, plaza.world.admin().await);
    let closed = world.hotel("closed").await;
    admin.execute("update organizations set is_active = false where id = $1", &[&closed.id]).await.unwrap();
    admin.execute("update users set status = 'disabled' where id = $1", &[&breeze.agent_id]).await.unwrap();
    let before = world.contents().await;
    let mut answers = Vec::new();
    for (slug, email) in [
        ("grand-plaza", "nobody@grand-plaza.example"),
        ("nowhere", "admin@grand-plaza.example"),
        ("sea-breeze", "admin@grand-plaza.example"),
        ("sea-breeze", "agent@sea-breeze.example"),
        ("closed", "admin@closed.example"),
    ] {
        answers.push(forgot(world, slug, email).await.without_request_id());
    }
    world.mails.assert_none().await;
    assert_eq!(world.contents().await, before, "nothing is kept of accounts that are not there");

    // In another spelling, because that is no other account; the mail goes to the one that is kept.
    let answer = forgot(world, "grand-plaza", "Admin@GRAND-plaza.example").await;
    assert_eq!(answer.assert_status(202), json!({"expiresIn": 1800}));
    answers.push(answer.without_request_id());
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    world.mails.token_for("admin@grand-plaza.example").await;
    world.mails.assert_none().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_forgot_password_fills_nobodys_mailbox() {
    let (plaza, breeze) = two_hotels().await;
    for _ in 0..7 {
        forgot(&plaza.world, "grand-plaza", "agent@grand-plaza.example").await.assert_status(202);
        // One after the other: they are made behind the answers.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for _ in 0..5 {
        plaza.world.mails.token_for("agent@grand-plaza.example").await;
    }
    plaza.world.mails.assert_none().await;
    // Nobody else pays for it, and within an hour it is over.
    token(&breeze).await;
    let earlier = "update password_resets set created_at = created_at - interval '1 hour'";
    plaza.world.admin().await.execute(earlier, &[]).await.unwrap();
    token(&plaza).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_forgot_password_is_limited_and_locks_nobody_out() {
    let world = World::with(|settings| settings.login_attempts_per_account = 2.try_into().unwrap()).await;
    let plaza = world.hotel("grand-plaza").await;
    for email in ["agent@grand-plaza.example", "nobody@grand-plaza.example"] {
        for _ in 0..2 {
            forgot(&world, "grand-plaza", email).await.assert_status(202);
        }
        forgot(&world, "grand-plaza", email).await.assert_problem(429, "too_many_attempts");
    }
    sign_in_agent(&plaza, PASSWORD).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_reset_password_works_once_and_ends_every_session() {
    let (plaza, breeze) = two_hotels().await;
    let other_server = plaza.world.beside();
    let tokens = plaza.sign_in("agent").await;
    me(&other_server, &tokens).await.assert_ok();
    let (first, second) = (token(&plaza).await, token(&plaza).await);

    reset(&plaza.world, &second, "too short").await.assert_problem(422, "invalid");
    // Refused for its password it is not used up; any server takes it.
    reset(&other_server, &second, NEW).await.assert_status(204);
    assert_ends(&plaza.world, &tokens).await;
    assert_eq!(end_reasons(&plaza).await, ["password_reset"]);
    sign_in_agent(&plaza, PASSWORD).await.assert_problem(401, "invalid_credentials");
    sign_in_agent(&plaza, NEW).await.assert_ok();
    // Neither again, nor with the one before.
    for token in [&second, &first] {
        reset(&plaza.world, token, PASSWORD).await.assert_problem(422, "invalid_reset_token");
    }
    sign_in_agent(&plaza, NEW).await.assert_ok();
    sign_in_agent(&breeze, PASSWORD).await.assert_ok();
    breeze.get("/v1/auth/me").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_reset_password_is_done_once_however_many_come_at_once() {
    let (plaza, _) = two_hotels().await;
    for _ in 0..3 {
        // Some with one token and some with another: they are of one user.
        let tokens = [token(&plaza).await, token(&plaza).await];
        let passwords: Vec<String> = (0..16).map(|number| format!("password number {number}")).collect();
        let asked = passwords.iter().enumerate().map(|(n, new)| reset(&plaza.world, &tokens[n % 2], new));
        let answers = join_all(asked).await;
        let done: Vec<usize> = (0..16).filter(|n| answers[*n].status == 204).collect();
        assert_eq!(done.len(), 1, "one of sixteen sets the password: {done:?}");
        for (_, answer) in answers.iter().enumerate().filter(|(n, _)| *n != done[0]) {
            answer.assert_problem(422, "invalid_reset_token");
        }
        sign_in_agent(&plaza, &passwords[done[0]]).await.assert_ok();
        let clear = "delete from password_resets";
        plaza.world.admin().await.execute(clear, &[]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_reset_password_refuses_every_other_token_in_the_same_words() {
    let (plaza, breeze) = two_hotels().await;
    let (world, admin) = (&plaza.world, plaza.world.admin().await);
    let good = token(&plaza).await;
    let mut answers = Vec::new();
    for made_up in [
        "x",
        "szp_",
        &good[..good.len() - 1],
        &good.replace("szp_", "szr_"),
        ResetSecret::generate(plaza.id, plaza.agent_id).unwrap().reveal(),
        // A token of one hotel's user means nothing at another hotel, nor for a colleague.
        ResetSecret::generate(breeze.id, plaza.agent_id).unwrap().reveal(),
        ResetSecret::generate(i32::MAX, plaza.agent_id).unwrap().reveal(),
    ] {
        answers.push(reset(world, made_up, NEW).await);
    }
    let undo = async |break_it: &str, repair: &str| {
        admin.batch_execute(break_it).await.unwrap();
        let answer = reset(world, &good, NEW).await;
        admin.batch_execute(repair).await.unwrap();
        answer
    };
    for (break_it, repair) in [
        // Not everybody: the last administrator stays.
        ("update users set status = 'disabled' where not is_org_admin", "update users set status = 'active'"),
        ("update organizations set is_active = false", "update organizations set is_active = true"),
        (
            "update password_resets set expires_at = now() - interval '1 millisecond'",
            "update password_resets set expires_at = now() + interval '1 minute'",
        ),
        ("update password_resets set used_at = now()", "update password_resets set used_at = null"),
    ] {
        answers.push(undo(break_it, repair).await);
    }
    for answer in &answers {
        answer.assert_problem(422, "invalid_reset_token");
        assert_eq!(answer.without_request_id(), answers[0].without_request_id());
    }
    sign_in_agent(&plaza, PASSWORD).await.assert_ok();
    reset(world, &good, NEW).await.assert_status(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_reset_password_ends_by_itself() {
    let world = World::with(|settings| settings.reset_token_seconds = 1).await;
    let plaza = world.hotel("grand-plaza").await;
    let late = token(&plaza).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    reset(&world, &late, NEW).await.assert_problem(422, "invalid_reset_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_at_two_hotels_has_two_passwords() {
    let (plaza, breeze) = two_hotels().await;
    let body = json!({"email": "agent@grand-plaza.example", "fullName": "Both", "password": PASSWORD});
    breeze.post("/v1/users", body).await.assert_created();
    forgot(&breeze.world, "sea-breeze", "agent@grand-plaza.example").await.assert_status(202);
    let mail = breeze.world.mails.next().await;
    assert!(mail.body.contains("at Sea Breeze."), "it says which: {}", mail.body);
    let (_, token) = mail.link.split_once("?token=").unwrap();
    reset(&breeze.world, token, NEW).await.assert_status(204);
    sign_in(&breeze.world, "sea-breeze", "agent@grand-plaza.example", NEW).await.assert_ok();
    sign_in_agent(&plaza, NEW).await.assert_problem(401, "invalid_credentials");
    sign_in_agent(&plaza, PASSWORD).await.assert_ok();
}

/// On one thread, so that the log of everything but the hashing is this test's.
#[tokio::test]
async fn neither_the_log_nor_the_database_holds_a_password_or_a_token() {
    let (plaza, _) = two_hotels().await;
    let log = Log::capture();
    let tokens = plaza.sign_in("agent").await;
    change(&plaza.world, &tokens, "not the password", NEW).await.assert_problem(403, "wrong_password");
    change(&plaza.world, &tokens, PASSWORD, NEW).await.assert_status(204);
    forgot(&plaza.world, "grand-plaza", "nobody@secret.example").await.assert_status(202);
    let unused = token(&plaza).await;
    let used = token(&plaza).await;
    reset(&plaza.world, &used, "another horse battery").await.assert_status(204);
    reset(&plaza.world, &unused, NEW).await.assert_problem(422, "invalid_reset_token");

    let admin = plaza.world.admin().await;
    let everything = "select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, true, '')::text, '')
                      from pg_tables where schemaname in ('public', 'app')";
    let rows: String = admin.query_one(everything, &[]).await.unwrap().get(0);
    let lines = log.text();
    assert!(lines.contains("auth_reset_password") || lines.contains("/v1/auth/reset-password"), "{lines}");
    let random = |token: &str| token[token.len() - 40..].to_owned();
    for secret in [NEW, "another horse battery", "not the password", &random(&unused), &random(&used)] {
        assert!(!rows.contains(secret), "{secret} is in the database");
        assert!(!lines.contains(secret), "{secret} is in the log");
    }
    for person in ["nobody@secret.example", "agent@grand-plaza.example"] {
        assert!(!lines.contains(person), "{person} is in the log");
    }
    let audited = "select count(*), count(*) filter (where changes ? 'password_hash'), count(*) filter (where changes::text ~ 'argon2')
                   from audit_log where action = 'users_update'";
    let audited = admin.query_one(audited, &[]).await.unwrap();
    let counts: (i64, i64, i64) = (audited.get(0), audited.get(1), audited.get(2));
    assert_eq!(counts, (2, 2, 0), "that it changed is told, and not to what");
}
