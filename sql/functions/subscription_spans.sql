-- Follows what becomes of a hotel's subscription, whoever writes it, for the invoices: since when it had which tier, and
-- since when it is charged. And keeps the schedule of what is invoiced next.
--
-- Runs as stayzr_billing inside the writes of super admins and of app.change_subscription.

-- What is charged for. Who is suspended or gone owes nothing from then on; a period that had begun stays charged.
create or replace function app.is_charged(status text) returns boolean
language sql immutable parallel safe
return status in ('active', 'past_due');

-- From that moment on it is so; null: as before. What was on record for later moments was written without knowing: a
-- scheduled change is settled after it came.
create or replace function app.note_subscription_span(
    organization integer, moment timestamptz, new_tier text, new_version integer, charged boolean
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into public.subscription_spans (organization_id, since, tier, tier_version, is_charged)
    select organization, moment, coalesce(new_tier, s.tier), coalesce(new_version, s.tier_version),
        coalesce(charged, s.is_charged)
    from (select) nothing
    left join lateral (
        select s.tier, s.tier_version, s.is_charged
        from public.subscription_spans s
        where s.organization_id = organization and s.since <= moment
        order by s.since desc
        limit 1
    ) s on true
    on conflict (organization_id, since) do update
    set tier = excluded.tier, tier_version = excluded.tier_version, is_charged = excluded.is_charged;

    update public.subscription_spans s
    set
        tier = coalesce(new_tier, s.tier), tier_version = coalesce(new_version, s.tier_version),
        is_charged = coalesce(charged, s.is_charged)
    where s.organization_id = organization and s.since > moment;
end
$$;

-- The first period that is invoiced is the first whole one: what a hotel has until its first billing day is free.
create or replace function app.open_invoicing(organization integer) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into public.subscription_spans (organization_id, since, tier, tier_version, is_charged)
    select o.id, '2000-01-01 00:00:00+00', o.subscription_tier, o.subscription_tier_version, app.is_charged(o.subscription_status)
    from public.organizations o
    where o.id = organization
    on conflict do nothing;

    insert into public.invoice_schedules (organization_id, month_start, period_start, period_end)
    select o.id, running.ends_at, running.ends_at, p.ends_at
    from public.organizations o
    cross join app.billing_period(o.billing_day, o.time_zone, now()) running
    cross join app.billing_period(o.billing_day, o.time_zone, running.ends_at) p
    where o.id = organization
    on conflict do nothing;
end
$$;

-- For the hotels that were there before they were invoiced. Run by policies/users.sql, behind the locks of the
-- triggers that were just made.
create or replace function app.open_invoicing_everywhere() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.open_invoicing(o.id)
    from public.organizations o
    where not exists (select from public.invoice_schedules s where s.organization_id = o.id);
end
$$;

create or replace function app.follow_subscription() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        perform app.open_invoicing(new.id);
        return null;
    end if;

    if (new.subscription_tier, new.subscription_tier_version)
        is distinct from (old.subscription_tier, old.subscription_tier_version)
    then
        perform app.note_subscription_span(
            new.id,
            -- What was scheduled came when it was to come.
            case
                when old.next_tier_at <= now() and new.next_tier_at is null and new.subscription_tier = old.next_tier
                    then old.next_tier_at
                else now()
            end,
            new.subscription_tier, new.subscription_tier_version, null
        );
    end if;

    if app.is_charged(new.subscription_status) <> app.is_charged(old.subscription_status) then
        perform app.note_subscription_span(
            new.id,
            case when new.subscription_status = 'cancelled' then least(new.cancel_at, now()) else now() end,
            null, null, app.is_charged(new.subscription_status)
        );
    end if;

    -- A period that has begun ends when it was to end.
    if (new.billing_day, new.time_zone) is distinct from (old.billing_day, old.time_zone) then
        update public.invoice_schedules s
        set month_start = p.starts_at, period_end = p.ends_at
        from public.invoice_schedules was
        cross join app.billing_period(new.billing_day, new.time_zone, was.period_start) p
        where s.organization_id = new.id and s.period_start > now() and was.organization_id = s.organization_id;
    end if;
    return null;
end
$$;

alter function app.open_invoicing(integer) owner to stayzr_billing;
alter function app.open_invoicing_everywhere() owner to stayzr_billing;
alter function app.follow_subscription() owner to stayzr_billing;
revoke all on function app.is_charged(text) from public;
revoke all on function app.note_subscription_span(integer, timestamptz, text, integer, boolean) from public;
revoke all on function app.open_invoicing(integer) from public;
revoke all on function app.open_invoicing_everywhere() from public;
revoke all on function app.follow_subscription() from public;
grant execute on function app.is_charged(text) to stayzr_billing;
grant execute on function app.note_subscription_span(integer, timestamptz, text, integer, boolean) to stayzr_billing;
-- The owner calls it from a policy file.
grant execute on function app.open_invoicing_everywhere() to stayzr_owner;
