-- Passwords: who may read a hash, and who may write one.

-- The hash of one member, for whoever changes their own password and has to prove that
-- they know it. stayzr_app reads no hash, so the question goes past row security, on the
-- columns granted to stayzr_lookup only, and is sealed by the server. No row for an
-- account that may not sign in.
create or replace function app.password_lookup(organization integer, member uuid, seal text)
returns table (password_hash text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(concat_ws(E'\n', 'password', organization, member), seal);

    return query
    select u.password_hash
    from public.users u
    where u.organization_id = organization and u.id = member and u.status = 'active';
end
$$;

alter function app.password_lookup(integer, uuid, text) owner to stayzr_lookup;
revoke all on function app.password_lookup(integer, uuid, text) from public;
grant execute on function app.password_lookup(integer, uuid, text) to stayzr_app;

-- The policy users_self lets everybody write their own row, because that is where the
-- password is; this lets them write nothing else there. And it lets nobody, a manager or
-- not, choose the password of somebody else: a manager may take it away.
--
-- For requests of a hotel only. Runs after the update, when nothing changes the row any
-- more, the generated columns are there, and the policies have verified the seal and with
-- it everything read here.
create or replace function app.guard_password() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    ones_own constant text[] := array['password_hash', 'version', 'updated_at'];
begin
    if current_user <> 'stayzr_app' then
        return null;
    end if;

    if new.password_hash is distinct from old.password_hash and new.password_hash is not null and (
        new.id is distinct from app.user_id()
        -- A program with a key, and a visitor with a grant, act for somebody and are not them.
        or app.api_key_id() is not null or app.grant_id() is not null or app.actor_id() is not null
    ) then
        raise exception 'a password is set by the person it belongs to' using errcode = '42501';
    end if;

    if not app.has_permission('users.manage') and to_jsonb(new) - ones_own is distinct from to_jsonb(old) - ones_own then
        raise exception 'without users.manage nothing but one''s own password changes' using errcode = '42501';
    end if;
    return null;
end
$$;

revoke all on function app.guard_password() from public;
