-- The roles of a user become exactly the wanted ones; null leaves them. Returns what the
-- user holds then, as the API shows it.
--
-- A function and not a part of the statement that calls it: called after that statement
-- has locked the row of the user, each of its own statements sees what whoever held the
-- lock before has done. A part would see the roles from before the wait, and leave some.
create or replace function app.set_roles(holder uuid, wanted uuid[]) returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if wanted is not null then
        -- First what may have to wait for a role that is being deleted, then what writes the
        -- audit log: the other way round each would wait for the other.
        insert into public.user_roles (user_id, role_id)
        select holder, role_id from unnest(wanted) as role_id
        on conflict do nothing;
        delete from public.user_roles where user_id = holder and role_id <> all (wanted);
    end if;
    return (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.name_folded), '[]')
        from public.user_roles h
        join public.roles r on r.organization_id = h.organization_id and r.id = h.role_id
        where h.user_id = holder
    );
end
$$;

revoke all on function app.set_roles(uuid, uuid[]) from public;
grant execute on function app.set_roles(uuid, uuid[]) to stayzr_app;
