-- Nobody grants what they do not have: not to others and not to themselves, by no way
-- there is. A role gains a permission, a user gains a role, the administration of the
-- hotel, a wider data scope or a team only from somebody who has it.
--
-- Taking away is anybody's who may write the row at all, so only what a write adds is
-- looked at. The policies have verified the seal, and with it the permissions read here,
-- by the time these triggers run: they are AFTER triggers.
--
-- For requests of a hotel only. What an administrator does by hand is not limited.
-- SZ003: the error of this file, with a sentence for the client in its detail.

-- Nothing, or the error with the first permission of the list that the caller lacks.
create or replace function app.require_held(wanted text[]) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    lacking text;
begin
    select permission into lacking
    from unnest(wanted) with ordinality as listed (permission, position)
    where not app.has_permission(permission)
    order by position
    limit 1;

    if lacking is not null then
        raise exception 'grants the permission %, which the caller lacks', lacking
            using errcode = 'SZ003', constraint = 'permission_escalation',
                detail = format('This would grant the permission %s, which you do not hold.', lacking);
    end if;
end
$$;

-- Nothing, or the error where the data scope is wider than the caller's own.
create or replace function app.require_scope(wanted text) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    widths constant text[] := array['own', 'team', 'department', 'all'];
    held text := 'all';
begin
    -- The row of the caller tells between the narrower ones. Who has no row here, such as
    -- a visitor, and does not see all, may grant the narrowest.
    if not app.sees_all() then
        select data_scope into held from public.users
        where organization_id = app.organization_id() and id = app.user_id();
        held := case when held = 'all' then 'department' else coalesce(held, 'own') end;
    end if;

    if array_position(widths, wanted) > array_position(widths, held) then
        raise exception 'grants the data scope %, the caller has %', wanted, held
            using errcode = 'SZ003', constraint = 'permission_escalation',
                detail = format('This would grant the data scope %s, which is wider than yours.', wanted);
    end if;
end
$$;

-- What a role allows, wherever it is written down.
create or replace function app.permissions_of_role(organization integer, role uuid) returns text[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select case when built_in is null then permissions else app.built_in_permissions(built_in) end
        from public.roles
        where organization_id = organization and id = role
    );
end
$$;

-- On roles.
create or replace function app.limit_role() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user <> 'stayzr_app' then
        return null;
    end if;
    perform app.require_held(array(
        select permission from unnest(new.permissions) as permission
        where tg_op = 'INSERT' or permission <> all (old.permissions)
    ));
    return null;
end
$$;

-- On user_roles.
create or replace function app.limit_user_role() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user = 'stayzr_app' then
        perform app.require_held(app.permissions_of_role(new.organization_id, new.role_id));
    end if;
    return null;
end
$$;

revoke all on function app.require_held(text[]) from public;
revoke all on function app.require_scope(text) from public;
revoke all on function app.permissions_of_role(integer, uuid) from public;
revoke all on function app.limit_role() from public;
revoke all on function app.limit_user_role() from public;

-- The triggers run with the rights of whoever writes.
grant execute on function app.require_held(text[]) to stayzr_app;
grant execute on function app.require_scope(text) to stayzr_app;
grant execute on function app.permissions_of_role(integer, uuid) to stayzr_app;
