-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), then filters or
-- null: $4 status (archived ones show only when asked for), $5 channel, $6 owner, $7 guest.
-- Filters are `case` and not `or`, see src/conversations/store.rs.
-- The page is cut out first, so that guests and messages are looked up for its rows only.
select
    c.id, c.guest_id, c.channel, c.status, c.subject, c.owner_id, c.team_id, c.last_message_at, c.activity_at,
    c.created_at, c.updated_at, c.version,
    g.full_name as guest_full_name, g.email as guest_email, g.phone as guest_phone, g.language as guest_language,
    m.id as message_id, m.sender_type as message_sender_type, m.sender_user_id as message_sender_user_id,
    left(m.content, 200) as message_excerpt, m.created_at as message_created_at
from (
    select *
    from conversations c
    where (c.created_at, c.id) < ($2, $3)
        and case when $4::text is null then true else c.status = $4 end
        and case when $4 is null then c.status <> 'archived' else true end
        and case when $5::text is null then true else c.channel = $5 end
        and case when $6::uuid is null then true else c.owner_id = $6 end
        and case when $7::uuid is null then true else c.guest_id = $7 end
    order by c.created_at desc, c.id desc
    limit $1
) c
join guests g on g.organization_id = c.organization_id and g.id = c.guest_id
left join lateral (
    select id, sender_type, sender_user_id, content, created_at
    from messages
    where organization_id = c.organization_id and conversation_id = c.id
    order by created_at desc, id desc
    limit 1
) m on true
order by c.created_at desc, c.id desc
