-- Whom the benchmark asks as: the big hotel first, then four small ones from all over the numbers. As many hotels,
-- conversations and guests at every size, so a cache has as much to hold. Conversations are the 20 with the latest
-- activity: in the big hotel the long ones. Guests are at most 80 of the big hotel, and all 20 of a small one.
select o.id as organization_id, u.id as user_id, conversations.ids as conversations, guests.ids as guests
from (
    select id, slug = 'bench-0' as is_big, row_number() over (order by id) - 1 as hotel, count(*) over () - 1 as small
    from organizations
) o
join users u on u.organization_id = o.id and u.is_org_admin
cross join lateral (
    select array_agg(c.id) as ids
    from (select id from conversations where organization_id = o.id order by activity_at desc, id desc limit 20) c
) as conversations
cross join lateral (
    select array_agg(g.id order by g.id) as ids
    from (
        select id, row_number() over (order by id) as n, count(*) over () as guests
        from guests
        where organization_id = o.id
    ) g
    where g.n * 80 / g.guests > (g.n - 1) * 80 / g.guests
) as guests
where o.is_big or (o.hotel % (o.small / 4) = 0 and o.hotel / (o.small / 4) between 1 and 4)
order by o.is_big desc, o.id
