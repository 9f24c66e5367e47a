-- Settling the slots of one count: whoever finds nothing spare waits for all who are taking,
-- keeps new ones out, adds up what was used, moves on to a new day or period, refuses what
-- is beyond the limit, tells when it comes near, and hands out what is left in equal parts.
--
-- Nothing is handed out beyond what is left before the next mark (80, 90 and 100 hundredths
-- of the limit), so the transaction that reaches a mark is always one that settles: it
-- raises the alert, once, and a rollback takes the alert back with the rows.

-- The marks of a limit that lie above so much, lowest first.
create or replace function app.usage_marks(maximum bigint) returns table (threshold smallint, mark bigint)
language sql immutable parallel safe
begin atomic
    select t, ceil(maximum * t::numeric / 100)::bigint
    from unnest(array[80, 90, 100]::smallint[]) as t
    where maximum > 0;
end;

-- Refuses with SZ001. The constraint becomes the code of the problem, the detail its members.
create or replace function app.refuse_usage(
    organization integer, wanted text, maximum bigint, used bigint, requested bigint, period_end timestamptz
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% limit exceeded', wanted using
        errcode = 'SZ001',
        constraint = wanted || '_limit_exceeded',
        detail = json_build_object(
            'resource', wanted, 'limit', maximum, 'used', used, 'requested', requested,
            'periodEnd', case when app.is_rate(wanted) then to_char(
                period_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
            ) end,
            'currentTier', (select t.tier from app.tier_at(organization, now()) t),
            'availableIn', app.tiers_allowing(
                app.limit_name(wanted), (used + requested)::numeric / app.limit_unit(wanted)
            )
        )::text;
end
$$;

-- What holds a count at that moment: the limit in the units that are counted, null where
-- there is none; whether more is charged for instead of refused; and whether the status of
-- the subscription lets it grow at all. Put in place by the planner, as the functions it calls
-- are: called, it would be planned anew by each write that is refused.
create or replace function app.usage_rules(organization integer, wanted text, moment timestamptz)
returns table (maximum bigint, charges_more boolean, grows boolean, status text)
language sql stable parallel safe
begin atomic
    select
        app.limit_amount(l.maximum, wanted),
        wanted = 'messages' and v.overage_price is not null,
        app.status_allows_growth(s.status, o.past_due_since, wanted, moment),
        s.status
    from public.organizations o
    cross join app.tier_at(organization, moment) t
    cross join app.status_at(o.subscription_status, o.cancel_at, moment) s (status)
    join public.subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
    cross join app.plan_limits(organization, app.limit_name(wanted), moment) l
    where o.id = organization;
end;

-- Raises what is reached and was not told before, for this limit in this period.
create or replace function app.raise_usage_alerts(
    counter public.usage_counters, maximum bigint, used bigint, moment timestamptz
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    forecast bigint := app.usage_forecast(
        counter.organization_id, counter.resource, used, counter.day, moment, counter.period_end
    );
begin
    insert into public.usage_alerts (
        organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end
    )
    select
        counter.organization_id, app.uuid_v7(), counter.resource, r.threshold, maximum, used, forecast,
        counter.period_start, counter.period_end
    from (
        select m.threshold from app.usage_marks(maximum) m where used >= m.mark
        union all
        -- Of what has passed the limit there is nothing to foretell.
        select 0::smallint where forecast > maximum and used < maximum
    ) r (threshold)
    on conflict do nothing;
end
$$;

-- Counts a row of a period that is over: it was stamped before midnight and is counted after.
create or replace function app.settle_late_usage(
    organization integer, wanted text, amount bigint, moment timestamptz
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    period record;
    already bigint;
    rules record;
begin
    select p.starts_at, least(p.ends_at, c.period_start) as ends_at
    into period
    from public.usage_counters c
    cross join app.billing_period_of(organization, moment) p
    where c.organization_id = organization and c.resource = wanted;

    insert into public.usage_periods (organization_id, resource, period_start, period_end, used)
    select organization, wanted, period.starts_at, period.ends_at, 0
    where not exists (
        select from public.usage_periods p
        where p.organization_id = organization and p.resource = wanted
            and p.period_start <= moment and p.period_end > moment
    )
    on conflict do nothing;

    update public.usage_periods p set used = p.used + amount
    where p.organization_id = organization and p.resource = wanted
        and p.period_start <= moment and p.period_end > moment
    returning p.used - amount, p.period_end into already, period.ends_at;

    select * into rules from app.usage_rules(organization, wanted, moment);
    if already + amount > rules.maximum and not rules.charges_more then
        perform app.refuse_usage(organization, wanted, rules.maximum, already, amount, period.ends_at);
    end if;
end
$$;

-- For app.take_usage, which holds the lock that makes the caller the only one who counts.
create or replace function app.settle_usage(organization integer, wanted text, amount bigint, moment timestamptz)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    slots constant integer := app.slot_count(wanted);
    counter public.usage_counters;
    total bigint;
    today date;
    rules record;
    room bigint;
    shares integer;
begin
    select c.* into strict counter from public.usage_counters c
    where c.organization_id = organization and c.resource = wanted;

    if app.is_rate(wanted) and moment < counter.period_start then
        perform app.settle_late_usage(organization, wanted, amount, moment);
        return;
    end if;

    select sum(s.used) into strict total from public.usage_slots s
    where s.organization_id = organization and s.resource = wanted;

    today := app.local_date(organization, moment);
    if today > counter.day then
        insert into public.usage_days (organization_id, resource, day, period_start, used)
        values (organization, wanted, counter.day, counter.period_start, total)
        on conflict (organization_id, resource, day, period_start) do update set used = excluded.used;
        counter.day := today;
    end if;

    if moment >= counter.period_end then
        insert into public.usage_periods (organization_id, resource, period_start, period_end, used)
        values (organization, wanted, counter.period_start, counter.period_end, total);
        if app.is_rate(wanted) then
            total := 0;
            update public.usage_slots s set used = 0
            where s.organization_id = organization and s.resource = wanted;
        end if;
        -- A period that has begun ends when it was to end; a billing day that was changed
        -- meanwhile makes the next one shorter or longer.
        select greatest(p.starts_at, counter.period_end), p.ends_at
        into strict counter.period_start, counter.period_end
        from app.billing_period_of(organization, moment) p;
    end if;

    update public.usage_counters c
    set day = counter.day, period_start = counter.period_start, period_end = counter.period_end
    where c.organization_id = organization and c.resource = wanted and c <> counter;

    select * into strict rules from app.usage_rules(organization, wanted, moment);
    -- Whoever comes from the platform to mend things may.
    if amount > 0 and not rules.grows and app.actor_id() is null then
        raise exception 'the subscription is %', rules.status using
            errcode = 'SZ006', constraint = 'subscription_restricted',
            detail = json_build_object('subscriptionStatus', rules.status)::text;
    end if;
    if amount > 0 and total + amount > rules.maximum and not rules.charges_more then
        perform app.refuse_usage(organization, wanted, rules.maximum, total, amount, counter.period_end);
    end if;
    total := total + amount;
    if rules.maximum is not null then
        perform app.raise_usage_alerts(counter, rules.maximum, total, moment);
    end if;

    room := case
        when not rules.grows then 0
        else coalesce(
            (select min(m.mark) - 1 from app.usage_marks(rules.maximum) m where m.mark > total),
            case when rules.maximum is null or rules.charges_more then total + (1::bigint << 50) else total end
        ) - total
    end;
    -- Few parts where little is left: what lies in a part that nobody takes from is found
    -- only by looking at all of them.
    shares := greatest(1, least(slots, room / 4));
    update public.usage_slots s
    set
        used = s.used + case s.slot when 0 then amount else 0 end,
        spare = case when s.slot < shares then room / shares + case when s.slot < room % shares then 1 else 0 end else 0 end,
        good_from = case when app.is_rate(wanted) then counter.period_start else '2000-01-01 00:00:00+00' end,
        good_until = least(
            counter.period_end, app.local_midnight(organization, counter.day + 1),
            app.plan_changes_at(organization, moment)
        )
    where s.organization_id = organization and s.resource = wanted;
end
$$;

alter function app.raise_usage_alerts(public.usage_counters, bigint, bigint, timestamptz) owner to stayzr_meter;
alter function app.settle_late_usage(integer, text, bigint, timestamptz) owner to stayzr_meter;
alter function app.settle_usage(integer, text, bigint, timestamptz) owner to stayzr_meter;
revoke all on function app.usage_marks(bigint) from public;
revoke all on function app.refuse_usage(integer, text, bigint, bigint, bigint, timestamptz) from public;
revoke all on function app.usage_rules(integer, text, timestamptz) from public;
revoke all on function app.raise_usage_alerts(public.usage_counters, bigint, bigint, timestamptz) from public;
revoke all on function app.settle_late_usage(integer, text, bigint, timestamptz) from public;
revoke all on function app.settle_usage(integer, text, bigint, timestamptz) from public;
grant execute on function app.usage_marks(bigint) to stayzr_meter;
grant execute on function app.refuse_usage(integer, text, bigint, bigint, bigint, timestamptz) to stayzr_meter;
grant execute on function app.usage_rules(integer, text, timestamptz) to stayzr_meter;
