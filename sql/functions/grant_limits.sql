-- Nobody grants what they do not have: not to others and not to themselves, by no way
-- there is. A role gains a permission, a user gains a role, the administration of the
-- hotel, a wider data scope or a team only from somebody who has it.
--
-- Taking away is anybody's who may write the row at all, so only what a write adds is
-- looked at. What is read here of the context is worth what its seal is worth, and the
-- policies verify that for every row these triggers see.
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

-- Nothing, or the error where a data scope grows beyond the caller's own.
create or replace function app.require_scope(wanted text, had text default null) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    widths constant text[] := array['own', 'team', 'department', 'all'];
    held text := 'all';
begin
    if array_position(widths, wanted) <= array_position(widths, had) then
        return;
    end if;

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

-- Nothing, or the error where what belongs to the team is beyond the caller's data scope.
create or replace function app.require_team(team uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not app.sees_all() and team <> all (app.team_ids()) then
        raise exception 'lets somebody into team %, which the caller does not see', team
            using errcode = 'SZ003', constraint = 'permission_escalation',
                detail = 'This would show somebody what belongs to a team that is beyond your data scope.';
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

-- On users, before: after, whoever widens their own data scope would already have it. To
-- open a way in to somebody's account grants all that somebody may do: who changes the
-- address takes the account over, and who is let in again may do it again.
create or replace function app.limit_user() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    opens boolean := tg_op = 'UPDATE' and (
        lower(new.email) <> old.email_folded and new.id is distinct from app.user_id()
        or new.status = 'active' and old.status <> 'active'
    );
begin
    if current_user <> 'stayzr_app' then
        return new;
    end if;

    if new.is_org_admin and (opens or tg_op = 'INSERT' or not old.is_org_admin) then
        perform app.require_held(app.all_permissions());
        perform app.require_scope('all');
    elsif opens then
        perform app.require_held(app.permissions_of_role(organization_id, role_id))
        from public.user_roles
        where organization_id = new.organization_id and user_id = new.id;
        perform app.require_scope(new.data_scope);
    end if;
    perform app.require_scope(new.data_scope, old.data_scope);
    return new;
end
$$;

-- On team_members: what belongs to a team, its members see.
create or replace function app.limit_team_member() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user = 'stayzr_app' then
        perform app.require_team(new.team_id);
    end if;
    return null;
end
$$;

-- On teams: what belongs to a team, the people of its department may see.
create or replace function app.limit_team() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user = 'stayzr_app' and not app.sees_all() and new.id <> all (app.team_ids())
        and new.department_id is not null and new.department_id is distinct from old.department_id
    then
        raise exception 'moves team %, which the caller does not see', new.id
            using errcode = 'SZ003', constraint = 'permission_escalation',
                detail = 'This would show a department what belongs to a team that is beyond your data scope.';
    end if;
    return null;
end
$$;

revoke all on function app.require_held(text[]) from public;
revoke all on function app.require_scope(text, text) from public;
revoke all on function app.require_team(uuid) from public;
revoke all on function app.permissions_of_role(integer, uuid) from public;
revoke all on function app.limit_role() from public;
revoke all on function app.limit_user_role() from public;
revoke all on function app.limit_user() from public;
revoke all on function app.limit_team_member() from public;
revoke all on function app.limit_team() from public;

-- The triggers run with the rights of whoever writes.
grant execute on function app.require_held(text[]) to stayzr_app;
grant execute on function app.require_scope(text, text) to stayzr_app;
grant execute on function app.require_team(uuid) to stayzr_app;
grant execute on function app.permissions_of_role(integer, uuid) to stayzr_app;
