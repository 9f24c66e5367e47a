-- Deleting a user: what they own goes to somebody else first, and nobody is given
-- anything to own, hold or belong to afterwards.
--
-- Foreign keys do not help with the second: the row stays, so they are content with it.
-- Instead everything that names a user is written behind the lock that its foreign key
-- takes on the row of the user, which waits for a delete under way and keeps one out, and
-- app.user_is_there looks once more.

-- Deletes the user and tells how it went: 'deleted', or before anything was written
-- 'absent', 'stale', 'heir_absent' or 'heir_disabled'. Raises SZ005 where they still own
-- something: with no heir, or beyond the data scope of who deletes.
create or replace function app.delete_user(wanted uuid, expected integer, heir uuid) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    current_version integer;
    heir_status text;
begin
    -- In the order of ids: two who are deleted at once, each the other's heir, do not
    -- wait for each other.
    perform from public.users where id in (wanted, heir) order by id for update;

    select version into current_version from public.users where id = wanted and status <> 'deleted';
    if current_version is null then
        return 'absent';
    elsif current_version <> expected then
        return 'stale';
    end if;

    if heir is not null then
        select status into heir_status from public.users where id = heir and status <> 'deleted';
        if heir_status is null then
            return 'heir_absent';
        elsif heir_status <> 'active' then
            return 'heir_disabled';
        end if;
        -- Whatever else users come to own is handed over here, and counted in app.owns_rows.
        update public.conversations set owner_id = heir where owner_id = wanted;
        update public.guests set owner_id = heir where owner_id = wanted;
    end if;

    delete from public.user_roles where user_id = wanted;
    delete from public.team_members where user_id = wanted;
    update public.users set status = 'deleted', is_org_admin = false where id = wanted;
    return 'deleted';
end
$$;

-- Whether a user of this hotel owns anything. Looks past the data scope of who asks:
-- what they do not see would be left behind with nobody.
create or replace function app.owns_rows(owner uuid) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from public.conversations c where c.organization_id = app.organization_id() and c.owner_id = owner
    ) or exists (
        select from public.guests g where g.organization_id = app.organization_id() and g.owner_id = owner
    );
end
$$;

-- On users, before: whatever signs in as them is forgotten.
create or replace function app.forget_deleted() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.password_hash := null;
    new.deleted_at := now();
    return new;
end
$$;

-- On users, after: nobody goes while they own something.
create or replace function app.refuse_owner_deleted() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_user = 'stayzr_app' and app.owns_rows(new.id) then
        raise exception 'user % still owns rows', new.id using errcode = 'SZ005', constraint = 'user_owns_rows';
    end if;
    return null;
end
$$;

-- On what names a user, after: the user was not deleted meanwhile. Takes the column, and
-- the foreign key in whose name it refuses. The name of its trigger sorts behind those of
-- the foreign keys (RI_…), so the row of the user is locked by the time it looks.
create or replace function app.user_is_there() returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    named uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
    if tg_op = 'UPDATE' and (to_jsonb(old) ->> tg_argv[0])::uuid is not distinct from named then
        return null;
    end if;
    if exists (
        select from public.users
        where organization_id = new.organization_id and id = named and status = 'deleted'
    ) then
        raise exception 'user % is deleted', named using errcode = '23503', constraint = tg_argv[1];
    end if;
    return null;
end
$$;

alter function app.owns_rows(uuid) owner to stayzr_lookup;

revoke all on function app.delete_user(uuid, integer, uuid) from public;
revoke all on function app.owns_rows(uuid) from public;
revoke all on function app.forget_deleted() from public;
revoke all on function app.refuse_owner_deleted() from public;
revoke all on function app.user_is_there() from public;
grant execute on function app.delete_user(uuid, integer, uuid) to stayzr_app;
grant execute on function app.owns_rows(uuid) to stayzr_app;
