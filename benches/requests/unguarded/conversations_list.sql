-- As sql/queries/conversations/list.sql; $8 organization.
select
    c.id, c.guest_id, c.channel, c.status, c.subject, c.owner_id, c.team_id, c.last_message_at, c.activity_at,
    c.created_at, c.updated_at, c.version,
    g.full_name as guest_full_name, g.email as guest_email, g.phone as guest_phone, g.language as guest_language,
    m.id as message_id, m.sender_type as message_sender_type, m.sender_user_id as message_sender_user_id,
    left(m.content, 200) as message_excerpt, m.created_at as message_created_at
from (
    select *
    from conversations c
    where c.organization_id = $8 and (c.activity_at, c.id) < ($2, $3)
        and ($4::text is null or c.status = $4)
        and ($4 is not null or c.status <> 'archived')
        and ($5::text is null or c.channel = $5)
        and ($6::uuid is null or c.owner_id = $6)
        and ($7::uuid is null or c.guest_id = $7)
    order by c.activity_at desc, c.id desc
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
order by c.activity_at desc, c.id desc
