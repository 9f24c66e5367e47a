-- As messages.sql, for who does not see the whole hotel. $1 the first day and $2 the last, or null.
-- The policies decide what shows; asking them about every message of the hotel would cost what the hotel has. So each
-- way into one's sight brings its conversations by an index of its own: owned, of a team, shared.
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
seen as materialized (
    select organization_id, id, channel from conversations where owner_id = (select app.user_id())
    union
    select organization_id, id, channel from conversations where team_id = any ((select app.team_ids())::uuid[])
    union
    select organization_id, id, channel
    from conversations
    where id = any (array(select app.shared_conversation_ids('read')))
),
counted as (
    select (m.created_at at time zone h.time_zone)::date as day, c.channel, m.sender_type, count(*) as messages
    from hotel h
    cross join seen c
    join messages m on m.organization_id = c.organization_id and m.conversation_id = c.id
        and m.created_at >= h.starts_at and m.created_at < h.ends_at
    group by 1, 2, 3
)
select
    h.first_day, h.last_day, h.time_zone,
    array(select day from counted order by day, channel, sender_type) as dates,
    array(select channel from counted order by day, channel, sender_type) as channels,
    array(select sender_type from counted order by day, channel, sender_type) as sender_types,
    array(select messages from counted order by day, channel, sender_type) as messages
from hotel h
