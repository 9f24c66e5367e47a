-- Exchanging a refresh token for a new one, in a context of the user it was given to.
-- A token is good once. One that comes again was stolen, or its thief was faster than its
-- owner: nobody can tell, so the session ends for both.

create or replace function app.refresh_session(old_hash bytea, new_hash bytea)
returns table (outcome text, session_id uuid, tenant_id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    token public.refresh_tokens;
begin
    -- The lock makes two exchanges of one token follow each other: the second finds it used.
    select * into token from public.refresh_tokens t where t.hash = old_hash for update;
    if not found then
        return query select 'unknown', null::uuid, null::uuid;
        return;
    end if;

    if token.used_at is not null then
        update public.sessions s set ended_at = now(), end_reason = 'token_reused'
        where s.id = token.session_id and s.ended_at is null;
        return query select 'reused', token.session_id, null::uuid;
        return;
    end if;

    update public.sessions s set last_used_at = now()
    where s.id = token.session_id and s.ended_at is null and s.expires_at > now()
        and exists (select from public.users u where u.id = s.user_id and u.status = 'active')
        and exists (select from public.organizations o where o.is_active);
    if not found then
        return query select 'ended', token.session_id, null::uuid;
        return;
    end if;

    update public.refresh_tokens t set used_at = now() where t.hash = old_hash;
    insert into public.refresh_tokens (hash, session_id) values (new_hash, token.session_id);
    return query select 'refreshed', token.session_id, o.tenant_id from public.organizations o;
end
$$;

-- A user who is disabled or deleted is signed out, and stays so when enabled again.
create or replace function app.end_sessions_of_disabled() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.sessions set ended_at = now(), end_reason = 'user_disabled'
    where organization_id = new.organization_id and user_id = new.id and ended_at is null;
    return null;
end
$$;

revoke all on function app.refresh_session(bytea, bytea) from public;
revoke all on function app.end_sessions_of_disabled() from public;
grant execute on function app.refresh_session(bytea, bytea) to stayzr_app;
