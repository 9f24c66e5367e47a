-- The triggers that count. Rows that are written in one statement are counted in one step,
-- and so are those that are deleted; a change of what counts is counted row by row.
--
-- They run as stayzr_meter: a member who writes sees only part of the hotel, and what is
-- counted is the hotel's. The hotel is that of the row, which the policies have checked.

-- An earlier release had a function for each trigger. Their triggers go with them; the policy files, which run later in
-- the same transaction, make them again.
drop function if exists app.count_users_added() cascade;
drop function if exists app.count_users_removed() cascade;
drop function if exists app.count_user_changed() cascade;
drop function if exists app.count_guests_added() cascade;
drop function if exists app.count_guests_removed() cascade;
drop function if exists app.count_guest_changed() cascade;
drop function if exists app.count_conversations_added() cascade;
drop function if exists app.count_conversations_removed() cascade;
drop function if exists app.count_conversation_changed() cascade;
drop function if exists app.count_attachments_added() cascade;
drop function if exists app.count_attachments_removed() cascade;
drop function if exists app.count_attachment_changed() cascade;
drop function if exists app.count_messages_added() cascade;

create or replace function app.count_users() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_level = 'ROW' then
        perform app.count_usage(new.organization_id, 'users', case new.status when 'deleted' then -1 else 1 end);
        return null;
    end if;

    perform app.count_usage(r.organization_id, 'users', case tg_op when 'DELETE' then -1 else 1 end * count(*))
    from rows r
    where r.status <> 'deleted'
    group by r.organization_id
    order by r.organization_id;
    return null;
end
$$;

create or replace function app.count_guests() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_level = 'ROW' then
        perform app.count_usage(new.organization_id, 'guests', case when new.archived_at is null then 1 else -1 end);
        return null;
    end if;

    perform app.count_usage(r.organization_id, 'guests', case tg_op when 'DELETE' then -1 else 1 end * count(*))
    from rows r
    where r.archived_at is null
    group by r.organization_id
    order by r.organization_id;
    return null;
end
$$;

-- A conversation counts while somebody may have to answer.
create or replace function app.count_conversations() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_level = 'ROW' then
        perform app.count_usage(
            new.organization_id, 'conversations', case when new.status in ('open', 'pending') then 1 else -1 end
        );
        return null;
    end if;

    perform app.count_usage(r.organization_id, 'conversations', case tg_op when 'DELETE' then -1 else 1 end * count(*))
    from rows r
    where r.status in ('open', 'pending')
    group by r.organization_id
    order by r.organization_id;
    return null;
end
$$;

-- In bytes.
create or replace function app.count_attachments() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_level = 'ROW' then
        perform app.count_usage(new.organization_id, 'storage', new.size_bytes - old.size_bytes);
        return null;
    end if;

    perform app.count_usage(
        r.organization_id, 'storage',
        case tg_op when 'DELETE' then -1 else 1 end * sum(r.size_bytes)::bigint
    )
    from rows r
    group by r.organization_id
    order by r.organization_id;
    return null;
end
$$;

-- A rate: counted in the period a message was written in, and never given back. Every
-- time zone is a multiple of fifteen minutes away, so what lies within one such piece lies
-- within one day and one period.
create or replace function app.count_messages() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.take_usage(r.organization_id, 'messages', count(*), min(r.created_at))
    from rows r
    group by r.organization_id, date_bin('15 minutes', r.created_at, timestamptz '2000-01-01 00:00:00+00')
    order by r.organization_id, min(r.created_at);
    return null;
end
$$;

alter function app.count_users() owner to stayzr_meter;
alter function app.count_guests() owner to stayzr_meter;
alter function app.count_conversations() owner to stayzr_meter;
alter function app.count_attachments() owner to stayzr_meter;
alter function app.count_messages() owner to stayzr_meter;
revoke all on function app.count_users() from public;
revoke all on function app.count_guests() from public;
revoke all on function app.count_conversations() from public;
revoke all on function app.count_attachments() from public;
revoke all on function app.count_messages() from public;
