-- What is used now of each resource, and how it came to that: the last ninety days by the hotel's calendar, today
-- among them. One row a resource.
with counters as materialized (
    select
        c.organization_id, c.resource, c.day, c.period_start as counted_since, d.today, d.today - 89 as first_day,
        -- What was used on the day that was counted last; of a period that is over, in that period.
        (
            select sum(s.used)::bigint from usage_slots s
            where s.organization_id = c.organization_id and s.resource = c.resource
        ) as counted,
        c.resource = 'messages' and v.overage_price is not null as charges_more
    from organizations o
    cross join lateral (select (now() at time zone o.time_zone)::date as today) d
    cross join app.tier_at(o.id, now()) t
    join subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
    join usage_counters c on c.organization_id = o.id
),
-- What is on record: of the days shown and of the last one before them, which the first day goes on from.
recorded as (
    select d.resource, d.day, d.period_start, d.used
    from counters c
    join usage_days d on d.organization_id = c.organization_id and d.resource = c.resource and d.day < c.day
        and d.day >= coalesce(
            (
                select max(b.day) from usage_days b
                where b.organization_id = c.organization_id and b.resource = c.resource and b.day < c.first_day
            ),
            c.first_day
        )
    union all
    select resource, day, counted_since, counted from counters
),
-- From each day on record to the next one, with what was counted on it.
spans as (
    select
        resource, day, used,
        used - coalesce(lag(used) over (partition by resource, period_start order by day), 0) as counted,
        lead(day) over (partition by resource order by day, period_start) as next_day
    from recorded
),
filled as (
    select
        c.resource, c.first_day + n as day,
        -- Of a rate a day has what was counted on it, in both periods where one ends on it; of a level, what the last
        -- record says.
        case
            when not app.is_rate(c.resource) then s.used
            when c.first_day + n = s.day then greatest(s.counted, 0)
            else 0
        end as used
    from counters c
    join spans s on s.resource = c.resource
    cross join lateral generate_series(
        greatest(s.day - c.first_day, 0),
        least(
            case
                when app.is_rate(c.resource) then greatest(coalesce(s.next_day, c.today + 1), s.day + 1)
                else s.next_day
            end,
            c.today + 1
        ) - 1 - c.first_day
    ) as n
),
days as (
    select resource, array_agg(day order by day) as days, array_agg(used order by day) as day_used
    from (select resource, day, sum(used)::bigint as used from filled group by resource, day) d
    group by resource
)
select
    u.resource, u.used, u.maximum, u.share::double precision as share, u.period_start, u.period_end, c.charges_more,
    app.usage_forecast(c.organization_id, u.resource, u.used, c.today, now(), u.period_end) as forecast,
    coalesce(d.days, '{}') as days, coalesce(d.day_used, '{}') as day_used
from organizations o
cross join app.usage_now(o.id, now()) u
join counters c on c.resource = u.resource
left join days d on d.resource = u.resource
order by array_position(array['users', 'guests', 'conversations', 'messages', 'storage'], u.resource)
