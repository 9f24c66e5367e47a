-- Newest first. $1 conversation, $2 limit, $3 and $4 the last row seen (its time and id) or null.
select id, conversation_id, sender_type, sender_user_id, content, created_at, updated_at
from messages
where conversation_id = $1
    and (created_at, id) < (coalesce($3, 'infinity'::timestamptz), coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
order by created_at desc, id desc
limit $2
