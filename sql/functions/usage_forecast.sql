-- What a period will have come to when it ends, if it goes on as in the last seven days: a
-- week, so that every weekday has its part.
--
--     forecast = used + (counted on the last seven days / 7) * days left
--
-- of the days that are over, by the hotel's calendar. Of a level what was counted is what
-- it grew by, and no level is forecast below zero. With fewer days on record their mean is
-- taken; with fewer than three there is no forecast.

create or replace function app.usage_forecast(
    organization integer, wanted text, used bigint, today date, moment timestamptz, period_end timestamptz
) returns bigint
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    with recorded as (
        select
            d.day,
            case
                when lag(d.used) over by_day is null then null
                when app.is_rate(wanted) and lag(d.period_start) over by_day <> d.period_start then d.used
                else d.used - lag(d.used) over by_day
            end as counted,
            min(d.day) over () as first_day
        from (
            select u.day, u.period_start, u.used from public.usage_days u
            where u.organization_id = organization and u.resource = wanted
            union all
            -- The day that was counted last is written down only when there is something to count on another.
            select c.day, c.period_start, sum(s.used)::bigint
            from public.usage_counters c
            join public.usage_slots s on s.organization_id = c.organization_id and s.resource = c.resource
            where c.organization_id = organization and c.resource = wanted and c.day < today
            group by c.day, c.period_start
        ) d
        where d.day < today and d.day >= today - 35
        window by_day as (order by d.day, d.period_start)
    ),
    week as (
        select
            sum(counted) filter (where day >= today - 7) as counted,
            -- Not seven where no day is on record: least() passes over what is null.
            case when min(first_day) is not null then least(today - 1 - min(first_day), 7) end as days
        from recorded
    )
    select greatest(
        used + round(
            coalesce(counted, 0) / days * extract(epoch from greatest(period_end - moment, interval '0')) / 86400
        )::bigint,
        case when app.is_rate(wanted) then used else 0 end
    )
    from week
    where days >= 3
$$;

revoke all on function app.usage_forecast(integer, text, bigint, date, timestamptz, timestamptz) from public;
grant execute on function app.usage_forecast(integer, text, bigint, date, timestamptz, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_meter;
