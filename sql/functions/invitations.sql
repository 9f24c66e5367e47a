-- Invitations: nobody offers what they do not have, neither when they invite nor when the
-- invitation is accepted, which happens in a context of the inviter as they are then.

-- Where an invitation stands. Told by times, so that it expires by itself; one that was
-- revoked after it had expired made room for another, and has expired all the same.
create or replace function app.invitation_status(
    accepted_at timestamptz, revoked_at timestamptz, expires_at timestamptz
) returns text
language sql stable parallel safe
return case
    when accepted_at is not null then 'accepted'
    when revoked_at < expires_at then 'revoked'
    when expires_at <= now() then 'expired'
    else 'open'
end;

-- Earlier releases had other columns, and those of a function do not change in place.
drop function if exists app.invitation_lookup(integer, uuid, text);

-- The invitation behind a token, and the standing of its inviter. Asked before there is a
-- tenant context, so it looks past row security, on the columns granted to stayzr_lookup
-- only, and is sealed by the server, which compares the hash. No row for one that cannot
-- be accepted any more; no standing where the platform invited.
create or replace function app.invitation_lookup(organization integer, invitation uuid, seal text)
returns table (
    hash bytea,
    version integer,
    invited_by uuid,
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
    perform app.verify_seal(concat_ws(E'\n', 'invitation', organization, invitation), seal);

    return query
    select
        i.hash, i.version, i.invited_by, extract(epoch from i.expires_at - now())::double precision, o.tenant_id,
        o.is_active, m.user_status, m.is_org_admin, m.is_super_admin, m.permissions, m.data_scope, m.own_team_ids,
        m.department_team_ids, m.plan
    from public.invitations i
    join public.organizations o on o.id = i.organization_id
    left join lateral app.member_standing(organization, i.invited_by) m on true
    where i.organization_id = organization and i.id = invitation
        and i.accepted_at is null and i.revoked_at is null and i.expires_at > now();
end
$$;

alter function app.invitation_lookup(integer, uuid, text) owner to stayzr_lookup;

-- Before an invitation is made, or made anew with another token.
create or replace function app.prepare_invitation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Who sends it again answers for it from now on: whoever invited first may have gone.
    if tg_op = 'UPDATE' and current_user = 'stayzr_app' then
        if app.actor_id() is not null then
            raise exception 'a visitor answers for nobody' using errcode = '42501';
        end if;
        new.invited_by := app.user_id();
    end if;

    -- The first of a new hotel: nobody at the hotel invited, and nobody was invited before.
    if current_user = 'stayzr_platform' then
        new.invited_by := null;
        return new;
    end if;

    if exists (
        select from public.users
        where organization_id = new.organization_id and email_folded = lower(new.email)
    ) then
        raise exception 'somebody has this address' using errcode = '23505', constraint = 'users_email_taken';
    end if;

    -- One that nobody accepted in time makes room. The index counts it as open, because an
    -- index knows no time.
    if tg_op = 'INSERT' then
        update public.invitations set revoked_at = now()
        where organization_id = new.organization_id and email_folded = lower(new.email)
            and accepted_at is null and revoked_at is null and expires_at <= now();
    end if;
    return new;
end
$$;

-- After an invitation is made, made anew or accepted. For requests of a hotel only; by
-- then the policies have verified the seal, and with it the permissions read here.
create or replace function app.limit_invitation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user <> 'stayzr_app' then
        return null;
    end if;

    -- Whoever writes it names something that is not there; whoever reads it later was
    -- promised something that is gone, and is to get neither less nor an error of ours.
    if exists (
        select from unnest(new.role_ids) as wanted (id)
        where not exists (select from public.roles r where r.organization_id = new.organization_id and r.id = wanted.id)
    ) then
        raise exception 'a role of the invitation is not there' using errcode = '23503',
            constraint = case tg_op when 'INSERT' then 'invitations_role_unknown' else 'invitation_outdated' end;
    end if;
    if new.team_id is not null and not exists (
        select from public.teams where organization_id = new.organization_id and id = new.team_id
    ) then
        raise exception 'the team of the invitation is not there' using errcode = '23503',
            constraint = case tg_op when 'INSERT' then 'invitations_team_unknown' else 'invitation_outdated' end;
    end if;

    -- What it offers is held to what the triggers of users, user_roles and team_members will
    -- hold it to when it is accepted.
    if new.is_org_admin then
        perform app.require_held(app.all_permissions());
        perform app.require_scope('all');
    end if;
    perform app.require_held(app.permissions_of_role(new.organization_id, role_id))
    from unnest(new.role_ids) as role_id;
    perform app.require_scope(new.data_scope);
    if new.team_id is not null then
        perform app.require_team(new.team_id);
    end if;
    return null;
end
$$;

revoke all on function app.invitation_status(timestamptz, timestamptz, timestamptz) from public;
revoke all on function app.invitation_lookup(integer, uuid, text) from public;
revoke all on function app.prepare_invitation() from public;
revoke all on function app.limit_invitation() from public;
grant execute on function app.invitation_status(timestamptz, timestamptz, timestamptz) to stayzr_app;
grant execute on function app.invitation_lookup(integer, uuid, text) to stayzr_app;
