-- Of the whole hotel. $1 the first day and $2 the last; both null: the last thirty days where the hotel is. One row.
-- The plan is asked in `where`, before anything is counted: nothing is raised row by row where nothing is written.
with hotel as materialized (
    select
        o.time_zone, d.first_day, d.last_day,
        d.first_day::timestamp at time zone o.time_zone as starts_at,
        (d.last_day + 1)::timestamp at time zone o.time_zone as ends_at
    from organizations o
    cross join lateral (
        select
            coalesce($1::date, (now() at time zone o.time_zone)::date - 29) as first_day,
            coalesce($2::date, (now() at time zone o.time_zone)::date) as last_day
    ) d
    where (select app.require_feature(app.organization_id(), 'advancedAnalytics'))
),
counted as (
    select (m.created_at at time zone m.time_zone)::date as day, c.channel, m.sender_type, count(*) as messages
    from (
        select m.organization_id, m.conversation_id, m.sender_type, m.created_at, h.time_zone
        from hotel h
        join messages m on m.created_at >= h.starts_at and m.created_at < h.ends_at
        -- Apart from conversations, or the planner looks into each one there ever was.
        offset 0
    ) m
    join conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id
    group by 1, 2, 3
)
select
    h.first_day, h.last_day, h.time_zone,
    array(select day from counted order by day, channel, sender_type) as dates,
    array(select channel from counted order by day, channel, sender_type) as channels,
    array(select sender_type from counted order by day, channel, sender_type) as sender_types,
    array(select messages from counted order by day, channel, sender_type) as messages
from hotel h
