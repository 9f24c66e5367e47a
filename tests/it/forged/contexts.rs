//! Contexts that are not true.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use serde_json::{Value, json};
use stayzr::app;
use stayzr::db::{Database, migrate};
use stayzr::tenancy::{SealKey, Sealer};

use super::{AGENT_PERMISSIONS, ALL_PERMISSIONS, Context, Outcome, Scene, TENANT_TABLES, attempt, literal};
use crate::support::{Call, Cluster, SEAL_KEY, eventually, listen};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Everything a context is good for.
fn uses() -> Vec<String> {
    let mut uses: Vec<String> = TENANT_TABLES.iter().map(|table| format!("select count(*) from {table}")).collect();
    uses.extend(
        [
            "select id from guests",
            "select full_name from guests where email_folded = 'secret@grand-plaza.example'",
            "select g.id from guests g join conversations c on c.guest_id = g.id join messages m on m.conversation_id = c.id",
            "explain analyze select * from (select id from guests) g",
            "insert into guests (full_name, email) values ('X', 'x@example.com') returning id",
            "update guests set notes = 'X' returning id",
            "update organizations set name = 'X' returning id",
            "delete from idempotency_keys returning key",
            "select app.verify_context()",
            "select app.organization_id()",
        ]
        .map(str::to_owned),
    );
    uses
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_is_not_true_is_an_error_whatever_it_is_used_for() {
    let scene = Scene::set().await;
    let (plaza, breeze) = (scene.at_plaza(), scene.at_breeze());
    let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS);
    let other_key = Sealer::new(&[SealKey::new("other", SEAL_KEY.to_vec()).unwrap()]).unwrap();
    let wrong_key = Sealer::new(&[SealKey::new("test", vec![8; 32]).unwrap()]).unwrap();
    let expiry = breeze.seal.split('.').nth(1).unwrap().to_owned();
    let code = breeze.seal.split('.').nth(2).unwrap().to_owned();
    let sealed = |text: &str| scene.sealer.seal(text);
    let with_seal = |seal: String| breeze.clone().with(|context| context.seal = seal);

    let forgeries: Vec<(&str, &str, Context)> = vec![
        ("no context", "SZ100", Context::none()),
        ("an organization and no seal", "SZ100", plaza.clone().with(|context| context.seal.clear())),
        (
            "an organization only",
            "SZ100",
            Context::none().with(|context| context.organization = plaza.organization.clone()),
        ),
        (
            "another hotel's seal",
            "SZ101",
            breeze.clone().with(|context| context.organization = plaza.organization.clone()),
        ),
        ("another hotel's seal on all of one's own", "SZ101", plaza.clone().with(|c| c.seal = breeze.seal.clone())),
        ("no organization", "SZ101", breeze.clone().with(|context| context.organization.clear())),
        ("two organizations", "SZ101", breeze.clone().with(|c| c.organization += &format!(",{}", plaza.organization))),
        ("the number written otherwise", "SZ101", breeze.clone().with(|c| c.organization.insert(0, '0'))),
        ("another user", "SZ101", agent.clone().with(|context| context.user = scene.breeze.admin_id.to_string())),
        ("no user", "SZ101", agent.clone().with(|context| context.user.clear())),
        ("an actor", "SZ101", breeze.clone().with(|context| context.actor = plaza.user.clone())),
        ("another data scope", "SZ101", breeze.clone().with(|context| context.sees_all = "false".into())),
        ("a team", "SZ101", breeze.clone().with(|context| context.teams = plaza.user.clone())),
        ("a team of one's own", "SZ101", breeze.clone().with(|context| context.own_teams = plaza.user.clone())),
        ("a grant", "SZ101", breeze.clone().with(|context| context.via = format!("grant:{}", plaza.user))),
        ("a key", "SZ101", breeze.clone().with(|context| context.via = format!("key:{}", plaza.user))),
        ("more permissions", "SZ101", agent.clone().with(|context| context.permissions = ALL_PERMISSIONS.into())),
        ("one permission more", "SZ101", agent.clone().with(|context| context.permissions += ",users.manage")),
        // The text under the seal is the same up to where the lines begin and end.
        (
            "a user moved into the line of the organization",
            "SZ101",
            breeze.clone().with(|context| {
                context.organization = format!("{}\n{}", context.organization, context.user);
                context.user = std::mem::take(&mut context.actor);
                context.actor = std::mem::replace(&mut context.sees_all, context.teams.clone());
                context.teams = std::mem::take(&mut context.permissions);
            }),
        ),
        (
            "permissions in the line of the teams",
            "SZ101",
            agent.clone().with(|context| {
                context.teams = format!("\n{}", context.permissions);
                context.permissions.clear();
            }),
        ),
        ("a line feed after the organization", "SZ101", breeze.clone().with(|context| context.organization.push('\n'))),
        ("a seal over the fields without a purpose", "SZ101", with_seal(sealed(&breeze.text()["context\n".len()..]))),
        ("a seal for signing in", "SZ101", with_seal(sealed("login\nsea-breeze\nadmin@sea-breeze.example"))),
        ("the fields sealed for signing in", "SZ101", with_seal(sealed(&breeze.text().replace("context", "login")))),
        ("a seal that has expired", "SZ102", {
            let seal = scene.sealer.seal_until(&plaza.text(), now() - 5);
            plaza.clone().with(|context| context.seal = seal)
        }),
        ("a seal from 1970", "SZ102", {
            let seal = scene.sealer.seal_until(&plaza.text(), 0);
            plaza.clone().with(|context| context.seal = seal)
        }),
        ("an expiry moved ahead", "SZ101", with_seal(format!("test.{}.{code}", now() + 1000))),
        ("an unknown key", "SZ101", with_seal(other_key.seal(&breeze.text()))),
        ("a known key's name on an unknown key", "SZ101", with_seal(wrong_key.seal(&breeze.text()))),
        ("a pattern for a key", "SZ101", with_seal(format!("%.{expiry}.{code}"))),
        ("no key", "SZ101", with_seal(format!(".{expiry}.{code}"))),
        ("a space", "SZ101", with_seal(" ".into())),
        ("two dots", "SZ101", with_seal("..".into())),
        ("a key and two dots", "SZ101", with_seal("test..".into())),
        ("no code", "SZ101", with_seal(format!("test.{expiry}."))),
        ("half of the code", "SZ101", with_seal(format!("test.{expiry}.{}", &code[..32]))),
        ("the code in capitals", "SZ101", with_seal(format!("test.{expiry}.{}", code.to_uppercase()))),
        ("a seal in front of the seal", "SZ101", with_seal(format!("test.{expiry}.x.{code}"))),
        ("an expiry that is no number", "SZ101", with_seal(format!("test.never.{code}"))),
        ("an expiry larger than any number", "SZ101", with_seal(format!("test.{}.{code}", "9".repeat(40)))),
        ("a megabyte", "SZ101", with_seal("a".repeat(1 << 20))),
        ("a megabyte of dots", "SZ101", with_seal(".".repeat(1 << 20))),
        ("null, as text", "SZ101", with_seal("null".into())),
    ];
    let mut accepted = Vec::new();
    for (name, sqlstate, context) in &forgeries {
        for sql in uses() {
            let outcome = scene.attempt(context, &sql).await;
            if outcome != Outcome::refused(sqlstate) {
                accepted.push(format!("{name}: {sql}: {outcome:?}"));
            }
        }
    }
    assert!(accepted.is_empty(), "these are not refused as they should be:\n{}", accepted.join("\n"));

    // The same uses are not refused for the context's own sake.
    for sql in uses() {
        assert!(matches!(scene.attempt(&plaza, &sql).await, Outcome::Rows(1..)), "{sql}");
    }
}

