-- Per hotel somebody to ask as, its guests, and the conversations that have at least 20 messages. It is an agent, but
-- for the noisy one, the last: its administrator searches the whole hotel.
select
    o.id as organization_id, o.tenant_id, u.id as user_id,
    (select array_agg(g.id) from guests g where g.organization_id = o.id) as guests,
    (
        select array_agg(id)
        from (
            select m.conversation_id
            from messages m
            where m.organization_id = o.id
            group by m.conversation_id
            having count(*) >= 20
        ) as long (id)
    ) as conversations
from organizations o
join users u on u.organization_id = o.id and u.is_org_admin = (o.slug = 'bench-' || $1::integer)
where o.slug like 'bench-%'
order by o.id
