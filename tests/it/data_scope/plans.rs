//! What a list costs in a large hotel, for who sees all of it and for who sees little: both
//! stay on indexes, and the scope makes a page no more than three times as dear.

use serde_json::Value;
use stayzr::db::Client;
use uuid::Uuid;

use super::model::PERMISSIONS;
use crate::forged::Context;
use crate::support::repository::read;
use crate::support::{Hotel, World};

/// Ten messages each. `STAYZR_TEST_CONVERSATIONS=100000` is the size the promise is for;
/// the costs that are compared hardly depend on it, which is the point.
fn conversations() -> i32 {
    std::env::var("STAYZR_TEST_CONVERSATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(20_000)
}

const USERS: i32 = 100;
const TEAMS: i32 = 20;
/// How much dearer a page may be for who does not see everything, in pages of PostgreSQL.
const DEARER_MAX: u64 = 3;

/// The first page of a list of conversations, and of guests by time and by name.
const NEWEST: &str = "51, '9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
const BY_NAME: &str = "51, '', '00000000-0000-0000-0000-000000000000'";

/// The first page of a search of messages, after what is searched for.
const SEARCHED: &str = "51, '9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
/// In pages of PostgreSQL: less than a tenth of the messages.
const SEARCH_PAGES_MAX: u64 = 5_000;

async fn fill(hotel: &Hotel, admin: &Client) {
    let (id, size) = (hotel.id, conversations());
    // A share is made by somebody, and row numbers are ids: `md5('u7')` is the seventh user.
    let sql = format!(
        "insert into teams (organization_id, id, name)
         select {id}, md5('t' || n)::uuid, 'Team ' || n from generate_series(1, {TEAMS}) n;
         insert into users (organization_id, id, email, full_name, data_scope)
         select {id}, md5('u' || n)::uuid, 'u' || n || '@example.com', 'User ' || n, 'own' from generate_series(1, {USERS}) n;
         insert into guests (organization_id, id, full_name, email, created_at, owner_id, team_id)
         select {id}, md5('g' || n)::uuid, 'Guest ' || md5(n::text), 'g' || n || '@example.org', now() - n * interval '1 minute',
             case when n % 4 = 0 then md5('u' || (n % {USERS} + 1))::uuid end,
             case when n % 3 = 0 then md5('t' || (n % {TEAMS} + 1))::uuid end
         from generate_series(1, {size} / 2) n;
         insert into conversations (organization_id, id, guest_id, channel, status, owner_id, team_id, activity_at, created_at)
         select {id}, md5('c' || n)::uuid, md5('g' || (n % ({size} / 2) + 1))::uuid, 'email',
             (array['open', 'pending', 'closed', 'archived'])[n % 4 + 1],
             md5('u' || ((n * 17 + n / 100) % {USERS} + 1))::uuid, md5('t' || ((n * 7 + n / 37) % {TEAMS} + 1))::uuid,
             now() - n * interval '1 minute', now() - (n + 1440) * interval '1 minute'
         from generate_series(1, {size}) n;
         insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
         select {id}, md5('m' || n)::uuid, md5('c' || (n % {size} + 1))::uuid, 'guest', 'Hello ' || n, now() - n * interval '1 second'
         from generate_series(1, 10 * {size}) n;
         insert into shares (organization_id, id, conversation_id, user_id, access, created_by)
         select {id}, md5('s' || n)::uuid, md5('c' || (n * 19))::uuid, md5('u' || (n % {USERS} + 1))::uuid, 'read', md5('u1')::uuid
         from generate_series(1, 1000) n;
         insert into shares (organization_id, id, guest_id, team_id, access, created_by)
         select {id}, md5('h' || n)::uuid, md5('g' || (n * 9))::uuid, md5('t' || (n % {TEAMS} + 1))::uuid, 'read', md5('u1')::uuid
         from generate_series(1, 1000) n;
         vacuum analyze"
    );
    for statement in sql.split(';') {
        admin.batch_execute(statement).await.unwrap_or_else(|error| panic!("{error:?}\n{statement}"));
    }
}

/// A plan that was run: the pages it touched, and how it went through each table.
struct Plan {
    pages: u64,
    scans: Vec<String>,
}

fn scans(node: &Value, into: &mut Vec<String>) {
    if let Some(table) = node["Relation Name"].as_str() {
        into.push(format!("{} on {table}", node["Node Type"].as_str().unwrap_or_default()));
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        scans(below, into);
    }
}

async fn explain(app: &Client, context: &Context, query: &str, arguments: &str) -> Plan {
    let text = read(&format!("sql/queries/{query}.sql"));
    app.batch_execute(&format!("prepare q as {text}\n; begin; {}", context.statements())).await.unwrap();
    let explain = format!("explain (analyze, buffers, format json) execute q({arguments})");
    // Twice: the first time fills the caches of the connection.
    app.simple_query(&explain).await.unwrap();
    let rows = app.simple_query(&explain).await.unwrap();
    app.batch_execute("rollback; deallocate q").await.unwrap();
    let text = rows.iter().find_map(|row| match row {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let plan: Value = serde_json::from_str(text.unwrap()).unwrap();
    let plan = &plan[0]["Plan"];
    let pages = |name: &str| plan[name].as_u64().unwrap();
    let mut into = Vec::new();
    scans(plan, &mut into);
    assert!(!into.is_empty(), "{query} reads tables");
    Plan { pages: pages("Shared Hit Blocks") + pages("Shared Read Blocks"), scans: into }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_large_hotel_is_cheap_whoever_asks() {
    let world = World::new().await;
    let hotel = world.hotel("grand-plaza").await;
    let admin = world.admin().await;
    fill(&hotel, &admin).await;
    let app = world.app_client().await;
    app.batch_execute("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0").await.unwrap();
    let ids = admin.query_one("select md5('u5')::uuid, md5('t6')::uuid, md5('t7')::uuid, md5('c7')::uuid", &[]).await;
    let ids = ids.unwrap();
    let [user, team, other_team, conversation] = [0, 1, 2, 3].map(|index| ids.get::<_, Uuid>(index));
    let context = |sees_all: bool, teams: String| {
        let sealer = world.sealer();
        let own = format!("{team},{other_team}");
        Context::of(&sealer, &hotel, user, PERMISSIONS).with(|context| {
            context.sees_all = sees_all.to_string();
            context.teams = teams;
            context.own_teams = own;
            context.seal = sealer.seal(&context.text());
        })
    };
    let (all, own) = (context(true, String::new()), context(false, String::new()));
    let teams = context(false, format!("{team},{other_team}"));

    let conversations = format!("{NEWEST}, null, null, null, null");
    let (guests, named) = (format!("{NEWEST}, null, false"), format!("{BY_NAME}, null, false"));
    let messages = format!("'{conversation}', {NEWEST}");
    // For who sees everything, then for who does not.
    let lists = [
        ("conversations/list", "conversations/list_in_scope", &conversations),
        ("conversations/list_by_created", "conversations/list_in_scope_by_created", &conversations),
    ];
    let mut faults = Vec::new();
    let mut on_indexes = |who: &str, query: &str, plan: &Plan| {
        let walked = plan.scans.iter().filter(|scan| scan.starts_with("Seq Scan"));
        faults.extend(walked.map(|scan| format!("{query} for {who}: {scan}")));
    };
    let mut dearer = Vec::new();
    for (for_all, in_scope, arguments) in lists {
        let manager = explain(&app, &all, for_all, arguments).await;
        on_indexes("all", for_all, &manager);
        for (who, context) in [("own", &own), ("teams", &teams)] {
            let agent = explain(&app, context, in_scope, arguments).await;
            on_indexes(who, in_scope, &agent);
            eprintln!("{in_scope}: all {} pages, {who} {}", manager.pages, agent.pages);
            if agent.pages > DEARER_MAX * manager.pages {
                dearer.push(format!("{in_scope}: {who} {} pages, all {}", agent.pages, manager.pages));
            }
        }
        // A plan that sorts the hotel for a page would make anything look cheap beside it.
        assert!(manager.pages < 1000, "{for_all} touches {} pages", manager.pages);
    }
    for (who, context, query, arguments) in [
        ("all", &all, "guests/list", &guests),
        ("all", &all, "guests/list_by_name", &named),
        ("own", &own, "guests/list_own", &guests),
        ("own", &own, "guests/list_own_by_name", &named),
        ("teams", &teams, "guests/list", &guests),
        ("teams", &teams, "guests/list_by_name", &named),
        ("all", &all, "messages/list", &messages),
        ("own", &own, "messages/list", &messages),
        // A word that is in every message, and one that is in one; names that all begin alike.
        ("all", &all, "messages/search", &format!("'hello', {SEARCHED}")),
        ("all", &all, "messages/search", &format!("'hello 4711', {SEARCHED}")),
        ("own", &own, "messages/search", &format!("'hello', {SEARCHED}")),
        ("teams", &teams, "messages/search", &format!("'hello', {SEARCHED}")),
        ("teams", &teams, "messages/search", &format!("'hello 4711', {SEARCHED}")),
        ("all", &all, "guests/search", &format!("{NEWEST}, null, 'g4711', false")),
        ("own", &own, "guests/search_by_name", &format!("{BY_NAME}, null, 'g4711', false")),
        ("all", &all, "conversations/get", &format!("'{conversation}'")),
        ("own", &own, "conversations/get", &format!("'{conversation}'")),
    ] {
        let plan = explain(&app, context, query, arguments).await;
        eprintln!("{query}: {who} {} pages", plan.pages);
        on_indexes(who, query, &plan);
        if query.contains("search") && plan.pages > SEARCH_PAGES_MAX {
            dearer.push(format!("{query}: {who} {} pages", plan.pages));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(dearer.is_empty(), "\n{}", dearer.join("\n"));
}
