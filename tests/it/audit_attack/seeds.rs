//! For every drill, weaknesses that it has to notice.

/// The name of a file in `sql/attacks`, what makes a database weak for it, and the attempt that has to succeed.
pub const SEEDS: &[(&str, &str, &str)] = &[
    (
        "forged_contexts",
        "create or replace function app.organization_id() returns integer language sql stable security definer
         set search_path = pg_catalog, pg_temp
         return app.claimed_organization_id()",
        "another hotel, then reads guests",
    ),
    ("forged_contexts", "drop policy guests_tenant on public.guests", "another hotel, then reads guests"),
    (
        "forged_contexts",
        "alter policy guests_tenant on public.guests using (true) with check (true)",
        "another hotel, then reads guests",
    ),
    (
        "replayed_contexts",
        "do $$ begin
             execute replace(pg_get_functiondef('app.organization_id()'::regprocedure), '>= extract', '>= 0 * extract');
         end $$",
        "a seal that has expired",
    ),
    (
        "replayed_contexts",
        "grant execute on function app.verify_seal(text, text) to stayzr_app",
        "trying seals at will",
    ),
    (
        "row_security_off",
        "alter table public.guests disable row level security",
        "reads guests with row_security = off",
    ),
    ("definitions", "alter table public.guests owner to stayzr_auditor", "alter table guests disable row level"),
    (
        "shadows",
        "do $$ begin execute format('grant temp on database %I to stayzr_app', current_database()); end $$",
        "a temporary table",
    ),
    ("shadows", "grant create on schema app to stayzr_platform", "a function in app"),
    ("search_paths", "alter function app.organization_id() reset search_path", "has no search path of its own"),
    ("partitions_and_sequences", "grant select on app.audit_log_default to stayzr_app", "reads app.audit_log_default"),
    ("partitions_and_sequences", "grant select (action) on app.audit_log_default to stayzr_auditor", "default.action"),
    (
        "partitions_and_sequences",
        "grant usage on sequence organizations_id_seq to stayzr_app",
        "moves organizations_id",
    ),
    (
        "foreign_keys",
        "alter table messages drop constraint messages_conversation_unknown;
         create unique index on conversations (id);
         alter table messages add constraint of_any foreign key (conversation_id) references conversations (id)",
        "of_any of messages",
    ),
    (
        "references",
        "alter table guests drop constraint guests_team_unknown;
         create unique index on teams (id);
         alter table guests add foreign key (team_id) references teams (id)",
        "a guest of the rival's team",
    ),
    (
        "unique_keys",
        "create unique index on guests (email_folded)",
        "the e-mail address and number of the rival's guest",
    ),
    ("unique_keys", "create unique index on departments (name_folded)", "departments_name_folded_idx"),
    (
        "error_details",
        "create view public.names as select organization_id, full_name from guests;
         grant select on public.names to stayzr_app",
        "names.full_name",
    ),
    ("truncate", "grant truncate on guests to stayzr_platform", "guests, by its grant"),
    ("truncate", "grant truncate on shares to stayzr_app", "shares: "),
    ("copy", "alter table guests disable row level security", "copies into guests"),
    (
        "copy",
        "drop policy guests_tenant on guests; alter policy guests_reader on guests using (true)",
        "copies guests out by its name",
    ),
    ("server_files", "grant execute on function pg_ls_dir(text) to stayzr_auditor", "pg_ls_dir"),
    ("large_objects", "grant execute on function lo_create(oid) to stayzr_app", "one that is made"),
    ("locks", "grant update on guests to stayzr_app", "guests"),
    ("statistics", "grant select on pg_statistic to stayzr_auditor", "the table behind the views"),
    ("estimates", "alter table guests disable row level security", "what is found, though"),
    ("sessions", "grant execute on function pg_terminate_backend(integer, bigint) to stayzr_platform", "ending"),
    (
        "functions",
        "create function app.name_of(wanted uuid) returns text language sql stable security definer
         set search_path = pg_catalog, pg_temp as 'select full_name from public.guests where id = wanted';
         grant execute on function app.name_of(uuid) to stayzr_app",
        "app.name_of(uuid) with ids of the rival's",
    ),
    (
        "functions",
        "create function app.refuse_guest(wanted uuid) returns void language plpgsql stable security definer
         set search_path = pg_catalog, pg_temp as 'begin
             raise exception ''no'' using hint = (select notes from public.guests where id = wanted);
         end';
         grant execute on function app.refuse_guest(uuid) to stayzr_app",
        "app.refuse_guest(uuid) with ids of the rival's",
    ),
    (
        "functions",
        "create function app.has_guests(organization integer) returns boolean language sql stable security definer
         set search_path = pg_catalog, pg_temp
         as 'select exists (select from public.guests where organization_id = organization)';
         grant execute on function app.has_guests(integer) to stayzr_app",
        "app.has_guests(integer) with ids of the rival's",
    ),
    (
        "functions",
        "create function app.forget(wanted uuid) returns void language sql security definer
         set search_path = pg_catalog, pg_temp as 'update public.guests set notes = null where id = wanted';
         grant execute on function app.forget(uuid) to stayzr_app",
        "app.forget(uuid) with ids of the rival's",
    ),
    (
        "functions",
        "grant execute on function app.require_feature(integer, text) to stayzr_lookup",
        "functions that keep the plans of another role",
    ),
    (
        "reads",
        "drop policy guests_tenant on guests; alter policy guests_reader on guests using (true)",
        "guests of the rival",
    ),
    (
        "reads",
        "create view public.everybody as select * from guests; grant select on public.everybody to stayzr_app",
        "everybody of any other hotel",
    ),
    ("reads", "grant select (password_hash) on users to stayzr_app", "whole rows of users"),
    (
        "writes",
        "grant insert (organization_id) on guests to stayzr_app; drop policy guests_tenant on guests;
         alter policy guests_writer_create on guests with check (true)",
        "inserts into guests for the rival",
    ),
    (
        "writes",
        "drop policy shares_tenant on shares; alter policy shares_sharer_delete on shares using (true);
         alter policy shares_reader on shares using (true)",
        "deletes shares of the rival",
    ),
    (
        "writes",
        "grant update (organization_id) on properties to stayzr_app; drop policy properties_tenant on properties;
         alter policy properties_manager_update on properties with check (true);
         alter policy properties_member on properties using (true)",
        "moves properties to the rival",
    ),
    ("secrets", "grant select (password_hash) on users to stayzr_platform", "users.password_hash"),
    ("owner", "alter table guests no force row level security", "reads guests"),
    (
        "owner",
        "do $$ declare t regclass; begin
             for t in select inhrelid from pg_inherits where inhparent = 'audit_log'::regclass
             loop execute format('alter table %s no force row level security', t); end loop;
         end $$",
        "reads app.audit_log",
    ),
    ("cached_plans", "alter function app.organization_id() immutable", "force_generic_plan"),
    ("other_logins", "grant select on guests to stayzr_auditor", "select 1 from guests"),
];

/// What belongs to every database of the server, and is tried on a server of its own; with what takes it back.
pub const SEEDS_OF_THE_SERVER: &[(&str, &str, &str, &str)] = &[
    ("other_roles", "grant stayzr_owner to stayzr_app", "set role stayzr_owner", "revoke stayzr_owner from stayzr_app"),
    (
        "other_roles",
        "alter role stayzr_platform createrole",
        "a role of its own",
        "alter role stayzr_platform nocreaterole",
    ),
    (
        "other_roles",
        "grant pg_execute_server_program to stayzr_auditor",
        "set role pg_execute_server_program",
        "revoke pg_execute_server_program from stayzr_auditor",
    ),
    (
        "row_security_off",
        "grant set on parameter session_replication_role to stayzr_app",
        "session_replication_role",
        "revoke set on parameter session_replication_role from stayzr_app",
    ),
    (
        "row_security_off",
        "alter role stayzr_app bypassrls",
        "reads guests with row_security = off",
        "alter role stayzr_app nobypassrls",
    ),
];

/// Drills of what is accepted and nothing else: they say what is, and have nothing to notice.
pub const NOTHING_TO_NOTICE: &[&str] = &["advisory_locks", "notifications"];
