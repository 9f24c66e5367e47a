-- Tells every server that somebody's standing in a hotel has changed: who may sign in,
-- what a role may do, which session lives. Servers keep standings in memory and forget a
-- hotel's when they hear its number (src/auth/standings.rs).
--
-- NOTIFY takes a lock on the whole database when it commits, which is right for these
-- rare changes and would be wrong for every message.

create or replace function app.notify_standing() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    subject jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
    -- What is on offer is on offer to every hotel.
    if tg_level = 'STATEMENT' then
        perform pg_notify('stayzr_standing', '*');
        return null;
    end if;

    perform pg_notify(
        'stayzr_standing',
        case tg_table_name when 'organizations' then subject ->> 'id' else subject ->> 'organization_id' end
    );
    return null;
end
$$;

revoke all on function app.notify_standing() from public;
