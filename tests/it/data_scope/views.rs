//! What somebody sees and can change, found out in several ways, and where they differ from
//! the definition.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;
use stayzr::db::Client;
use tokio_postgres::SimpleQueryMessage;
use uuid::Uuid;

use super::model::{Model, Thing, User};
use crate::forged::Context;
use crate::support::Call;

pub type Ids = BTreeSet<Uuid>;

pub fn ids<'a>(things: impl Iterator<Item = &'a Thing>) -> Ids {
    things.map(|thing| thing.id).collect()
}

/// Which user, what they looked at, and what was there that should not be, or missing.
pub fn compare(found: &mut Vec<String>, user: &User, what: &str, got: &Ids, expected: &Ids) {
    let mut line = String::new();
    for (name, set) in [("too many", got - expected), ("missing", expected - got)] {
        if !set.is_empty() {
            write!(line, " {name} {set:?}").unwrap();
        }
    }
    if !line.is_empty() {
        found.push(format!("{} ({}): {what}:{line}", user.id, user.scope));
    }
}

/// What a user's context gets from a statement as `stayzr_app`, which is rolled back: the
/// ids it returns, or the SQLSTATE it is refused with.
pub async fn run(app: &Client, context: &Context, sql: &str) -> Result<Ids, String> {
    let result = app.simple_query(&format!("begin; {} {sql}", context.statements())).await;
    app.batch_execute("rollback").await.unwrap();
    let rows = result.map_err(|error| error.code().unwrap_or_else(|| panic!("{sql}: {error}")).code().to_owned())?;
    let id = |row: &SimpleQueryMessage| match row {
        SimpleQueryMessage::Row(row) => row.get(0).map(|id| id.parse().unwrap()),
        _ => None,
    };
    Ok(rows.iter().filter_map(id).collect())
}

