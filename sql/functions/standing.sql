-- The standing of a caller: whether the session, the key or the grant behind a request
-- still lives, and what its user may do and see. The server asks when it has not heard of
-- the caller before, or has heard of a change, and keeps the answer in memory.
--
-- Asked before there is a tenant context, so the functions look past row security, on the
-- columns granted to stayzr_lookup only, and each question is sealed by the server: who
-- holds the password of stayzr_app cannot ask.

-- Earlier releases had other columns here, and those of a function do not change in place.
drop function if exists app.member_standing(integer, uuid);
drop function if exists app.session_standing(integer, uuid, uuid, text);
drop function if exists app.api_key_standing(integer, uuid, text);
drop function if exists app.grant_standing(integer, uuid, uuid, text);
drop function if exists app.user_standing(integer, uuid, text);

-- What a member may do and see. For the functions below only: granted to nobody else.
create or replace function app.member_standing(organization integer, member uuid)
returns table (
    tenant_id uuid,
    organization_active boolean,
    user_status text,
    is_org_admin boolean,
    is_super_admin boolean,
    permissions text[],
    data_scope text,
    own_team_ids uuid[],
    department_team_ids uuid[],
    plan jsonb
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    with own as (
        select m.team_id as id, t.department_id
        from public.team_members m
        join public.teams t on t.organization_id = m.organization_id and t.id = m.team_id
        where m.organization_id = organization and m.user_id = member
    )
    select
        o.tenant_id, o.is_active, u.status, u.is_org_admin, u.is_super_admin,
        array(
            select distinct held.permission
            from public.user_roles r
            join public.roles role on role.organization_id = r.organization_id and role.id = r.role_id
            cross join unnest(coalesce(app.built_in_permissions(role.built_in), role.permissions)) as held (permission)
            where r.organization_id = organization and r.user_id = member
        ),
        u.data_scope,
        array(select id from own order by id),
        array(
            select t.id
            from public.teams t
            where t.organization_id = organization
                and (t.id in (select id from own) or t.department_id in (select department_id from own))
            order by t.id
        ),
        app.plan_summary(organization, now())
    from public.users u
    join public.organizations o on o.id = u.organization_id
    where u.organization_id = organization and u.id = member
$$;

-- No row when there is no such session of that user.
create or replace function app.session_standing(organization integer, member uuid, session uuid, seal text)
returns table (
    seconds_left double precision,
    tenant_id uuid,
    organization_active boolean,
    user_status text,
    is_org_admin boolean,
    is_super_admin boolean,
    permissions text[],
    data_scope text,
    own_team_ids uuid[],
    department_team_ids uuid[],
    plan jsonb
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(concat_ws(E'\n', 'session_standing', organization, member, session), seal);

    return query
    select extract(epoch from s.expires_at - now())::double precision, m.*
    from public.sessions s
    cross join app.member_standing(organization, member) m
    where s.organization_id = organization and s.id = session and s.user_id = member
        and s.ended_at is null and s.expires_at > now();
end
$$;

-- The standing is that of the key's maker; the server takes what both may. No row when
-- there is no such key.
create or replace function app.api_key_standing(organization integer, key uuid, seal text)
returns table (
    hash bytea,
    user_id uuid,
    seconds_left double precision,
    key_permissions text[],
    key_data_scope text,
    tenant_id uuid,
    organization_active boolean,
    user_status text,
    is_org_admin boolean,
    is_super_admin boolean,
    permissions text[],
    data_scope text,
    own_team_ids uuid[],
    department_team_ids uuid[],
    plan jsonb
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(concat_ws(E'\n', 'api_key_standing', organization, key), seal);

    return query
    select
        k.hash, k.created_by, extract(epoch from k.expires_at - now())::double precision, k.permissions, k.data_scope,
        m.*
    from public.api_keys k
    cross join app.member_standing(organization, k.created_by) m
    where k.organization_id = organization and k.id = key
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end
$$;

-- A super admin's visit to a hotel. No row when the grant is over, or is another's. Whether
-- the super admin still is one, the server asks with app.session_standing of the platform.
create or replace function app.grant_standing(organization integer, visit uuid, visitor uuid, seal text)
returns table (
    seconds_left double precision,
    tenant_id uuid,
    can_write boolean,
    reason text,
    plan jsonb
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(concat_ws(E'\n', 'grant_standing', organization, visit, visitor), seal);

    return query
    select extract(epoch from g.expires_at - now())::double precision, o.tenant_id, g.can_write, g.reason,
        app.plan_summary(organization, now())
    from public.platform_grants g
    join public.organizations o on o.id = g.organization_id
    where g.organization_id = organization and g.id = visit and g.super_admin_id = visitor
        and g.ended_at is null and g.expires_at > now();
end
$$;

-- A member who is asked about and does not call: there is no session to prove, so the server
-- asks only for who manages the users of that hotel. No row when there is no such user, or
-- not any more.
create or replace function app.user_standing(organization integer, member uuid, seal text)
returns table (
    tenant_id uuid,
    organization_active boolean,
    user_status text,
    is_org_admin boolean,
    is_super_admin boolean,
    permissions text[],
    data_scope text,
    own_team_ids uuid[],
    department_team_ids uuid[],
    plan jsonb
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(concat_ws(E'\n', 'user_standing', organization, member), seal);

    return query
    select m.*
    from app.member_standing(organization, member) m
    where m.user_status <> 'deleted';
end
$$;

alter function app.member_standing(integer, uuid) owner to stayzr_lookup;
alter function app.session_standing(integer, uuid, uuid, text) owner to stayzr_lookup;
alter function app.api_key_standing(integer, uuid, text) owner to stayzr_lookup;
alter function app.grant_standing(integer, uuid, uuid, text) owner to stayzr_lookup;
alter function app.user_standing(integer, uuid, text) owner to stayzr_lookup;
revoke all on function app.member_standing(integer, uuid) from public;
revoke all on function app.session_standing(integer, uuid, uuid, text) from public;
revoke all on function app.api_key_standing(integer, uuid, text) from public;
revoke all on function app.grant_standing(integer, uuid, uuid, text) from public;
revoke all on function app.user_standing(integer, uuid, text) from public;
grant execute on function app.session_standing(integer, uuid, uuid, text) to stayzr_app;
grant execute on function app.api_key_standing(integer, uuid, text) to stayzr_app;
grant execute on function app.grant_standing(integer, uuid, uuid, text) to stayzr_app;
grant execute on function app.user_standing(integer, uuid, text) to stayzr_app;
