-- A new hotel begins with the four built-in roles. Runs with the rights of whoever makes
-- the hotel: the platform, or an administrator by hand.

create or replace function app.built_in_roles() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into public.roles (organization_id, id, built_in, name)
    select new.id, app.uuid_v7(), built_in, initcap(built_in)
    from unnest(array['admin', 'manager', 'agent', 'viewer']) as built_in;
    return null;
end
$$;

revoke all on function app.built_in_roles() from public;
