//! Ways around the policies for somebody who may run any SQL as `stayzr_app`.

use super::{Context, Outcome, Scene, attempt};

/// In the terms of the SQL below: `{plaza}` its number, `{guest}`, `{conversation}`,
/// `{message}` its rows, `{agent}` a colleague, `{pid}` another session.
const ESCAPES: &[(&str, &str)] = &[
    // To be somebody else.
    ("42501", "set role stayzr_owner"),
    ("42501", "set role stayzr_platform"),
    ("42501", "set role stayzr_lookup"),
    ("42501", "set role stayzr_meter"),
    ("42501", "set role stayzr_billing"),
    ("42501", "set role stayzr_auditor"),
    ("42501", "set role postgres"),
    ("42501", "set session authorization stayzr_owner"),
    ("42501", "set session authorization postgres"),
    ("42501", "grant stayzr_owner to stayzr_app"),
    ("42501", "grant stayzr_lookup to stayzr_app"),
    ("42501", "grant pg_read_all_data to stayzr_app"),
    ("42501", "alter role stayzr_app bypassrls"),
    ("42501", "alter role stayzr_app superuser"),
    ("42501", "alter role stayzr_platform password 'known'"),
    ("42501", "create role mine login"),
    // To switch the policies off.
    ("42501", "set local row_security = off; select id from guests"),
    ("42501", "alter table guests disable row level security"),
    ("42501", "alter table guests no force row level security"),
    ("42501", "alter table guests owner to stayzr_app"),
    ("42501", "drop policy guests_tenant on guests"),
    ("42501", "alter policy guests_tenant on guests using (true)"),
    ("42501", "create policy mine on guests using (true)"),
    ("42501", "create trigger mine before update on guests for each row execute function app.touch()"),
    ("42501", "create rule mine as on update to guests do instead nothing"),
    ("42501", "select app.policy_reset('public.guests')"),
    ("42501", "grant select on app.seal_keys to stayzr_app"),
    ("42501", "set session_replication_role = replica"),
    // To get at the key, or at what uses it.
    ("42501", "select * from app.seal_keys"),
    ("42501", "table app.seal_keys"),
    ("42501", "copy app.seal_keys to stdout"),
    ("42501", "insert into app.seal_keys (id, inner_pad, outer_pad) values ('mine', '', '')"),
    ("42501", "select app.verify_seal('context', 'test..')"),
    ("42501", "select app.impersonate('grand-plaza')"),
    ("42501", "select app.organization_by_slug('grand-plaza')"),
    // To put something of one's own where the policies look.
    ("42501", "create or replace function app.organization_id() returns integer language sql as 'select {plaza}'"),
    ("42501", "create or replace function app.verify_context() returns void language sql as 'select'"),
    ("42501", "alter function app.organization_id() security invoker"),
    ("42501", "alter function app.organization_id() set search_path = public"),
    ("42501", "drop function app.organization_id() cascade"),
    ("42501", "create function app.mine() returns integer language sql as 'select 1'"),
    ("42501", "create function public.mine() returns integer language sql as 'select 1'"),
    ("42501", "create schema mine"),
    ("42501", "create schema authorization stayzr_app"),
    ("42501", "create table public.mine (id integer)"),
    ("42501", "create view public.mine as select * from guests"),
    ("42501", "create temp table guests (id uuid)"),
    ("42501", "create temp view guests as select 1"),
    ("42501", "create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1'"),
    ("42501", "create function pg_temp.leak(text) returns boolean language sql cost 0.0000001 as 'select true'"),
    ("42501", "create function pg_catalog.mine() returns integer language sql as 'select 1'"),
    ("42501", "create operator public.=== (leftarg = text, rightarg = text, function = texteq)"),
    ("42501", "create extension dblink"),
    ("42501", "create publication mine"),
    // To leave the database.
    ("42501", "select pg_read_file('/etc/passwd')"),
    ("42501", "select pg_read_binary_file('PG_VERSION')"),
    ("42501", "select pg_ls_dir('.')"),
    ("42501", "select pg_stat_file('PG_VERSION')"),
    ("42501", "select pg_reload_conf()"),
    ("42501", "copy (select 1) to program 'true'"),
    ("42501", "copy (select 1) to '/tmp/stayzr-escape'"),
    ("42501", "copy guests (full_name) from '/etc/passwd'"),
    ("42501", "select * from pg_authid"),
    ("42501", "select * from pg_shadow"),
    ("42501", "select * from pg_statistic"),
    ("42501", "select * from pg_largeobject"),
    ("42501", "select pg_current_logfile()"),
    // To meet other sessions.
    ("42501", "select pg_terminate_backend({pid})"),
    ("42501", "select pg_cancel_backend({pid})"),
    ("42501", "select lo_import('/etc/passwd')"),
    ("42501", "select lo_export(1, '/tmp/stayzr-escape')"),
    ("42501", "select lo_create(0)"),
    ("42501", "select lo_from_bytea(0, 'a message to the rival')"),
    ("42501", "select lo_get(1)"),
    ("42501", "lock table guests in access exclusive mode"),
    ("42501", "lock table organizations in access exclusive mode"),
    // To write what is not one's own to write.
    ("42501", "insert into guests (organization_id, full_name, email) values ({plaza}, 'X', 'x@example.com')"),
    ("42501", "insert into guests (id, full_name, email) values ('{guest}', 'X', 'x@example.com')"),
    ("42501", "update guests set organization_id = {plaza}"),
    ("42501", "update guests set id = '{guest}'"),
    ("42501", "update guests set version = 1"),
    ("0A000", "copy guests (full_name, email) from stdin"),
    ("42501", "merge into guests g using (select 1) s on true when matched then delete"),
    ("42501", "truncate guests"),
    ("42501", "truncate messages, conversations, guests cascade"),
    ("42501", "delete from guests"),
    ("42501", "delete from conversations"),
    ("42501", "delete from users"),
    ("42501", "delete from organizations"),
    ("42501", "update messages set content = 'X'"),
    ("42501", "delete from messages"),
    ("42501", "update audit_log set action = 'X'"),
    ("42501", "delete from audit_log"),
    ("42501", "update idempotency_keys set response = '{}'"),
    ("42501", "insert into organizations (slug, name) values ('mine', 'Mine')"),
    ("42501", "update organizations set subscription_tier = 'enterprise'"),
    ("42501", "update organizations set subscription_status = 'active'"),
    ("42501", "update organizations set is_active = true"),
    ("42501", "update organizations set slug = 'grand-plaza'"),
    ("42501", "update subscription_tier_versions set limits = '{}'"),
    ("42501", "update subscription_tiers set current_version = 1"),
    ("42501", "select app.offer_tier('starter', null, '{}', '{}', 0, false, null, null)"),
    ("42501", "select app.set_subscription(1, null, 'enterprise', null, false, null, null, null, null)"),
    ("42501", "select app.settle_subscription(1, 'infinity')"),
    ("42501", "select app.note_subscription_change(1, 'upgrade', 'enterprise', 1, false, now())"),
    ("42501", "insert into subscription_changes (kind) values ('upgrade')"),
    ("42501", "update subscription_changes set amount = 0"),
    ("42501", "delete from subscription_changes"),
    ("42501", "insert into subscription_overrides (name, value, reason) values ('maxUsers', 'null', 'Mine')"),
    ("42501", "insert into app.schema_history (version) values (999)"),
    ("42501", "update app.release set fingerprint = 'X'"),
    // To read and write of users what the service never does.
    ("42501", "select password_hash from users"),
    ("42501", "select * from users"),
    ("42501", "select users from users"),
    ("42501", "select row_to_json(users) from users"),
    ("42501", "select id from users where password_hash is not null"),
    ("42501", "update users set full_name = password_hash"),
    ("42501", "update users set is_super_admin = true"),
    ("42501", "update users set current_org_id = {plaza}"),
    ("42501", "update users set deleted_at = now()"),
    ("42501", "update users set password_hash = 'known'"),
    ("42501", "insert into users (email, full_name, is_super_admin) values ('x@example.com', 'X', true)"),
    // To sign with another's name, and to point at another's rows.
    (
        "42501",
        "insert into messages (conversation_id, sender_type, sender_user_id, content)
         select id, 'staff', '{agent}', 'X' from conversations",
    ),
    (
        "42501",
        "insert into audit_log (actor_user_id, action, resource, resource_id, changes)
         values ('{agent}', 'X', 'X', 'X', '{}')",
    ),
    ("23503", "insert into conversations (guest_id, channel) values ('{guest}', 'sms')"),
    ("23503", "insert into messages (conversation_id, sender_type, content) values ('{conversation}', 'guest', 'X')"),
    ("23503", "update conversations set owner_id = '{stranger}'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_leads_past_the_policies() {
    let scene = Scene::set().await;
    let other = scene.plaza.world.app_client().await;
    let pid: i32 = other.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    let context = scene.at_breeze();
    let mut open = Vec::new();
    for (sqlstate, sql) in ESCAPES {
        let sql = sql
            .replace("{plaza}", &scene.plaza.id.to_string())
            .replace("{guest}", &scene.guest.to_string())
            .replace("{conversation}", &scene.conversation.to_string())
            .replace("{message}", &scene.message.to_string())
            .replace("{agent}", &scene.breeze.agent_id.to_string())
            .replace("{stranger}", &scene.plaza.agent_id.to_string())
            .replace("{pid}", &pid.to_string());
        let outcome = scene.attempt(&context, &sql).await;
        if outcome != Outcome::refused(sqlstate) {
            open.push(format!("{sql}: {outcome:?}, not {sqlstate}"));
        }
    }
    assert!(open.is_empty(), "these are not refused as they should be:\n{}", open.join("\n"));
    // Not to be had inside a transaction at all.
    for sql in ["alter system set row_security = off", "create database mine"] {
        assert_eq!(attempt(&scene.app, sql).await, Outcome::refused("42501"), "{sql}");
    }
    other.simple_query("select 1").await.expect("the other session lives");
}

/// A column's most common values are rows by another name.
#[tokio::test(flavor = "multi_thread")]
async fn statistics_tell_nothing_of_hotels() {
    let scene = Scene::set().await;
    scene.plaza.world.admin().await.batch_execute("analyze").await.unwrap();
    for context in [scene.at_breeze(), Context::none()] {
        let sql = "select tablename, attname, most_common_vals, histogram_bounds from pg_stats
                   where schemaname = 'public' and tablename not in ('subscription_tiers', 'subscription_tier_versions')";
        assert_eq!(scene.attempt(&context, sql).await, Outcome::Rows(0));
    }
}

/// The search path belongs to whoever runs SQL; what the functions and policies find does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_path_changes_nothing() {
    let scene = Scene::set().await;
    for path in ["pg_temp, public, app", "app, public", "\"$user\", public"] {
        let sql = format!("set local search_path = {path}; select id from public.guests where full_name ~ 'plaza'");
        assert_eq!(scene.attempt(&scene.at_breeze(), &sql).await, Outcome::Rows(0), "{path}");
        assert_eq!(scene.attempt(&Context::none(), &sql).await, Outcome::refused("SZ100"), "{path}");
    }
}