/// Everything users can do in SQL, against the definition: what differs for the first of
/// them for whom anything does.
pub async fn differences_in_sql(model: &Model, app: &Client) -> Vec<String> {
    for user in &model.users {
        let found = differences_of(model, app, user).await;
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

async fn differences_of(model: &Model, app: &Client, user: &User) -> Vec<String> {
    let mut found = Vec::new();
    let context = model.context(user);
    let guests = ids(model.guests.iter().filter(|guest| model.sees_guest(user, guest)));
    let conversations = ids(model.conversations.iter().filter(|one| model.sees_conversation(user, one)));
    let own_guests = ids(model.guests.iter().filter(|guest| model.writes(user, guest)));
    let own_conversations = ids(model.conversations.iter().filter(|one| model.writes(user, one)));
    for (sql, expected) in [
        ("select id from guests", &guests),
        ("select id from conversations", &conversations),
        ("select conversation_id from messages", &conversations),
        ("update guests set notes = 'Seen' returning id", &own_guests),
        ("update conversations set subject = 'Seen' returning id", &own_conversations),
        ("select id from guests for update", &own_guests),
        ("delete from guests returning id", &own_guests),
        ("delete from conversations returning id", &own_conversations),
    ] {
        match run(app, &context, sql).await {
            Ok(got) => compare(&mut found, user, sql, &got, expected),
            Err(state) => found.push(format!("{}: {sql}: {state}", user.id)),
        }
    }
    for (table, expected) in [("guests", guests.len()), ("conversations", conversations.len())] {
        let sql = format!("select 1 from (select count(*) n from {table}) c where n <> {expected}");
        let right = app.simple_query(&format!("begin; {} {sql}", context.statements())).await.unwrap();
        app.batch_execute("rollback").await.unwrap();
        if right.iter().any(|row| matches!(row, SimpleQueryMessage::Row(_))) {
            found.push(format!("{}: {table} are not {expected}", user.id));
        }
    }
    // One by one, because the first that is refused ends a statement.
    let mut answered = Ids::new();
    for conversation in &model.conversations {
        let id = conversation.id;
        let sql =
            format!("insert into messages (conversation_id, sender_type, content) values ('{id}', 'guest', 'Hi')");
        if run(app, &context, &sql).await.is_ok() {
            answered.insert(id);
        }
    }
    compare(&mut found, user, "insert into messages", &answered, &own_conversations);
    found.extend(differing_inserts(model, app, user, &context, &guests).await);
    found.extend(differing_moves(model, app, user, &context).await);
    found
}

/// Which owners and teams somebody may give to what they make.
async fn differing_inserts(
    model: &Model,
    app: &Client,
    user: &User,
    context: &Context,
    guests_in_sight: &Ids,
) -> Vec<String> {
    let mut found = Vec::new();
    let other = model.users.iter().find(|other| other.id != user.id).unwrap().id;
    let teams = model.teams.iter().map(|team| Some(team.id)).chain([None]);
    let seen = guests_in_sight.first();
    let unseen = model.guests.iter().map(|guest| guest.id).find(|id| !guests_in_sight.contains(id));
    for team in teams {
        for owner in [None, Some(user.id), Some(other)] {
            let allowed = model.in_scope(user, owner, team);
            let value = |id: Option<Uuid>| id.map_or("null".into(), |id| format!("'{id}'"));
            let (owner, team) = (value(owner), value(team));
            let guest = format!(
                "insert into guests (full_name, phone, owner_id, team_id) values ('Dee', '+4915100000000', {owner}, {team})"
            );
            let with = |guest: &Uuid| {
                format!(
                    "insert into conversations (guest_id, channel, owner_id, team_id) values ('{guest}', 'sms', {owner}, {team})"
                )
            };
            let mut tries = vec![(guest, allowed)];
            tries.extend(seen.map(|guest| (with(guest), allowed)));
            tries.extend(unseen.map(|guest| (with(&guest), false)));
            for (sql, allowed) in tries {
                let done = run(app, context, &sql).await;
                if done.is_ok() != allowed {
                    found.push(format!("{} ({}): allowed is {allowed}: {sql}: {done:?}", user.id, user.scope));
                }
            }
        }
    }
    found
}

/// Whom somebody may hand over what they can write: never to where they lose sight of it.
async fn differing_moves(model: &Model, app: &Client, user: &User, context: &Context) -> Vec<String> {
    let mut found = Vec::new();
    let other = model.users.iter().find(|other| other.id != user.id).unwrap().id;
    for (table, things) in [("guests", &model.guests), ("conversations", &model.conversations)] {
        for thing in things.iter().filter(|thing| model.writes(user, thing)) {
            let sql = format!("update {table} set owner_id = '{other}', team_id = null where id = '{}'", thing.id);
            let moved = Thing { owner: Some(other), team: None, name: String::new(), ..*thing };
            let allowed = model.writes(user, &moved);
            let done = run(app, context, &sql).await;
            if done.is_ok() != allowed {
                found.push(format!("{} ({}): allowed is {allowed}: {sql}: {done:?}", user.id, user.scope));
            }
        }
    }
    found
}

/// Everything the API shows a user, against the definition.
pub async fn differences_in_api(model: &Model) -> Vec<String> {
    let mut found = Vec::new();
    for user in &model.users {
        let guests = || model.guests.iter().filter(|guest| model.sees_guest(user, guest));
        let conversations = || model.conversations.iter().filter(|one| model.sees_conversation(user, one));
        let mut lists: Vec<(String, Ids)> = Vec::new();
        for sort in ["-createdAt", "fullName"] {
            lists.push((format!("/v1/guests?archived=true&sort={sort}"), ids(guests())));
            lists.push((format!("/v1/guests?sort={sort}"), ids(guests().filter(|guest| !guest.archived))));
            for search in ["ada", "bo", "cy%20guest"] {
                let found = guests().filter(|guest| guest.name.to_lowercase().starts_with(&search.replace("%20", " ")));
                lists.push((format!("/v1/guests?archived=true&search={search}&sort={sort}"), ids(found)));
            }
        }
        // One by one: with two letters changed places, and by its beginning.
        lists.push(("/v1/guests?archived=true&search=guets".into(), ids(guests())));
        lists.push((
            "/v1/guests?archived=true&search=gue%20a".into(),
            ids(guests().filter(|one| one.name.starts_with('A'))),
        ));
        for sort in ["-lastMessageAt", "-createdAt"] {
            let path = |filter: String| format!("/v1/conversations?sort={sort}{filter}");
            lists.push((path(String::new()), ids(conversations().filter(|one| !one.archived))));
            lists.push((path("&status=archived".into()), ids(conversations().filter(|one| one.archived))));
            let other = &model.users[0];
            let owned = conversations().filter(|one| !one.archived && one.owner == Some(other.id));
            lists.push((path(format!("&ownerId={}", other.id)), ids(owned)));
            let guest = &model.guests[0];
            let with = conversations().filter(|one| !one.archived && one.guest == Some(guest.id));
            lists.push((path(format!("&guestId={}", guest.id)), ids(with)));
        }
        for (path, expected) in lists {
            let rows = walk(model, user, &path).await;
            let got: Ids = rows.iter().copied().collect();
            if got.len() != rows.len() {
                found.push(format!("{}: {path} shows a row twice", user.id));
            }
            compare(&mut found, user, &path, &got, &expected);
        }
        let path = |thing: &Thing, rest: &str| match thing.guest {
            None => format!("/v1/guests/{}{rest}", thing.id),
            Some(_) => format!("/v1/conversations/{}{rest}", thing.id),
        };
        for (things, rest, expected) in [
            (&model.guests, "", ids(guests())),
            (&model.conversations, "", ids(conversations())),
            (&model.conversations, "/messages", ids(conversations())),
            (&model.guests, "/shares", ids(guests())),
            (&model.conversations, "/shares", ids(conversations())),
        ] {
            let mut got = Ids::new();
            for thing in things {
                let answer = call(model, user, Call::get(path(thing, rest))).await;
                match answer.status.as_u16() {
                    200 => drop(got.insert(thing.id)),
                    404 => (),
                    status => found.push(format!("{}: {} says {status}", user.id, path(thing, rest))),
                }
            }
            compare(
                &mut found,
                user,
                &format!("get {}{rest}", if things[0].guest.is_some() { "conversations" } else { "guests" }),
                &got,
                &expected,
            );
        }
        found.extend(differing_patches(model, user).await);
    }
    found
}

/// Changes that change nothing, over the API: done, refused, or as if it were not there.
async fn differing_patches(model: &Model, user: &User) -> Vec<String> {
    let mut found = Vec::new();
    for thing in model.guests.iter().filter(|guest| !guest.archived).chain(&model.conversations) {
        let (path, seen) = match thing.guest {
            None => (format!("/v1/guests/{}", thing.id), model.sees_guest(user, thing)),
            Some(_) => (format!("/v1/conversations/{}", thing.id), model.sees_conversation(user, thing)),
        };
        let expected = match (seen, model.writes(user, thing)) {
            (_, true) => 200,
            (true, false) => 403,
            (false, false) => 404,
        };
        let answer = call(model, user, Call::patch(&path, &serde_json::json!({}))).await;
        if answer.status.as_u16() != expected {
            found.push(format!("{} ({}): patch {path} says {} and not {expected}", user.id, user.scope, answer.status));
        }
    }
    found
}

pub async fn call(model: &Model, user: &User, call: Call) -> crate::support::Answer {
    call.header("Authorization", &format!("Bearer {}", user.token)).send(&model.hotel.world).await
}

/// Every row of a list, all pages.
pub async fn walk(model: &Model, user: &User, path: &str) -> Vec<Uuid> {
    let (mut rows, mut next) = (Vec::new(), format!("{path}&limit=4"));
    loop {
        let page = call(model, user, Call::get(&next)).await.assert_ok();
        let id = |row: &Value| row["id"].as_str().unwrap().parse::<Uuid>().unwrap();
        rows.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(cursor) = page["nextCursor"].as_str() else { return rows };
        next = format!("{path}&limit=4&after={cursor}");
    }
}
