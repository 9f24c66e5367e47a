-- A hotel never loses its last active administrator: nobody else could make another one.
--
-- Whoever demotes, disables or deletes one waits for the others who do so in the same
-- hotel, and then counts anew. That takes a snapshot from after the wait, which a
-- statement of a volatile function has under READ COMMITTED only; other levels would
-- count what was there when their transaction began.
-- SZ004: the error of this file.

create or replace function app.keep_an_admin() returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    -- The class of these advisory locks; the second key is the hotel.
    last_admin constant integer := 4004;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'administrators change under READ COMMITTED only' using errcode = 'invalid_transaction_state';
    end if;

    perform pg_advisory_xact_lock(last_admin, old.organization_id);
    if not exists (
        select from public.users
        where organization_id = old.organization_id and is_org_admin and status = 'active'
    ) then
        raise exception 'organization % would have no active administrator', old.organization_id
            using errcode = 'SZ004', constraint = 'last_admin';
    end if;
    return null;
end
$$;

revoke all on function app.keep_an_admin() from public;
