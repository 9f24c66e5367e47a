-- One property is on every plan; another one beside it takes multiPropertyManagement. What a
-- hotel had before it moved to a smaller plan stays.
--
-- Whoever makes one waits for the others who do so in the same hotel, and then counts anew.
-- That takes a snapshot from after the wait, which a statement of a volatile function has
-- under READ COMMITTED only; other levels would count what was there when their transaction
-- began.
-- SZ002: sql/functions/features.sql.

create or replace function app.gate_property() returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    -- The class of these advisory locks; the second key is the hotel.
    properties constant integer := 4002;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'properties are made under READ COMMITTED only' using errcode = 'invalid_transaction_state';
    end if;

    perform pg_advisory_xact_lock(properties, new.organization_id);
    if exists (
        select from public.properties p
        where p.organization_id = new.organization_id and p.id <> new.id and p.archived_at is null
    ) then
        perform app.require_feature(new.organization_id, 'multiPropertyManagement');
    end if;
    return new;
end
$$;

revoke all on function app.gate_property() from public;
