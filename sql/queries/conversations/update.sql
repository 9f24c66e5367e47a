-- $1 id, $2 expected version or null, $3 status or null; subject, owner and team come
-- as pairs: whether they change, and to what.
with changed as (
    update conversations
    set
        status = coalesce($3, status),
        subject = case when $4 then $5 else subject end,
        owner_id = case when $6 then $7 else owner_id end,
        team_id = case when $8 then $9 else team_id end
    where id = $1 and ($2::integer is null or version = $2)
    returning *
)
select
    c.id, c.guest_id, c.channel, c.status, c.subject, c.owner_id, c.team_id, c.last_message_at, c.activity_at,
    c.created_at, c.updated_at, c.version,
    g.full_name as guest_full_name, g.email as guest_email, g.phone as guest_phone, g.language as guest_language,
    m.id as message_id, m.sender_type as message_sender_type, m.sender_user_id as message_sender_user_id,
    left(m.content, 200) as message_excerpt, m.created_at as message_created_at
from changed c
join guests g on g.organization_id = c.organization_id and g.id = c.guest_id
left join lateral (
    select id, sender_type, sender_user_id, content, created_at
    from messages
    where organization_id = c.organization_id and conversation_id = c.id
    order by created_at desc, id desc
    limit 1
) m on true