/// Whoever signs in chooses the text under the seal of the question, line feeds and all.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_an_account_cannot_be_worded_as_a_context() {
    let scene = Scene::set().await;
    let plaza = scene.at_plaza();
    let seal = scene.sealer.seal(&format!("login\nx\n{}", plaza.text()));
    let (head, code) = seal.rsplit_once('.').unwrap();
    for context in [
        // Read with the purpose as a part of the expiry, or of the key's name, it is a context.
        plaza.clone().with(|context| context.seal = format!("{head}\nlogin\nx.{code}")),
        plaza.clone().with(|context| context.seal = format!("{}\nlogin\nx.{code}", head.replace('.', "\n"))),
    ] {
        for sql in uses() {
            let outcome = scene.attempt(&context, &sql).await;
            assert!(matches!(outcome, Outcome::Refused(_)), "{sql}: {outcome:?}");
        }
    }
}

/// The owner seals by hand, for a hotel there is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_seals_for_no_hotel() {
    let scene = Scene::set().await;
    let admin = scene.plaza.world.admin().await;
    for slug in ["'nowhere'", "null", "''"] {
        let sql = format!("begin; set local role stayzr_owner; select app.impersonate({slug})");
        assert_eq!(attempt(&admin, &sql).await, Outcome::refused("P0002"), "{slug}");
    }
}

