//! Searches: what they show whom, against the definition. The functions behind them bypass row security, so they are
//! compared by themselves as well, before it has taken anything away; and functions with one word changed are noticed.

use stayzr::db::Client;
use uuid::Uuid;

use super::model::{Model, User};
use super::mutants::mutated;
use super::views::{Ids, compare, ids, run, walk};
use crate::support::repository::read;
use crate::support::{Chance, World};

/// A search, and what it finds among the words of a message.
type Search = (&'static str, fn(&[&str]) -> bool);

const SEARCHES: [Search; 5] = [
    ("please", |_| true),
    ("towels", |words| words.contains(&"towel")),
    ("towel pool", |words| words.contains(&"towel") && words.contains(&"pool")),
    ("pool or late", |words| words.contains(&"pool") || words.contains(&"late")),
    ("towel -late", |words| words.contains(&"towel") && !words.contains(&"late")),
];

/// From before the first row, and far more than there are.
const FIRST: &str = "'9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 1000";

async fn differences_in_api(model: &Model, user: &User) -> Vec<String> {
    let mut found = Vec::new();
    for (wanted, matches) in SEARCHES {
        let path = format!("/v1/messages/search?q={}", wanted.replace(' ', "%20"));
        let (got, expected) = (walk(model, user, &path).await, model.finds(user, matches));
        if got != expected {
            found.push(format!("{} ({}): {path}: {got:?} and not {expected:?}", user.id, user.scope));
        }
    }
    found
}

/// The functions by themselves, those that only their owner may call among them: each is a way of its own to the same.
async fn differences_in_sql(model: &Model, app: &Client, admin: &Client, user: &User) -> Vec<String> {
    let (mut found, context) = (Vec::new(), model.context(user));
    let mut judge = |what: &str, got: Result<Ids, String>, expected: &Ids| match got {
        Ok(got) => compare(&mut found, user, what, &got, expected),
        Err(state) => found.push(format!("{}: {what}: {state}", user.id)),
    };
    for (wanted, matches) in SEARCHES {
        let expected: Ids = model.finds(user, matches).into_iter().collect();
        let sql = format!("select app.search_messages('{wanted}', {FIRST})");
        judge(&sql, run(app, &context, &sql).await, &expected);
        let of = format!("app.organization_id(), app.search_query(app.organization_id(), '{wanted}'), {FIRST}");
        for call in [format!("app.newest_matches({of}, 1000000)"), format!("app.indexed_matches({of})")] {
            let sql = format!("set local role stayzr_lookup; select unnest({call})");
            judge(&sql, run(admin, &context, &sql).await, &expected);
        }
    }
    let expected = ids(model.guests.iter().filter(|guest| model.sees_guest(user, guest)));
    for sql in [
        format!("select app.search_guests('guest', null, true, {FIRST})"),
        format!("select app.search_guests_by_name('guest', null, true, '', '{}', 1000)", Uuid::nil()),
    ] {
        judge(&sql, run(app, &context, &sql).await, &expected);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_the_definition_says_for_everybody_and_nothing_else() {
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let world = World::new().await;
    let (admin, app, mut chance) = (world.admin().await, world.app_client().await, Chance::new(seed));
    // All in one database and with the same words, so that each is the others' wrong tenant.
    let mut models = Vec::new();
    for number in 0..super::HOTELS {
        models.push(Model::make(&world, &format!("hotel-{number}"), &mut chance).await);
    }
    let (mut found, mut hits) = (Vec::new(), 0);
    for model in &models {
        for user in &model.users {
            found.extend(differences_in_api(model, user).await);
            found.extend(differences_in_sql(model, &app, &admin, user).await);
            hits += model.finds(user, |_| true).len();
        }
    }
    assert!(found.is_empty(), "STAYZR_TEST_SEED={seed}\n{}", found.join("\n"));
    assert!(hits > 50, "there is something to find: {hits}");
}

/// What only the owner of the functions calls would say more than its caller may know.
#[tokio::test(flavor = "multi_thread")]
async fn what_searches_are_made_of_is_nobodys_to_call() {
    let world = World::new().await;
    let model = Model::make(&world, "grand-plaza", &mut Chance::new(22)).await;
    let (app, context, hotel) = (world.app_client().await, model.context(&model.users[0]), model.hotel.id);
    for call in [
        format!("app.search_query({hotel}, 'towel')"),
        format!("app.conversations_in_sight({hotel}, 1000)"),
        format!("app.conversations_shared({hotel})"),
        format!("app.sampled_matches({hotel}, 'towel', {FIRST}, 3)"),
        format!("app.has_more_messages({hotel}, now(), 1000)"),
        format!("app.newest_matches({hotel}, 'towel', {FIRST}, 1000)"),
        format!("app.indexed_matches({hotel}, 'towel', {FIRST})"),
        format!("app.name_query({hotel}, 'ada')"),
        format!("app.guests_found({hotel}, 'ada')"),
        format!("app.guests_shared({hotel})"),
        format!("app.text_words({hotel}, 'en', 'towel')"),
    ] {
        assert_eq!(run(&app, &context, &format!("select {call}")).await, Err("42501".into()), "{call}");
    }
    let forged = model.context(&model.users[0]).with(|context| context.sees_all = "true".into());
    for call in [
        format!("app.search_messages('towel', {FIRST})"),
        format!("app.search_guests('guest', null, true, {FIRST})"),
        format!("app.search_guests_by_name('guest', null, true, '', '{}', 1000)", Uuid::nil()),
    ] {
        assert_eq!(run(&app, &forged, &format!("select {call}")).await, Err("SZ101".into()), "{call}");
        let none = app.simple_query(&format!("select {call}")).await.unwrap_err();
        assert_eq!(none.code().unwrap().code(), "SZ100", "{call}");
    }
}

/// A file, the function of it that changes, what stands there, and what stands there instead.
const MESSAGES: &str = "sql/functions/search_messages.sql";
const GUESTS: &str = "sql/functions/search_guests.sql";
const MUTANTS: &[(&str, &str, &str, &str)] = &[
    (MESSAGES, "create or replace function app.conversations_in_sight", "c.owner_id = app.user_id()", "true"),
    (MESSAGES, "create or replace function app.conversations_in_sight", "app.team_ids()", "app.own_team_ids()"),
    (MESSAGES, "create or replace function app.conversations_shared", "s.user_id = app.user_id()", "true"),
    (MESSAGES, "create or replace function app.conversations_shared", "app.own_team_ids()", "app.team_ids()"),
    (
        MESSAGES,
        "create or replace function app.conversations_shared",
        "(s.expires_at is null or s.expires_at > now())",
        "true",
    ),
    (MESSAGES, "create or replace function app.newest_matches", "app.sees_all()\n                or", "true or"),
    (MESSAGES, "create or replace function app.newest_matches", "c.id = m.conversation_id", "true"),
    (MESSAGES, "create or replace function app.newest_matches", "c.owner_id = app.user_id()", "c.owner_id is not null"),
    (MESSAGES, "create or replace function app.indexed_matches", "app.sees_all()\n                or", "true or"),
    (MESSAGES, "create or replace function app.indexed_matches", "c.id = f.conversation_id", "true"),
    (MESSAGES, "create or replace function app.indexed_matches", "any (app.team_ids())", "any (app.own_team_ids())"),
    (MESSAGES, "create or replace function app.search_messages", "m.conversation_id = any (in_sight)", "true"),
    (MESSAGES, "create or replace function app.search_messages", "(m.words @@ query) is true", "true"),
    (
        GUESTS,
        "create or replace function app.guests_found",
        "app.sees_all()\n            or g.owner_id",
        "true or g.owner_id",
    ),
    (GUESTS, "create or replace function app.guests_found", "g.owner_id = app.user_id()", "g.owner_id is not null"),
    (GUESTS, "create or replace function app.guests_found", "c.guest_id = g.id", "true"),
    (GUESTS, "create or replace function app.guests_found", "c.team_id = any", "c.team_id <> all"),
    (GUESTS, "create or replace function app.guests_shared", "(s.expires_at is null or s.expires_at > now())", "true"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_comparison_notices_every_search_that_is_weakened() {
    let world = World::new().await;
    let (admin, app) = (world.admin().await, world.app_client().await);
    // Always the same hotel: one that has a case for each mutant.
    let model = Model::make(&world, "grand-plaza", &mut Chance::new(31)).await;
    let differences = async || {
        let mut found = Vec::new();
        for user in &model.users {
            found.extend(differences_in_sql(&model, &app, &admin, user).await);
        }
        found
    };
    let apply = async |sql: &str| {
        let sql = format!("set role stayzr_owner; {sql}; reset role");
        admin.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    };
    assert_eq!(differences().await, Vec::<String>::new());
    let mut missed = Vec::new();
    for mutant in MUTANTS {
        apply(&mutated(mutant)).await;
        if differences().await.is_empty() {
            missed.push(mutant);
        }
        apply(&read(mutant.0)).await;
    }
    assert!(missed.is_empty(), "nobody notices {missed:#?}");
    assert_eq!(differences().await, Vec::<String>::new(), "and all is as it was");
}
