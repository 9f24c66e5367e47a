//! What gets into the log, by whom, and that it stays as it was written.

use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::{as_role, member, verified};
use crate::support::{Hotel, sealed_context, two_hotels};

/// What the last record of a hotel says.
async fn last(hotel: &Hotel) -> Value {
    let sql = "select to_jsonb(a) from audit_log a where organization_id = $1 order by sequence desc limit 1";
    hotel.world.admin().await.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

async fn count(hotel: &Hotel) -> i64 {
    let sql = "select count(*) from audit_log where organization_id = $1";
    hotel.world.admin().await.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

/// The SQLSTATE a statement is refused with.
async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    let _ = client.batch_execute("rollback").await;
    error.code().unwrap().code().to_owned()
}

/// A super admin's visit to the hotel, by a grant.
fn visit(hotel: &Hotel, actor: Uuid, grant: Uuid) -> String {
    let permissions = "guests.read,guests.write,users.manage,audit.read";
    sealed_context(&hotel.world, &hotel.id.to_string(), actor, Some(actor), &format!("grant:{grant}"), permissions)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_owner_changes_removes_or_forges_a_record() {
    let (plaza, _) = two_hotels().await;
    let world = &plaza.world;
    let partition: String = "select to_char(now() at time zone 'UTC', '\"app.audit_log_\"YYYY_MM')".into();
    let admin = world.admin().await;
    let partition: String = admin.query_one(&partition, &[]).await.unwrap().get(0);
    let before = world.contents().await;
    for role in ["stayzr_app", "stayzr_platform", "stayzr_auditor", "stayzr_lookup"] {
        // stayzr_lookup does not log in; what it may not do is the same either way.
        let (client, begin) = if role == "stayzr_lookup" {
            (world.admin().await, "begin; set local role stayzr_lookup;".to_owned())
        } else {
            let context = if role == "stayzr_app" { member(&plaza) } else { String::new() };
            (as_role(world, role).await, format!("begin; {context}"))
        };
        for table in ["audit_log", "app.audit_log_default", &partition] {
            for sql in [
                format!("update {table} set action = 'x'"),
                format!("update {table} set action = action where false"),
                format!("delete from {table}"),
                format!("truncate {table}"),
                format!("insert into {table} (action, resource, sequence) values ('x', 'x', 1)"),
                format!("insert into {table} (action, resource, previous_hash) values ('x', 'x', sha256('x'))"),
                format!("insert into {table} (action, resource, hash) values ('x', 'x', sha256('x'))"),
                format!("insert into {table} (action, resource, created_at) values ('x', 'x', '2020-01-01')"),
                format!("insert into {table} (action, resource, id) values ('x', 'x', gen_random_uuid())"),
                format!("alter table {table} disable trigger all"),
            ] {
                assert_eq!(refusal(&client, &format!("{begin} {sql}")).await, "42501", "{role}: {sql}");
            }
        }
        for sql in [
            "select 1 from app.audit_log_default".to_owned(),
            format!("select 1 from {partition}"),
            format!("insert into {partition} (action, resource) values ('x', 'x')"),
            "update app.audit_heads set sequence = 0".into(),
            "delete from app.audit_heads".into(),
            "insert into app.audit_heads (organization_id) values (1)".into(),
            "set local session_replication_role = replica".into(),
        ] {
            assert_eq!(refusal(&client, &format!("{begin} {sql}")).await, "42501", "{role}: {sql}");
        }
    }
    assert_eq!(world.contents().await, before);
    // Row security holds for the owner too, in a partition as in the table.
    admin.batch_execute("set role stayzr_owner").await.unwrap();
    for table in ["audit_log", &partition] {
        let rows: i64 = admin.query_one(&format!("select count(*) from {table}"), &[]).await.unwrap().get(0);
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_signed_as_the_context_says_and_not_otherwise() {
    let (plaza, _) = two_hotels().await;
    let (app, key, grant, actor) = (plaza.world.app_client().await, Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let by_key = sealed_context(
        &plaza.world,
        &plaza.id.to_string(),
        plaza.agent_id,
        None,
        &format!("key:{key}"),
        "users.manage",
    );
    let (member, visit, agent) = (member(&plaza), visit(&plaza, actor, grant), plaza.agent_id);
    let admin = plaza.admin_id;
    let insert = |columns: &str, values: String| {
        format!("insert into audit_log (action, resource, {columns}) values ('x', 'x', {values})")
    };
    for (context, columns, values) in [
        (&member, "actor_kind, actor_user_id", format!("'user', '{agent}'")),
        (&member, "actor_kind, actor_user_id", format!("'super_admin', '{admin}'")),
        (&member, "actor_kind, actor_user_id", format!("'administrator', '{admin}'")),
        (&member, "actor_kind, actor_user_id", "'administrator', null".into()),
        (&member, "actor_user_id", format!("'{admin}'")),
        (&member, "actor_kind, actor_user_id, api_key_id", format!("'user', '{admin}', '{key}'")),
        (&member, "actor_kind, actor_user_id, grant_id", format!("'user', '{admin}', '{grant}'")),
        (&by_key, "actor_kind, actor_user_id", format!("'user', '{agent}'")),
        (&by_key, "actor_kind, actor_user_id, api_key_id", format!("'api_key', '{agent}', '{grant}'")),
        (&visit, "actor_kind, actor_user_id", format!("'super_admin', '{actor}'")),
        (&visit, "actor_kind, actor_user_id, grant_id", format!("'super_admin', '{admin}', '{grant}'")),
        (&visit, "actor_kind, actor_user_id, grant_id", format!("'user', '{actor}', '{grant}'")),
    ] {
        let sql = insert(columns, values);
        assert_eq!(refusal(&app, &format!("begin; {context} {sql}")).await, "42501", "{sql}");
    }
    for (context, columns, values) in [
        (&member, "actor_kind, actor_user_id", format!("'user', '{admin}'")),
        (&by_key, "actor_kind, actor_user_id, api_key_id", format!("'api_key', '{agent}', '{key}'")),
        (&visit, "actor_kind, actor_user_id, grant_id", format!("'super_admin', '{actor}', '{grant}'")),
    ] {
        app.batch_execute(&format!("begin; {context} {}; commit", insert(columns, values))).await.unwrap();
    }
    assert_eq!(verified(&plaza.world).await.1, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_a_key_and_one_by_hand_say_so() {
    let (plaza, breeze) = two_hotels().await;
    let (app, key) = (plaza.world.app_client().await, Uuid::now_v7());
    let by_key = sealed_context(
        &plaza.world,
        &plaza.id.to_string(),
        plaza.admin_id,
        None,
        &format!("key:{key}"),
        "users.manage",
    );
    app.batch_execute(&format!("begin; {by_key} insert into departments (name) values ('Spa'); commit")).await.unwrap();
    let record = last(&plaza).await;
    assert_eq!((&record["actor_kind"], &record["api_key_id"]), (&json!("api_key"), &json!(key)));
    assert_eq!((&record["actor_user_id"], &record["address"]), (&json!(plaza.admin_id), &json!("192.0.2.7")));
    assert_eq!(record["request_id"], "request-0001");

    let admin = plaza.world.admin().await;
    admin.execute("update users set status = 'disabled' where id = $1", &[&breeze.agent_id]).await.unwrap();
    let record = last(&breeze).await;
    assert_eq!((&record["actor_kind"], &record["actor_user_id"]), (&json!("administrator"), &Value::Null));
    assert_eq!(record["changes"], json!({"status": {"before": "active", "after": "disabled"}}));
    admin.execute("update organizations set name = 'Other' where id = $1", &[&breeze.id]).await.unwrap();
    assert_eq!(last(&breeze).await["resource_id"], breeze.id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_shows_as_changed_and_never_as_what_it_is() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    admin.execute("update users set password_hash = 'hush' where id = $1", &[&plaza.agent_id]).await.unwrap();
    assert_eq!(last(&plaza).await["changes"], json!({"password_hash": {"before": "***", "after": "***"}}));

    // Whatever else may be called so, in tables to come.
    let table = "create table public.things (organization_id integer not null, id uuid primary key, name text,
                     name_folded text, secret text, secret_key bytea, refresh_token text, token_hash bytea, code_hash text);
                 create trigger things_audit after insert or update or delete on public.things
                     for each row execute function app.audit_change()";
    admin.batch_execute(table).await.unwrap();
    let insert =
        "insert into things values ($1, gen_random_uuid(), 'hash', 'hush', 'hush', 'hush', 'hush', 'hush', 'hush')";
    admin.execute(insert, &[&plaza.id]).await.unwrap();
    let created = last(&plaza).await["changes"].as_object().unwrap().clone();
    assert_eq!(created.keys().collect::<Vec<_>>(), ["id", "name", "organization_id"]);
    let update = "update things set name = 'new', name_folded = 'rush', secret = 'rush', secret_key = 'rush',
                      refresh_token = null, token_hash = 'rush', code_hash = 'rush'";
    admin.execute(update, &[]).await.unwrap();
    let masked = json!({"before": "***", "after": "***"});
    let expected = json!({
        "name": {"before": "hash", "after": "new"}, "secret": masked, "secret_key": masked, "refresh_token": masked,
        "token_hash": masked, "code_hash": masked
    });
    assert_eq!(last(&plaza).await["changes"], expected);
    admin.execute("delete from things", &[]).await.unwrap();
    let sql = "select string_agg(to_jsonb(a)::text, '') from audit_log a";
    let all: String = admin.query_one(sql, &[]).await.unwrap().get(0);
    assert!(!all.contains("hush") && !all.contains("rush") && !all.contains("argon2"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_without_an_id_goes_by_the_rest_of_its_key() {
    let (plaza, _) = two_hotels().await;
    let app = plaza.world.app_client().await;
    let (team, user) = (Uuid::now_v7(), plaza.agent_id);
    let admin = plaza.world.admin().await;
    let insert = "insert into teams (organization_id, id, name) values ($1, $2, 'Night')";
    admin.execute(insert, &[&plaza.id, &team]).await.unwrap();
    // A role that allows nothing may be given by anybody who manages users.
    let role = "insert into roles (organization_id, id, name) values ($1, gen_random_uuid(), 'Idle') returning id";
    let role: Uuid = admin.query_one(role, &[&plaza.id]).await.unwrap().get(0);
    for (sql, action, id) in [
        (
            format!("insert into team_members (team_id, user_id) values ('{team}', '{user}')"),
            "team_members_create",
            team,
        ),
        (format!("delete from team_members where team_id = '{team}'"), "team_members_delete", team),
        (format!("insert into user_roles (user_id, role_id) values ('{user}', '{role}')"), "user_roles_create", role),
        (format!("delete from user_roles where role_id = '{role}'"), "user_roles_delete", role),
    ] {
        app.batch_execute(&format!("begin; {} {sql}; commit", member(&plaza))).await.unwrap();
        let record = last(&plaza).await;
        assert_eq!(record["action"], action);
        let expected = if id == team { format!("{team}/{user}") } else { format!("{user}/{role}") };
        assert_eq!(record["resource_id"], expected);
        assert_eq!(record["actor_user_id"], plaza.admin_id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_leaves_one_record_with_everything_it_changed() {
    let (plaza, breeze) = two_hotels().await;
    let app = plaza.world.app_client().await;
    let (actor, grant, before, elsewhere) = (Uuid::now_v7(), Uuid::now_v7(), count(&plaza).await, count(&breeze).await);
    let sql = format!(
        "begin; {} insert into guests (full_name, email) values ('Ada', 'ada@example.com');
         update guests set notes = 'seen'; update users set full_name = 'New' where id = '{}';
         select app.record_access('guests_update', 'guests', null, reason => 'asked to');
         commit",
        visit(&plaza, actor, grant),
        plaza.agent_id
    );
    app.batch_execute(&sql).await.unwrap();
    assert_eq!((count(&plaza).await, count(&breeze).await), (before + 1, elsewhere));
    let record = last(&plaza).await;
    for (field, expected) in [
        ("actor_user_id", json!(actor)),
        ("actor_kind", json!("super_admin")),
        ("grant_id", json!(grant)),
        ("api_key_id", Value::Null),
        ("address", json!("192.0.2.7")),
        ("request_id", json!("request-0001")),
        ("action", json!("guests_update")),
        ("resource_id", Value::Null),
        ("reason", json!("asked to")),
        ("outcome", json!("done")),
    ] {
        assert_eq!(record[field], expected, "{field}");
    }
    let changes = record["changes"]["changes"].as_array().unwrap();
    let told: Vec<(&str, &str)> = changes
        .iter()
        .map(|change| (change["table"].as_str().unwrap(), change["operation"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("guests", "create"), ("guests", "update"), ("users", "update")]);
    assert_eq!(changes[1]["changes"], json!({"notes": {"before": null, "after": "seen"}}));
    assert_eq!(changes[2]["id"], plaza.agent_id.to_string());

    // One that only looks, and one that is refused: nothing is left over from before.
    for outcome in ["done", "refused"] {
        let looks = format!("select app.record_access('guests_list', 'guests', null, outcome => '{outcome}')");
        app.batch_execute(&format!("begin; {} {looks}; commit", visit(&plaza, actor, grant))).await.unwrap();
        let record = last(&plaza).await;
        assert_eq!((&record["changes"], &record["outcome"]), (&json!({}), &json!(outcome)));
    }
    // Nor within one transaction: what was recorded is.
    let twice = format!(
        "begin; {} update guests set notes = 'again'; select app.record_access('guests_update', 'guests', null);
         select app.record_access('guests_list', 'guests', null); commit",
        visit(&plaza, actor, grant)
    );
    app.batch_execute(&twice).await.unwrap();
    let record = last(&plaza).await;
    assert_eq!((&record["action"], &record["changes"]), (&json!("guests_list"), &json!({})));
    // What is rolled back was not noted; what cannot be recorded does not happen.
    let sql = format!("begin; {} update guests set notes = 'never'", visit(&plaza, actor, grant));
    let unwritable = "select app.record_access('guests_update', 'guests', null, reason => repeat('x', 501))";
    assert_eq!(refusal(&app, &format!("{sql}; {unwritable}; commit")).await, "23514");
    let back = format!(
        "begin; {} savepoint here; update guests set notes = 'never'; rollback to here;
         select app.record_access('guests_update', 'guests', null); commit",
        visit(&plaza, actor, grant)
    );
    app.batch_execute(&back).await.unwrap();
    assert_eq!(last(&plaza).await["changes"], json!({}));
    let notes = plaza.world.admin().await.query("select 1 from guests where notes = 'never'", &[]).await.unwrap();
    assert!(notes.is_empty());
    // A hotel of another's choosing is none.
    let named = format!("select app.record_access('x', 'x', null, {})", breeze.id);
    assert_eq!(refusal(&app, &format!("begin; {} {named}", visit(&plaza, actor, grant))).await, "42501");
    assert_eq!(verified(&plaza.world).await.1, []);
}

/// What a member does with guests and conversations is the daily work, and no record.
#[tokio::test(flavor = "multi_thread")]
async fn a_members_daily_work_is_not_recorded_and_their_export_is() {
    let (plaza, _) = two_hotels().await;
    let before = count(&plaza).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let conversation = plaza.create_conversation(&guest).await;
    plaza.create_message(&conversation, "Good evening").await;
    assert_eq!(count(&plaza).await, before);
    let app = plaza.world.app_client().await;
    let export = "select app.record_access('guests_export', 'guests', null)";
    app.batch_execute(&format!("begin; {} {export}; commit", member(&plaza))).await.unwrap();
    let record = last(&plaza).await;
    assert_eq!((&record["actor_kind"], &record["actor_user_id"]), (&json!("user"), &json!(plaza.admin_id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_changes_too_much_to_tell_tells_what_it_can() {
    let (plaza, _) = two_hotels().await;
    let app = plaza.world.app_client().await;
    // It is about the size of the record, not the speed of a busy machine.
    app.batch_execute("set statement_timeout = '60s'").await.unwrap();
    let sql = format!(
        "begin; {} insert into guests (full_name, email, notes)
         select 'Guest', n || '@example.com', repeat('x', 9000) from generate_series(1, 1200) n;
         select app.record_access('guests_import', 'guests', null); commit",
        visit(&plaza, Uuid::now_v7(), Uuid::now_v7())
    );
    app.batch_execute(&sql).await.unwrap();
    let changes = last(&plaza).await["changes"].clone();
    let listed = changes["changes"].as_array().unwrap();
    assert_eq!(listed.len() as i64 + changes["omitted"].as_i64().unwrap(), 1200);
    assert!(listed[0]["changes"].is_object() && listed.iter().all(|change| change["id"].is_string()));
    assert!(listed.last().unwrap().get("changes").is_none());
    assert!(changes.to_string().len() < 2 * 65536, "{}", changes.to_string().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn work_across_hotels_leaves_its_record_in_the_hotel_it_is_about() {
    let (plaza, breeze) = two_hotels().await;
    let platform = as_role(&plaza.world, "stayzr_platform").await;
    let (actor, before, elsewhere) = (Uuid::now_v7(), count(&plaza).await, count(&breeze).await);
    let across = sealed_context(&plaza.world, "", actor, None, "", "");
    let record =
        |hotel: &str| format!("select app.record_access('organizations_list', 'organizations', null, {hotel})");
    platform.batch_execute(&format!("begin; {across} {}; commit", record(&plaza.id.to_string()))).await.unwrap();
    assert_eq!((count(&plaza).await, count(&breeze).await), (before + 1, elsewhere));
    let written = last(&plaza).await;
    assert_eq!((&written["actor_kind"], &written["actor_user_id"]), (&json!("super_admin"), &json!(actor)));
    // Without a hotel, a context or a true one, there is no record.
    assert_eq!(refusal(&platform, &format!("begin; {across} {}", record("null"))).await, "23502");
    assert_eq!(refusal(&platform, &format!("begin; {}", record(&plaza.id.to_string()))).await, "SZ100");
    let forged = format!("begin; {}", across.replace(&actor.to_string(), &plaza.admin_id.to_string()));
    assert_eq!(refusal(&platform, &format!("{forged} {}", record(&plaza.id.to_string()))).await, "SZ101");
    assert_eq!(verified(&plaza.world).await.1, []);
}

/// Changes under `stayzr_platform` are part of the one record of the request, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_across_hotels_is_noted_and_not_recorded_twice() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    admin
        .batch_execute("grant select (id, is_active), update (is_active) on organizations to stayzr_platform")
        .await
        .unwrap();
    let platform = as_role(&plaza.world, "stayzr_platform").await;
    let before = count(&plaza).await;
    let sql = format!(
        "begin; {} update organizations set is_active = false where id = {id};
         select app.record_access('organizations_suspend', 'organizations', '{id}', {id}, 'unpaid'); commit",
        sealed_context(&plaza.world, "", Uuid::now_v7(), None, "", ""),
        id = plaza.id
    );
    platform.batch_execute(&sql).await.unwrap();
    assert_eq!(count(&plaza).await, before + 1);
    let record = last(&plaza).await;
    assert_eq!(record["changes"]["changes"][0]["changes"], json!({"is_active": {"before": true, "after": false}}));
    assert_eq!(record["reason"], "unpaid");
}