/// Bound as the domain of reads, a context lets nothing be written, and nothing else is different.
#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_is_bound_to_read_writes_nothing() {
    let scene = Scene::set().await;
    let context = scene.at_breeze();
    let text = literal(&format!("{}{}", context.seal, &context.text()["context".len()..]));
    let insert = "insert into departments (name) values ('Bound')";
    for (domain, statement, outcome) in [
        ("read_context", "select id from guests", Outcome::Rows(1)),
        ("read_context", insert, Outcome::refused("25006")),
        ("write_context", insert, Outcome::Rows(1)),
    ] {
        let sql = format!("begin; prepare bound (app.{domain}) as {statement}; execute bound ({text})");
        assert_eq!(attempt(&scene.app, &sql).await, outcome, "{domain}: {statement}");
        scene.app.batch_execute("deallocate all").await.unwrap();
    }
    // What it says counts no more than what is set: without its seal it is none.
    let sql = format!("begin; prepare bound (app.write_context) as {insert}; execute bound ('x' || {text})");
    assert_eq!(attempt(&scene.app, &sql).await, Outcome::refused("SZ101"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_ends_with_its_transaction() {
    let scene = Scene::set().await;
    let count = "select id from guests";
    for end in ["commit", "rollback"] {
        let sql = format!("begin; {} {count}; {end}", scene.at_plaza().statements());
        scene.app.batch_execute(&sql).await.unwrap();
        assert_eq!(attempt(&scene.app, count).await, Outcome::refused("SZ100"), "after {end}");
        assert_eq!(attempt(&scene.app, &format!("begin; {count}")).await, Outcome::refused("SZ100"), "after {end}");
        // The answer to COPY begins before its first row is looked for.
        let mut rows = Box::pin(scene.app.copy_out("copy (select id from guests) to stdout").await.unwrap());
        let error = rows.next().await.expect("an answer").expect_err("an error");
        assert_eq!(error.code().unwrap().code(), "SZ100", "after {end}");
    }
}

/// A role may lift its own timeouts, so a transaction may stay open for ever; its context
/// ends all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_kept_open_does_not_outlast_its_seal() {
    let scene = Scene::set().await;
    let context = scene.at_plaza();
    let until = |seconds| {
        context.clone().with(|context| {
            context.seal = scene.sealer.seal_until(&context.text(), now() + seconds);
        })
    };
    let lift = "set idle_in_transaction_session_timeout = 0; set statement_timeout = 0;";
    scene.app.batch_execute(&format!("{lift} begin; {}", until(1).statements())).await.unwrap();
    eventually("the seal expires", async || {
        let error = scene.app.batch_execute("select count(*) from guests").await.err();
        error.is_some_and(|error| error.code().is_some_and(|code| code.code() == "SZ102"))
    })
    .await;
    scene.app.batch_execute("rollback").await.unwrap();

    let within_one_statement = "do $$ begin perform pg_sleep(3); perform id from guests; end $$";
    assert_eq!(scene.attempt(&until(1), within_one_statement).await, Outcome::refused("SZ102"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_without_a_moment_in_which_neither_fits() {
    let scene = Scene::set().await;
    let keys = [("test", SEAL_KEY), ("next", [9; 32])].map(|(id, key)| SealKey::new(id, key.to_vec()).unwrap());
    let material = |keys: &[SealKey]| -> Vec<(String, Vec<u8>)> {
        keys.iter().map(|key| (key.id().to_owned(), key.material().to_vec())).collect()
    };
    let sources = migrate::Sources::embedded().unwrap();
    let mut admin = scene.plaza.world.admin().await;
    let next = Sealer::new(&keys[1..]).unwrap();
    let sealed_by = |sealer: &Sealer| Context::of(sealer, &scene.plaza, scene.plaza.admin_id, ALL_PERMISSIONS);
    let query = "select id from guests";
    let (yes, no) = (Outcome::Rows(1), Outcome::refused("SZ101"));

    assert_eq!(scene.attempt(&sealed_by(&next), query).await, no, "not before it is known");
    migrate::run(&mut admin, &sources, &material(&keys)).await.unwrap();
    assert_eq!(scene.attempt(&sealed_by(&next), query).await, yes);
    assert_eq!(scene.attempt(&sealed_by(&scene.sealer), query).await, yes);
    migrate::run(&mut admin, &sources, &material(&keys[1..])).await.unwrap();
    assert_eq!(scene.attempt(&sealed_by(&next), query).await, yes);
    assert_eq!(scene.attempt(&sealed_by(&scene.sealer), query).await, no, "not after it is gone");
}

/// What was handed out under the old key is taken back under the new one: a page goes on, and what was done is not
/// another request.
#[tokio::test(flavor = "multi_thread")]
async fn cursors_and_idempotency_keys_outlive_a_rotation() {
    let scene = Scene::set().await;
    let world = &scene.plaza.world;
    for name in ["ada", "ben", "cleo"] {
        scene.plaza.create_guest(&format!("{name}@example.com")).await;
    }
    let keys = [("next", [9; 32]), ("test", SEAL_KEY)].map(|(id, key)| SealKey::new(id, key.to_vec()).unwrap());
    let material = keys.iter().map(|key| (key.id().to_owned(), key.material().to_vec())).collect::<Vec<_>>();
    migrate::run(&mut world.admin().await, &migrate::Sources::embedded().unwrap(), &material).await.unwrap();
    let rotated = async |keys: &[SealKey]| {
        let platform = Cluster::get().config("stayzr_platform", &world.database).into();
        let sealer = Sealer::new(keys).unwrap();
        let database = Database::new(&world.app_address(), &platform, sealer, &world.settings.database()).unwrap();
        let endpoint = app::endpoint(&world.settings, Arc::new(database), world.server_tokens(), world.mailer());
        format!("http://{}", listen(endpoint.unwrap()).await)
    };
    let (after, later) = (rotated(&keys).await, rotated(&keys[..1]).await);

    let page = scene.plaza.get("/v1/guests?limit=2").await.assert_ok();
    let next = format!("/v1/guests?limit=2&after={}", page["nextCursor"].as_str().unwrap());
    let body = json!({"fullName": "Dora", "email": "dora@example.com"});
    let keyed = Call::post("/v1/guests", &body).header("Idempotency-Key", "once");
    let made = scene.plaza.call(keyed).await.assert_created();
    let client = reqwest::Client::new();
    let token = &scene.plaza.admin_token;
    let status = async |request: reqwest::RequestBuilder| request.bearer_auth(token).send().await.unwrap();
    for (base, is_known) in [(after, true), (later, false)] {
        let went_on = status(client.get(format!("{base}{next}"))).await;
        assert_eq!(went_on.status() == 200, is_known, "{}", went_on.status());
        let again = client.post(format!("{base}/v1/guests")).header("Idempotency-Key", "once").json(&body);
        let again = status(again).await;
        assert_eq!(again.status() == 201, is_known, "{}", again.status());
        if is_known {
            assert_eq!(again.json::<Value>().await.unwrap()["id"], made["id"]);
        }
    }
}

/// The accessors beside `app.organization_id` only read. Whatever they are told, nothing
/// follows from it: the restrictive policy of the table has the last word.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_field_that_an_accessor_reads_opens_no_row() {
    let scene = Scene::set().await;
    let forged = scene.at_breeze().with(|context| context.permissions = ALL_PERMISSIONS.to_owned() + ",users.manage");
    let read = scene.attempt(&forged, "select where app.has_permission('users.manage')").await;
    assert_eq!(read, Outcome::Rows(1), "it reads what the setting says");
    for table in TENANT_TABLES {
        let rows = format!("select from {table} where app.has_permission('users.manage')");
        assert_eq!(scene.attempt(&forged, &rows).await, Outcome::refused("SZ101"), "{table}");
    }
    let write = "insert into users (email, full_name) values ('eve@example.com', 'Eve')";
    assert_eq!(scene.attempt(&forged, write).await, Outcome::refused("SZ101"));
}
