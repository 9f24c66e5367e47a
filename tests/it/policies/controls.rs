//! For every check, ways to break a healthy database that it has to notice.

/// The name of a check in `sql/checks`, and statements each of which makes it find something.
pub const CONTROLS: &[(&str, &[&str])] = &[
    (
        "create_privileges",
        &[
            "do $$ begin execute format('grant temp on database %I to stayzr_app', current_database()); end $$",
            "do $$ begin execute format('grant create on database %I to public', current_database()); end $$",
            "grant create on schema public to stayzr_platform",
            "grant create on schema app to stayzr_app",
        ],
    ),
    (
        "foreign_key_indexes",
        &[
            "drop index public.messages_by_sender",
            "drop index public.conversations_by_owner, public.conversations_by_owner_newest;
             create index on public.conversations (owner_id, organization_id)",
        ],
    ),
    (
        "foreign_keys",
        &[
            "create unique index on public.conversations (id);
             alter table public.messages add foreign key (conversation_id) references public.conversations (id)",
            "alter table public.guests add column referred_by integer references public.organizations (id)",
        ],
    ),
    (
        "function_rights",
        &[
            "alter function app.touch() leakproof",
            "alter function app.organization_id() owner to current_user",
            "grant execute on function app.organization_id() to stayzr_app with grant option",
        ],
    ),
    (
        "function_search_path",
        &[
            "alter function app.touch() reset search_path",
            "alter function app.organization_id() set search_path = pg_catalog",
            "alter function app.organization_id() set search_path = pg_temp, pg_catalog",
            "alter function app.organization_id() set search_path = pg_catalog, public, pg_temp",
        ],
    ),
    (
        "function_volatility",
        &[
            "alter function app.organization_id() immutable",
            "create function app.mine(integer) returns boolean language sql immutable set search_path = pg_catalog, pg_temp
             as 'select $1 = app.organization_id()'",
        ],
    ),
    (
        "login_roles",
        &[
            "grant stayzr_lookup to stayzr_app",
            "alter table public.guests owner to stayzr_app",
            "alter role stayzr_auditor bypassrls",
            "alter role stayzr_owner login",
            "alter role stayzr_platform createrole",
        ],
    ),
    (
        "lookup_role",
        &[
            "grant select on public.guests to stayzr_lookup",
            "grant update (status) on public.users to stayzr_lookup",
        ],
    ),
    (
        "billing_role",
        &[
            "grant select on public.guests to stayzr_billing",
            "grant update (is_active) on public.organizations to stayzr_billing",
            "grant insert (organization_id) on public.audit_log to stayzr_billing",
            "grant update (amount) on public.subscription_changes to stayzr_billing",
            "grant update (total) on public.invoices to stayzr_billing",
            "grant update (amount) on public.invoice_lines to stayzr_billing",
            "grant insert (last) on app.invoice_numbers to stayzr_billing",
        ],
    ),
    (
        "meter_role",
        &[
            "grant select on public.guests to stayzr_meter",
            "grant update (status) on public.users to stayzr_meter",
            "grant insert on public.subscription_tiers to stayzr_meter",
            "grant update (maximum) on public.usage_alerts to stayzr_meter",
        ],
    ),
    (
        "partitions",
        &[
            "grant select on app.audit_log_default to stayzr_app",
            "grant insert (action) on app.audit_log_default to stayzr_platform",
            "alter table app.audit_log_default disable row level security",
            "alter table app.audit_log_default no force row level security",
            "create table app.audit_log_1999 partition of public.audit_log for values from ('1999-01-01') to ('2000-01-01')",
            "create policy mine on app.audit_log_default for select to stayzr_app using (true)",
        ],
    ),
    (
        "permissive_policy",
        &[
            "drop policy organizations_member on public.organizations; drop policy organizations_manager on public.organizations",
            "alter policy guests_reader on public.guests using (true)",
            "alter policy guests_writer_create on public.guests with check (true)",
            "alter policy guests_reader on public.guests
             using (organization_id = (select app.organization_id()) or archived_at is null)",
            "alter policy organizations_manager on public.organizations
             using (id = (select app.organization_id()) and is_active or slug = 'grand-plaza')",
            "create policy guests_anybody on public.guests for select to stayzr_app using (true)",
            // What is only claimed: alone, as one of two, and behind something else.
            "alter policy organizations_member on public.organizations using (id = (select app.claimed_organization_id()))",
            "alter policy guests_reader on public.guests
             using (organization_id = (select app.claimed_organization_id()) or archived_at is null)",
            "alter policy guests_reader on public.guests
             using (archived_at is null and organization_id = (select app.claimed_organization_id()))",
        ],
    ),
    (
        "policy_roles",
        &[
            "alter policy guests_reader on public.guests to public",
            "alter policy guests_reader on public.guests to stayzr_app, stayzr_auditor",
        ],
    ),
    (
        "public_grants",
        &[
            "grant usage on schema app to public",
            "grant select on public.guests to public",
            "grant select (full_name) on public.guests to public",
            "grant execute on function app.impersonate(text, uuid, text, interval, boolean, uuid[]) to public",
            "create function public.anything() returns integer language sql as 'select 1'",
        ],
    ),
    (
        "row_security",
        &[
            "alter table public.guests disable row level security",
            "alter table public.guests no force row level security",
            "create table public.notes (organization_id integer not null)",
        ],
    ),
    (
        "secrets",
        &[
            "grant select (inner_pad) on app.seal_keys to stayzr_auditor",
            "grant select (password_hash) on public.users to stayzr_app",
            "grant select (hash) on public.invitations to stayzr_app",
            "grant select (hash) on public.api_keys to stayzr_platform",
        ],
    ),
    (
        "table_privileges",
        &[
            "grant truncate on public.guests to stayzr_app",
            "grant references (id) on public.guests to stayzr_auditor",
            "grant trigger on public.guests to stayzr_platform",
            "grant select on public.guests to stayzr_app",
            "grant select (id) on public.guests to stayzr_platform with grant option",
        ],
    ),
    (
        "tenant_column",
        &[
            "create table public.notes (id uuid primary key)",
            "create table public.notes (organization_id integer)",
            "create table public.notes (organization_id text not null)",
        ],
    ),
    (
        "tenant_default",
        &[
            "alter table public.guests alter column organization_id drop default",
            "alter table public.guests alter column organization_id set default 1",
        ],
    ),
    (
        "tenant_grants",
        &[
            "grant insert (organization_id) on public.guests to stayzr_app",
            "grant update on public.guests to stayzr_app",
            "grant update (slug) on public.organizations to stayzr_app",
        ],
    ),
    (
        "tenant_policy",
        &[
            "drop policy guests_tenant on public.guests",
            "alter policy guests_tenant on public.guests using (true)",
            "alter policy guests_tenant on public.guests with check (true)",
            "alter policy guests_tenant on public.guests using (organization_id = app.organization_id())",
            "alter policy guests_tenant on public.guests rename to guests_other",
            "drop policy guests_tenant on public.guests;
             create policy guests_tenant on public.guests for all to stayzr_app
             using (organization_id = (select app.organization_id()))
             with check (organization_id = (select app.organization_id()))",
            "drop policy guests_tenant on public.guests;
             create policy guests_tenant on public.guests as restrictive for select to stayzr_app
             using (organization_id = (select app.organization_id()))",
        ],
    ),
    ("tenant_primary_key", &["create table public.notes (organization_id integer not null, id uuid primary key)"]),
    (
        "unique_indexes",
        &[
            "create unique index on public.guests (email_folded)",
            "create unique index on public.guests (email_folded, organization_id)",
        ],
    ),
    (
        "views",
        &[
            "create view public.everybody as select * from public.guests",
            "create materialized view public.everybody as select * from public.guests",
        ],
    ),
];
