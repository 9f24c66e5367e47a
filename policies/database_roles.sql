-- The seven roles, the schemas they may enter, and how long they may wait.
-- Runs as an administrator; everything else runs as stayzr_owner.
-- Passwords are not set here: they belong to whoever runs the server.

do $roles$
declare
    wanted text;
begin
    foreach wanted in array array[
        'stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing', 'stayzr_app', 'stayzr_platform',
        'stayzr_auditor'
    ]
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$roles$;

-- Owns every object and never logs in. Row security binds it too (FORCE).
alter role stayzr_owner nologin inherit nosuperuser nobypassrls nocreaterole nocreatedb noreplication;

-- Owns the few functions that must see before a tenant is known (sign-in), and those that look words up for a search.
-- It bypasses row security, so it never logs in and holds column grants only.
alter role stayzr_lookup nologin noinherit nosuperuser bypassrls nocreaterole nocreatedb noreplication;

-- Owns the functions that count what a hotel uses and hold it to its plan. They run inside
-- the writes of members who see only part of the hotel, so it bypasses row security; it
-- never logs in, and what it may write are the counters.
alter role stayzr_meter nologin noinherit nosuperuser bypassrls nocreaterole nocreatedb noreplication;

-- Owns the function by which a hotel changes its subscription, which no request may write, and those that make its
-- invoices. A policy for it would have to be to another role than a request's, so it bypasses row security; it never logs
-- in, and what it may write are the columns of the subscription, and invoices that are not opened yet.
alter role stayzr_billing nologin noinherit nosuperuser bypassrls nocreaterole nocreatedb noreplication;

-- Every request of a hotel. Subject to row security, owns nothing.
alter role stayzr_app login noinherit nosuperuser nobypassrls nocreaterole nocreatedb noreplication;

-- Work across hotels, by super admins only, through a pool of its own.
alter role stayzr_platform login noinherit nosuperuser bypassrls nocreaterole nocreatedb noreplication;

-- DBAs who audit: catalogs and policies, no tenant rows.
alter role stayzr_auditor login noinherit nosuperuser nobypassrls nocreaterole nocreatedb noreplication;

-- The owner hands these functions to the three that never log in and replaces them later;
-- to do so it must be a member. Membership inherits grants, not BYPASSRLS.
grant stayzr_lookup, stayzr_meter, stayzr_billing to stayzr_owner;

-- Whatever a client forgets to limit, the server does.
alter role stayzr_app set statement_timeout = '5s';
alter role stayzr_app set lock_timeout = '2s';
alter role stayzr_app set idle_in_transaction_session_timeout = '10s';
-- Every statement of the service is written for one plan, and the policies make planning
-- dearer than running: a list would be planned anew each time, for as long as it takes.
alter role stayzr_app set plan_cache_mode = 'force_generic_plan';
-- A page is read in the order of an index and ends early. The one plan is made for a hotel of the average, of which a
-- bitmap of all rows, sorted, looks as cheap: of a hotel of 100,000 conversations it is not.
alter role stayzr_app set enable_bitmapscan = off;
-- No statement of the service runs for as long as compiling it takes: of a list of the usage of 1,000 hotels that
-- takes a tenth of a second, compiling was seven tenths more.
alter role stayzr_app set jit = off;
alter role stayzr_platform set jit = off;
alter role stayzr_platform set statement_timeout = '10s';
alter role stayzr_platform set lock_timeout = '2s';
alter role stayzr_platform set idle_in_transaction_session_timeout = '10s';
alter role stayzr_auditor set statement_timeout = '60s';
alter role stayzr_auditor set lock_timeout = '1s';
alter role stayzr_auditor set idle_in_transaction_session_timeout = '60s';

-- No TEMP: a temporary table could shadow the name of a real one.
do $database$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to stayzr_app, stayzr_platform, stayzr_auditor', current_database());
end
$database$;

create schema if not exists app authorization stayzr_owner;
revoke all on schema app from public;
grant usage on schema app
    to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter, stayzr_billing, stayzr_auditor;
-- A function can only be handed to an owner that may create in its schema; these
-- cannot log in, so nobody can use this to plant one.
grant create on schema app to stayzr_lookup, stayzr_meter, stayzr_billing;

revoke all on schema public from public;
grant usage, create on schema public to stayzr_owner;
grant usage on schema public
    to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter, stayzr_billing, stayzr_auditor;

-- Nothing new is anybody's until a file in policies/ grants it.
alter default privileges for role stayzr_owner revoke execute on functions from public;
alter default privileges for role stayzr_lookup revoke execute on functions from public;
alter default privileges for role stayzr_meter revoke execute on functions from public;
alter default privileges for role stayzr_billing revoke execute on functions from public;

-- Ways from one session to another that no request needs: large objects have no
-- row security, and one tenant's session could end another's backend.
-- Managed servers do not let their administrators revoke these; there it is skipped.
do $catalog$
declare
    callable regprocedure;
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        raise notice 'not a superuser: large object and backend signalling functions stay executable';
        return;
    end if;
    for callable in
        select oid::regprocedure
        from pg_catalog.pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (
                proname like 'lo\_%'
                or proname in ('loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend')
            )
    loop
        execute format('revoke execute on function %s from public', callable);
    end loop;
end
$catalog$;
