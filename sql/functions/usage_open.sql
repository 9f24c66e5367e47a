-- Counters are opened with the hotel, and once for the hotels that were there before them.

-- What is there, counted from the rows; of messages, those of a period.
create or replace function app.recount(organization integer, resource text, since timestamptz, until timestamptz)
returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return case resource
        when 'users' then (
            select count(*) from public.users u where u.organization_id = organization and u.status <> 'deleted'
        )
        when 'guests' then (
            select count(*) from public.guests g where g.organization_id = organization and g.archived_at is null
        )
        when 'conversations' then (
            select count(*) from public.conversations c
            where c.organization_id = organization and c.status in ('open', 'pending')
        )
        when 'messages' then (
            select count(*) from public.messages m
            where m.organization_id = organization and m.created_at >= since and m.created_at < until
        )
        when 'storage' then (
            select coalesce(sum(a.size_bytes), 0) from public.attachments a where a.organization_id = organization
        )
    end;
end
$$;

create or replace function app.open_usage(organization integer) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into public.usage_counters (organization_id, resource, period_start, period_end, day)
    select organization, r.name, p.starts_at, p.ends_at, (now() at time zone o.time_zone)::date
    from public.organizations o
    cross join app.billing_period(o.billing_day, o.time_zone, now()) p
    cross join unnest(array['users', 'guests', 'conversations', 'messages', 'storage']) as r (name)
    where o.id = organization
    on conflict do nothing;

    insert into public.usage_slots (organization_id, resource, slot, used)
    select
        organization, c.resource, n,
        case n when 0 then app.recount(organization, c.resource, c.period_start, c.period_end) else 0 end
    from public.usage_counters c
    cross join lateral generate_series(0, app.slot_count(c.resource) - 1) as n
    where c.organization_id = organization
    on conflict do nothing;
end
$$;

create or replace function app.open_new_usage() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.open_usage(new.id);
    return null;
end
$$;

-- For the hotels that were there before they were counted. Run by policies/users.sql, behind
-- the locks of the triggers that were just made: writers wait until theirs are counted.
create or replace function app.open_usage_everywhere() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.open_usage(o.id)
    from public.organizations o
    where not exists (select from public.usage_counters c where c.organization_id = o.id);
end
$$;

alter function app.recount(integer, text, timestamptz, timestamptz) owner to stayzr_meter;
alter function app.open_usage(integer) owner to stayzr_meter;
alter function app.open_new_usage() owner to stayzr_meter;
alter function app.open_usage_everywhere() owner to stayzr_meter;
revoke all on function app.recount(integer, text, timestamptz, timestamptz) from public;
revoke all on function app.open_usage(integer) from public;
revoke all on function app.open_new_usage() from public;
revoke all on function app.open_usage_everywhere() from public;
-- The owner calls it from a policy file, and a benchmark after it has loaded rows past the triggers.
grant execute on function app.open_usage_everywhere() to stayzr_owner;
